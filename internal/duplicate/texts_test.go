package duplicate_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"tepat/internal/duplicate"
	"tepat/internal/i18n"
)

var (
	key = regexp.MustCompile(`"(duplicate\.[a-z0-9_]*[a-z0-9](?:\.[a-z0-9_]*[a-z0-9])*)"`)
	say = regexp.MustCompile(`say\("([a-z0-9_.]*[a-z0-9])"`)
)

func TestEverySentenceIsInTheCatalogue(t *testing.T) {
	c, err := i18n.Load(duplicate.Texts)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	jobs := map[string]bool{duplicate.JobSearch: true, duplicate.JobAfter: true, duplicate.JobTrain: true}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(src), -1) {
			if !jobs[m[1]] && !c.Has("event."+m[1]) {
				want = append(want, m[1])
			}
		}
		for _, m := range say.FindAllStringSubmatch(string(src), -1) {
			want = append(want, "duplicate."+m[1])
		}
	}
	for _, v := range []duplicate.Verdict{duplicate.VerdictSame, duplicate.VerdictDifferent, duplicate.VerdictField} {
		want = append(want, "duplicate.verdict."+string(v))
		for _, code := range duplicate.Reasons(v) {
			want = append(want, "duplicate.reason."+code)
		}
	}
	for _, s := range []duplicate.State{duplicate.Open, duplicate.Field, duplicate.Proposed, duplicate.Same, duplicate.Different, duplicate.Left, duplicate.Gone} {
		want = append(want, "duplicate.state."+string(s))
	}
	for _, z := range []duplicate.Zone{duplicate.Weak, duplicate.Likely, duplicate.Certain} {
		want = append(want, "duplicate.zone."+string(z), "duplicate.headline."+string(z))
	}
	for _, f := range []string{"name", "nik", "birth", "sex", "mother", "place", "kk"} {
		want = append(want, "duplicate.field."+f, "duplicate.against."+f)
		for _, m := range []duplicate.Match{duplicate.Agrees, duplicate.Alike, duplicate.Differs, duplicate.Absent} {
			want = append(want, "duplicate.for."+f+"."+string(m), "duplicate.match."+string(m))
		}
	}
	for _, deed := range []string{"same", "proposed", "different", "left", "field", "confirmed", "returned", "undone"} {
		want = append(want, "duplicate.deed."+deed, "event.duplicate."+deed)
	}
	for _, k := range want {
		if !c.Has(k) {
			t.Errorf("no text for %s", k)
		}
	}
}
