package evidence

import (
	"strings"

	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/intake"
	"tepat/internal/nik"
	"tepat/internal/registry"
)

// read turns a row into a fact, or says on the row why it is none.
func read(kind Kind, b intake.Batch, it *intake.Item, cards map[nik.KK]card) (Fact, bool) {
	r := &it.Record
	f := Fact{Kind: kind, Source: b.Sender, On: r.EventOn, Document: r.Document, Note: r.Note, StatedName: r.Name, StatedBirth: r.BirthOn, Batch: b.ID, Row: it.Row}
	if !whom(&f, it, cards) {
		return f, false
	}
	if f.Source == "" {
		f.Source = b.FileName
	}
	switch kind {
	case Receives:
		return f, readAid(&f, b, it)
	case Death:
		return f, readDeath(&f, b, it)
	}
	return f, true
}

// warn is Item.Warn for a check that may come by twice.
func warn(it *intake.Item, key string, field intake.Field, args ...string) {
	for i := range it.Findings {
		if it.Findings[i].Key == key && it.Findings[i].Field == field {
			return
		}
	}
	it.Warn(key, field, args...)
}

// kindOf returns the kind of fact that the batch's layout carries.
func kindOf(b intake.Batch) (Kind, error) {
	l, ok := intake.LayoutNamed(b.Layout)
	if kind := Kind(l.Kind); ok && kind.Known() {
		return kind, nil
	}
	return "", fault.NewInvalid("evidence.layout_unknown", b.Layout)
}

// whom finds the person or, for aid, at least the family of the row.
func whom(f *Fact, it *intake.Item, cards map[nik.KK]card) bool {
	r := &it.Record
	if it.Match.Verdict == registry.Same {
		if it.Outcome == intake.Look {
			return false // the number is damaged: a name alone is not enough
		}
		p := it.Match.Person
		f.Person, f.Family, f.Village = p.ID, p.FamilyID, p.Village
		return true
	}
	c, onCard := cards[r.KK]
	if onCard && (it.Match.Verdict == registry.New || it.Match.Verdict == registry.LookFuzzy && r.NIK == "" && it.Match.Person.FamilyID == c.family.ID) {
		if p := c.named(r.Name); p.ID != "" {
			f.Person, f.Family, f.Village = p.ID, c.family.ID, p.Village
			return true
		}
		if f.Kind == Receives {
			f.Family, f.Village = c.family.ID, c.family.Village
			warn(it, "evidence.by_card", intake.FieldKK)
			return true
		}
	}
	if it.Match.Verdict == registry.New || it.Match.Verdict == "" {
		warn(it, "evidence.unknown_person", intake.FieldNIK)
	}
	it.Outcome = intake.Look
	return false
}

// readAid takes the programme from the row, the layout or the upload, and dates
// an undated list by its arrival: a list is true on the day it is sent.
func readAid(f *Fact, b intake.Batch, it *intake.Item) bool {
	f.Value, f.Amount = ProgramCode(it.Record.Program), it.Record.Amount
	if l, ok := intake.LayoutNamed(b.Layout); ok && f.Value == "" && l.Program != "ask" {
		f.Value = ProgramCode(l.Program)
	}
	if f.Value == "" {
		f.Value = ProgramCode(b.Subject)
	}
	if f.On.IsZero() && !b.CreatedAt.IsZero() {
		f.On = civil.Of(b.CreatedAt.Std())
	}
	if f.Value == "" {
		it.Stop("evidence.program_missing", intake.FieldProgram)
		return false
	}
	return true
}

// readDeath checks the day and reads a missing grade as C, which only suspends.
func readDeath(f *Fact, b intake.Batch, it *intake.Item) bool {
	f.Grade = Grade(strings.ToUpper(strings.TrimSpace(it.Record.Grade)))
	born := it.Record.BirthOn
	if it.Match.Person.ID != "" && !it.Match.Person.BirthOn.IsZero() {
		born = it.Match.Person.BirthOn
	}
	switch {
	case f.Grade != "" && !f.Grade.Known():
		it.Stop("evidence.grade_unknown", intake.FieldGrade)
		return false
	case !f.On.IsZero() && !b.CreatedAt.IsZero() && f.On.After(civil.Of(b.CreatedAt.Std()).AddDays(1)):
		it.Stop("evidence.death_future", intake.FieldEventOn, f.On.String())
		return false
	case !f.On.IsZero() && !born.IsZero() && f.On.Before(born):
		it.Stop("evidence.death_before_birth", intake.FieldEventOn, f.On.String())
		return false
	}
	if f.Grade == "" {
		f.Grade = GradeC
		warn(it, "evidence.grade_assumed", intake.FieldGrade)
	}
	if f.On.IsZero() {
		warn(it, "evidence.death_undated", intake.FieldEventOn)
	}
	return true
}
