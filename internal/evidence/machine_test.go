package evidence

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"tepat/internal/db"
	"tepat/internal/id"
)

// However officers press the buttons, nothing is confirmed or cancelled on one
// person's word, and money for the dead waits until two people say otherwise.
func TestNoPathAroundTheSecondPerson(t *testing.T) {
	now := db.TimeOf(time.Date(2026, 11, 22, 1, 15, 0, 0, time.UTC))
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]Kind{Death, Left, ASN, VillageOfficial}).Draw(rt, "kind")
		i := Indication{Kind: kind, State: Indicated, Severity: severity(kind, Indicated)}
		type deed struct {
			who  id.User
			what string
		}
		var done []deed
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			who := rapid.SampledFrom([]id.User{"", "a", "b", "c"}).Draw(rt, "who")
			what := rapid.SampledFrom([]string{"proven", "unproven", "agree", "disagree", "withdraw", "revive", "supersede"}).Draw(rt, "what")
			actor, was := db.Actor{User: who, Name: string(who)}, i.State
			reason := rapid.SampledFrom([]string{"", "sudah dicek"}).Draw(rt, "reason")
			var err error
			switch what {
			case "proven", "unproven":
				err = i.decide(what == "proven", reason, actor, now)
			case "agree", "disagree":
				err = i.confirm(what == "agree", reason, actor, now)
			case "withdraw":
				err = i.withdraw(actor)
			case "revive":
				err = i.revive(reason, actor, now)
			case "supersede":
				if i.State == Confirmed && !i.Ended {
					i.reopen()
				}
			}
			if err != nil {
				if i.State != was {
					rt.Fatalf("a refused %s changed %s to %s", what, was, i.State)
				}
				continue
			}
			if i.State == was {
				continue
			}
			if who == "" && what != "supersede" {
				rt.Fatalf("the system itself did %s", what)
			}
			if i.State == Confirmed || i.State == Cancelled {
				last := done[len(done)-1]
				if last.who == who || i.State == Confirmed && (i.DecidedBy == i.ConfirmedBy || i.ConfirmedBy == "" || i.DecidedBy == "") {
					rt.Fatalf("%s came about by %q after %q: %+v", i.State, who, last.who, i)
				}
			}
			if kind == Death && i.State != Cancelled && i.Severity != HoldPayment {
				rt.Fatalf("payment to somebody reported dead goes on in state %s", i.State)
			}
			done = append(done, deed{who, what})
		}
	})
}

func TestBestEvidence(t *testing.T) {
	for _, c := range []struct {
		grades string
		want   int
	}{{"", -1}, {"C", 0}, {"CA", 1}, {"AA", 0}, {"EDB", 2}, {"-E", 1}} {
		var facts []Fact
		for n, g := range c.grades {
			grade := Grade(g)
			if g == '-' {
				grade = ""
			}
			facts = append(facts, Fact{ID: id.Fact(rune('a' + n)), Grade: grade})
		}
		if got := best(facts); got != c.want {
			t.Errorf("of %q number %d is cited, want %d", c.grades, got, c.want)
		}
	}
}

func TestProgrammeNames(t *testing.T) {
	for text, want := range map[string]string{
		"PKH": "PKH", " pkh ": "PKH", "Bansos Sembako": "SEMBAKO", "BPNT": "SEMBAKO", "BLT Dana Desa": "BLT-DD", "blt-dd": "BLT-DD", "": "", " / ": "",
	} {
		if got := ProgramCode(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
