package program

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/internal/civil"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

func village() *census {
	c := &census{index: map[id.Family]int32{"f1": 0, "f2": 1}, homes: []home{{id: "f1", head: "p1"}, {id: "f2", head: "p3"}},
		souls: []soul{{id: "p1", home: 0}, {id: "p2", home: 0}, {id: "p3", home: 1}}}
	c.gather()
	return c
}

// A family that the list names twice is judged once; who is not answered waits
// as soon as anybody is; who left is not judged; who is gone from the registry
// is not silently dropped.
func TestListedContenders(t *testing.T) {
	list := []Candidate{
		{ID: "c1", Family: "f1", Person: "p1", ListedNo: 1, State: Listed},
		{ID: "c2", Family: "f1", Person: "p2", ListedNo: 2, State: Kept},
		{ID: "c3", Family: "f2", Person: "p3", ListedNo: 3, State: Gone},
		{ID: "c4", Family: "f9", Person: "p9", ListedNo: 4, State: Kept},
	}
	got := contendListed(village(), rules.Family, list)
	want := []contender{{soul: 0, home: 0, listedNo: 2}, {soul: -1, home: -1, listedNo: 4}, {soul: 0, home: 0, listedNo: 1, twice: true, silent: true}}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(contender{})); d != "" {
		t.Error(d)
	}
	for i := range list {
		list[i].State = Listed
	}
	for _, c := range contendListed(village(), rules.Family, list) {
		if c.silent {
			t.Error("nobody was answered, so nobody waits for an answer")
		}
	}
}

func TestBirthSpan(t *testing.T) {
	on := civil.Date{Year: 1950, Month: time.December, Day: 15}
	for precision, want := range map[registry.Precision][2]string{
		registry.ByDay: {"1950-12-15", ""}, registry.ByMonth: {"1950-12-01", "1950-12-31"}, registry.ByYear: {"1950-01-01", "1950-12-31"},
	} {
		from, to := birthSpan(on, precision)
		if from.String() != want[0] || to.String() != want[1] {
			t.Errorf("%s: %v to %v", precision, from, to)
		}
	}
}

// Each candidate takes one answer, whatever the rows say and in which order.
func TestEveryCandidateTakesOneAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "candidates")
		names := rapid.SampledFrom([]string{"SITI", "SITI AMINAH", "AMINAH"})
		var list []Candidate
		for i := range n {
			list = append(list, Candidate{ID: CandidateID(rune('a' + i)), Person: id.Person(rapid.SampledFrom([]string{"p1", "p2"}).Draw(t, "person")),
				Family: "f1", Listed: names.Draw(t, "listed"), State: Listed})
		}
		c := newClaim(list)
		seen := map[CandidateID]bool{}
		for range n + 2 {
			x := c.find(answer{person: "p1", family: "f1", name: names.Draw(t, "answered")})
			if x == nil {
				break
			}
			if seen[x.ID] {
				t.Fatalf("%s took two answers", x.ID)
			}
			seen[x.ID], c.taken[x.ID] = true, true
		}
		if len(seen) != n {
			t.Fatalf("%d of %d were found", len(seen), n)
		}
	})
}

// What a complete source does not name is a no; what no source covers is open.
func TestSilence(t *testing.T) {
	c := village()
	w := &world{vocab: vocabulary([]Program{{Code: "BST"}}, nil), ownCount: 1, known: &evidence.Known{Listed: map[evidence.Kind]bool{}, Programs: map[string]bool{}}}
	w.known.Programs["PKH"] = true
	w.settle()
	var s rules.Subject
	w.subject(c, 0, 0, &s)
	for code, want := range map[string]rules.Truth{"BST": rules.No, "PKH": rules.No, "SEMBAKO": rules.Unknown} {
		i := w.vocab.Program(code)
		if got := s.FamilyReceives.At(i); got != want || s.Receives.At(i) != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
	if got := s.Facts.At(w.vocab.Fact("asn")); got != rules.Unknown {
		t.Errorf("no list of civil servants, and asn is %v", got)
	}
}
