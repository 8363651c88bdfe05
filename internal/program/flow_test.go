package program_test

import (
	"slices"
	"strings"
	"testing"

	"tepat/internal/account"
	"tepat/internal/blob"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

// A programme from draft to signed decree, and a recipient replaced.
func TestFromDraftToDecree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.families(8)
		v := o.start("BST-UJI", terms(rules.Family, 3))
		r := o.rank(v)
		if r.Counts != (program.Counts{Subjects: 8, In: 3, Reserve: 2, Below: 3}) || r.Spent != fullYear.Times(3) || r.Line != 3 {
			t.Fatalf("%+v", r)
		}
		decree := o.propose(r)
		if decree.Lines != 3 || decree.Total != fullYear.Times(3) || decree.State != program.DecreeProposed {
			t.Fatalf("%+v", decree)
		}
		decree = o.sign(decree, "400.9/1/2026")
		lines, err := program.DecreeLines(t.Context(), d.Read(), whole(), decree.ID, 0, 0)
		if err != nil || len(lines) != 3 || lines[0].Place != 1 || lines[0].Amount != fullYear || lines[0].Name != "KEPALA A" {
			t.Fatalf("%+v %v", lines, err)
		}
		stored, err := program.DecreeByID(t.Context(), d.Read(), whole(), decree.ID)
		if err != nil || stored != decree {
			t.Fatalf("%+v\n%+v %v", stored, decree, err)
		}
		checkReplacement(o, decree, lines)
		want := []string{"program.created", "version.drafted", "version.proposed", "version.activated", "ranking.made", "decree.proposed",
			"decree.signed", "decree.replaced", "decree.replaced", "decree.returned"}
		kinds := slices.DeleteFunc(slices.Clone(o.book.kinds), func(k string) bool { return k == "family.registered" })
		if !slices.Equal(kinds, want) {
			t.Errorf("recorded %v", kinds)
		}
	})
}

// checkReplacement gives the place of two recipients to the reserve in order,
// and takes that back.
func checkReplacement(o *office, decree program.Decree, lines []program.DecreeLine) {
	o.Helper()
	ctx := o.Context()
	var first, second program.Replacement
	o.must(o.maker, func(tx *db.Tx) error {
		var err error
		first, err = program.ReplaceFromReserve(ctx, tx, lines[1].ID, civil.Date{}, "meninggal")
		return err
	})
	if first.Line.Place != 4 || first.Line.Replaces != lines[1].ID || first.Decree.Kind != program.ChangeDecree {
		o.Fatalf("%+v", first)
	}
	if key := o.as(o.maker, func(tx *db.Tx) error {
		_, err := program.ReplaceFromReserve(ctx, tx, lines[1].ID, civil.Date{}, "lagi")
		return err
	}); key != "program.replacing" {
		o.Errorf("replaced twice: %q", key)
	}
	o.must(o.maker, func(tx *db.Tx) error {
		var err error
		second, err = program.ReplaceFromReserve(ctx, tx, lines[0].ID, civil.Date{}, "pindah")
		return err
	})
	if second.Line.Place != 5 || second.Decree.ID != first.Decree.ID || second.Decree.Lines != 2 || second.Decree.Total != fullYear.Times(2) {
		o.Fatalf("%+v", second)
	}
	o.must(o.head, func(tx *db.Tx) error { return program.ReturnDecree(ctx, tx, second.Decree.ID, "bukti kurang") })
	now, err := program.DecreeLines(ctx, o.d.Read(), whole(), decree.ID, 0, 0)
	if err != nil || now[0].State != program.LineDecreed || now[1].State != program.LineDecreed {
		o.Fatalf("%+v %v", now, err)
	}
}

func TestFourEyes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		ctx := t.Context()
		o.families(4)
		v := o.start("BST-UJI", terms(rules.Family, 2))
		var draft program.RuleVersion
		o.must(o.maker, func(tx *db.Tx) error {
			var err error
			draft, err = program.DraftVersion(ctx, tx, o.program.ID, terms(rules.Family, 3))
			return err
		})
		if key := o.as(o.other, func(tx *db.Tx) error {
			_, err := program.EditDraft(ctx, tx, draft.ID, draft.Terms, draft.Version)
			return err
		}); key != "program.draft_of_other" {
			t.Errorf("another officer edits: %q", key)
		}
		o.must(o.other, func(tx *db.Tx) error { return program.Propose(ctx, tx, draft.ID, draft.Version) })
		for _, who := range []db.Actor{o.maker, o.other} {
			if key := o.as(who, func(tx *db.Tx) error { return program.Activate(ctx, tx, draft.ID, draft.Version+1) }); key != "program.four_eyes_version" {
				t.Errorf("%s approves: %q", who.Name, key)
			}
		}
		r := o.rank(v)
		var decree program.Decree
		o.must(o.other, func(tx *db.Tx) error {
			var err error
			decree, err = program.ProposeDecree(ctx, tx, r.ID)
			return err
		})
		for _, who := range []db.Actor{o.maker, o.other, dbtest.Actor(natuna)} {
			key := o.as(who, func(tx *db.Tx) error {
				_, err := program.SignDecree(ctx, tx, decree.ID, signature(decree, "1"))
				return err
			})
			if key != "program.four_eyes_decree" {
				t.Errorf("%s signs: %q", who.Name, key)
			}
		}
		part := o.head
		part.Scope = region.NewScope(natuna, midai)
		if key := o.as(part, func(tx *db.Tx) error {
			_, err := program.SignDecree(ctx, tx, decree.ID, signature(decree, "1"))
			return err
		}); key != "program.whole_only" {
			t.Errorf("an officer of one village signs: %q", key)
		}
	})
}

func TestActiveVersionIsNeverEdited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		ctx := t.Context()
		v := o.start("BST-UJI", terms(rules.Family, 3))
		if key := o.as(o.maker, func(tx *db.Tx) error {
			_, err := program.EditDraft(ctx, tx, v.ID, terms(rules.Family, 300), v.Version)
			return err
		}); key != "program.not_draft" {
			t.Errorf("edited: %q", key)
		}
		next := o.activate(o.program.ID, terms(rules.Family, 5))
		list, err := program.Versions(ctx, d.Read(), whole(), o.program.ID)
		if err != nil || len(list) != 2 || list[0].ID != next.ID || list[0].State != program.Active || list[1].State != program.Retired {
			t.Fatalf("%+v %v", list, err)
		}
		if list[1].RulesDigest != v.RulesDigest || list[1].Spec.Quota != 3 {
			t.Error("the older version changed")
		}
		if key := o.as(o.maker, func(tx *db.Tx) error {
			_, err := program.Rank(ctx, tx, v.ID, today)
			return err
		}); key != "program.not_active" {
			t.Errorf("a retired version ranks: %q", key)
		}
	})
}

func TestSigningAsksForThePaper(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.families(4)
		v := o.start("BST-UJI", terms(rules.Family, 2))
		decree := o.propose(o.rank(v))
		for key, spoil := range map[string]func(*program.Signature){
			"program.confirm":       func(s *program.Signature) { s.Confirm++ },
			"program.signed_on":     func(s *program.Signature) { s.On = civil.Date{Year: 2027, Month: 1, Day: 1} },
			"program.decree_number": func(s *program.Signature) { s.Number = " " },
			"program.pdf_missing":   func(s *program.Signature) { s.PDF = "" },
			"program.decree_moved":  func(s *program.Signature) { s.Read++ },
		} {
			s := signature(decree, "400.9/1/2026")
			spoil(&s)
			got := o.as(o.head, func(tx *db.Tx) error {
				_, err := program.SignDecree(t.Context(), tx, decree.ID, s)
				return err
			})
			if got != key {
				t.Errorf("%q, want %q", got, key)
			}
		}
		o.sign(decree, "400.9/1/2026")
		if key := o.as(o.head, func(tx *db.Tx) error { return program.ReturnDecree(t.Context(), tx, decree.ID, "terlambat") }); key != "program.decree_decided" {
			t.Errorf("returned after signing: %q", key)
		}
	})
}

func TestOnlyPDFIsKept(t *testing.T) {
	dir := t.TempDir()
	store, err := blob.Open(dir+"/berkas", dir+"/kunci", blob.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for text, want := range map[string]string{"": "program.not_pdf", "%PD": "program.not_pdf", "<html>": "program.not_pdf", "%PDF-1.7\nuji": ""} {
		sum, err := program.KeepPDF(t.Context(), store, strings.NewReader(text))
		key := ""
		if f := fault.From(err); f != nil {
			key = f.Key
		}
		if key != want || (want == "") != (len(sum) == 64) {
			t.Errorf("%q: %v %q", text, err, sum)
		}
	}
}

// Nobody ranks or decrees a list that holds his own family or a relative he
// declared, and the answer names nobody.
func TestOwnFamilyInTheList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		ctx := t.Context()
		hs := o.families(6)
		v := o.start("BST-UJI", terms(rules.Family, 2))
		slip, err := account.NewOneTime(ctx)
		if err != nil {
			t.Fatal(err)
		}
		invite := func(username string, h registry.Card) db.Actor {
			var who id.User
			o.must(dbtest.Actor(natuna), func(tx *db.Tx) error {
				var err error
				who, err = account.Invite(ctx, tx, username, account.Details{Name: "Uji", Role: account.SectionHead, Areas: []region.Code{natuna},
					NIK: "2103990101900009", KK: h.Family.KK}, slip)
				return err
			})
			return db.Actor{User: who, Name: username, Scope: whole()}
		}
		relative := invite("kerabat", hs[1])
		if key := o.as(relative, func(tx *db.Tx) error {
			_, err := program.Rank(ctx, tx, v.ID, today)
			return err
		}); key != "program.own_family_listed" {
			t.Errorf("ranked: %q", key)
		}
		r := o.rank(v)
		if key := o.as(relative, func(tx *db.Tx) error {
			_, err := program.ProposeDecree(ctx, tx, r.ID)
			return err
		}); key != "program.own_family_listed" {
			t.Errorf("proposed: %q", key)
		}
	})
}

// What is not known is neither in nor out.
func TestUnknownStandsInAQueue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		ctx := t.Context()
		hs := o.families(5)
		five := 5
		v := o.start("BST-UJI", terms(rules.Family, 10, rules.Clause{ID: "hidup", Kind: rules.Alive}, rules.Clause{ID: "desil", Kind: rules.Desil, Max: &five},
			rules.Clause{ID: "pkh", Kind: rules.ReceivesNot, Programs: []string{"PKH"}, Scope: rules.ScopeFamily}))
		if r := o.rank(v); r.Counts.Unknown != 5 {
			t.Errorf("no list of PKH was taken in, and %+v", r.Counts)
		}
		o.must(o.maker, func(tx *db.Tx) error {
			_, err := evidence.Note(ctx, tx, evidence.Fact{Kind: evidence.Receives, Value: "PKH", Source: "kemensos", Person: hs[0].People[1].ID, On: today})
			return err
		})
		o.must(o.maker, func(tx *db.Tx) error {
			_, err := evidence.Note(ctx, tx, evidence.Fact{Kind: evidence.Death, Grade: evidence.GradeD, Source: "pendamping", Person: hs[1].People[0].ID, On: today})
			return err
		})
		r := o.rank(v)
		if r.Counts.Ineligible != 1 || r.Counts.Unknown != 1 || r.Counts.In != 3 {
			t.Fatalf("%+v", r.Counts)
		}
		out := o.lines(r, program.LineFilter{State: program.PlaceIneligible})
		if len(out) != 1 || out[0].Family != hs[0].Family.ID || out[0].Clause != "3" || out[0].Why("id") != "Tidak layak karena nomor 3: Menerima PKH (syarat: tidak menerima)." {
			t.Errorf("%+v", out)
		}
		doubt := o.lines(r, program.LineFilter{State: program.PlaceUnknown})
		if len(doubt) != 1 || doubt[0].Family != hs[1].Family.ID || doubt[0].Clause != "1" {
			t.Errorf("%+v", doubt)
		}
		checkExplanation(o, v, hs)
	})
}

func checkExplanation(o *office, v program.RuleVersion, hs []registry.Card) {
	o.Helper()
	said, err := program.Explain(o.Context(), o.d.Read(), whole(), v, hs[0].Family.ID, today, "id")
	if err != nil || len(said) != 1 || said[0].Name != "KEPALA A" || said[0].Truth != rules.No {
		o.Fatalf("%+v %v", said, err)
	}
	marks := ""
	for _, c := range said[0].Clauses {
		marks += c.Truth.Mark()
	}
	if marks != "✓✓✗" {
		o.Errorf("marks %s", marks)
	}
	if s := said[0].Clauses[2].Sources; len(s) != 1 || s[0].Source != "kemensos" || s[0].On != today {
		o.Errorf("sources %+v", s)
	}
	if s := said[0].Clauses[1].Sources; len(s) != 1 || s[0].Source != "dtsen" {
		o.Errorf("sources %+v", s)
	}
	only := region.NewScope(natuna, sedap)
	if _, err := program.Explain(o.Context(), o.d.Read(), only, v, hs[0].Family.ID, today, "id"); fault.KindOf(err) != fault.NotFound {
		o.Errorf("a family outside the area is explained: %v", err)
	}
}

// Lines and counts show the reader's area only.
func TestAreaNarrowsLines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.families(9)
		r := o.rank(o.start("BST-UJI", terms(rules.Person, 5)))
		if r.Counts.Subjects != 18 {
			t.Fatalf("%+v", r.Counts)
		}
		only := region.NewScope(natuna, sedap.Kecamatan())
		lines, err := program.Lines(t.Context(), d.Read(), only, r.ID, program.LineFilter{}, 0, 0)
		if err != nil || len(lines) != 8 {
			t.Fatalf("%d lines %v", len(lines), err)
		}
		cells, err := program.Tallies(t.Context(), d.Read(), only, r.ID)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, c := range cells {
			n += c.N
		}
		if n != 8 {
			t.Errorf("%d counted", n)
		}
		none, err := program.Lines(t.Context(), d.Read(), region.Scope{}, r.ID, program.LineFilter{}, 0, 0)
		if err != nil || len(none) != 0 {
			t.Errorf("the zero scope sees %d, %v", len(none), err)
		}
		window, err := program.Window(t.Context(), d.Read(), whole(), r, 3, 2)
		if err != nil || len(window) != 5 || window[0].Place != 3 {
			t.Fatalf("%+v %v", window, err)
		}
		v, err := program.VersionByID(t.Context(), d.Read(), whole(), r.RuleVersion)
		if err != nil {
			t.Fatal(err)
		}
		why, err := program.WhyLines(t.Context(), d.Read(), whole(), r, v, window, "id")
		if err != nil || len(why) != 5 || len(why[4]) < 2 || !strings.Contains(why[4][0], "cadangan") {
			t.Errorf("%v %v", why, err)
		}
	})
}

// Somebody who changes a stored place is found when the reserve is called.
func TestDamagedRankingIsNotUsed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.families(8)
		decree := o.sign(o.propose(o.rank(o.start("BST-UJI", terms(rules.Family, 3)))), "1")
		lines, err := program.DecreeLines(t.Context(), d.Read(), whole(), decree.ID, 0, 0)
		if err != nil {
			t.Fatal(err)
		}
		o.must(o.other, func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), "UPDATE ranking_line SET keys = '1' WHERE regency = $1 AND place_no = 7", "2103"); err != nil {
				return err
			}
			return tx.Record("uji", "uji", "", nil)
		})
		if key := o.as(o.maker, func(tx *db.Tx) error {
			_, err := program.ReplaceFromReserve(t.Context(), tx, lines[0].ID, civil.Date{}, "meninggal")
			return err
		}); key != "program.ranking_damaged" {
			t.Errorf("%q", key)
		}
	})
}
