package evidence

import (
	"tepat/internal/db"
	"tepat/internal/money"
	"tepat/internal/registry"
)

// aid is what a family receives as sources state it.
type aid struct {
	programs string
	amount   money.Rupiah
}

// matter is everything the machine looks at before it opens, changes or drops
// an indication: one person, one kind.
type matter struct {
	person  registry.Person
	kind    Kind
	facts   []Fact       // standing ones of this kind
	current *Indication  // not cancelled; nil for none
	twins   []Indication // others of people merged into this one that nobody has decided on
	closed  db.Time      // when the last one was cancelled
	aid     aid
	watched bool // somebody who knows candidates asks for it
	follow  bool // the person's record was joined or taken apart
	fresh   bool // a fact of this kind arrived just now
}

// take adds an indication of the person to the matter. Two may stand when two
// records were merged: the one that people have brought furthest counts, then
// the older; another goes as long as nobody has decided on it.
func (m *matter) take(i *Indication) {
	if i.State == Cancelled {
		if m.closed.Std().Before(i.ClosedAt.Std()) {
			m.closed = i.ClosedAt
		}
		return
	}
	if m.current == nil {
		m.current = i
		return
	}
	other := i
	if i.State.reached() > m.current.State.reached() {
		other, m.current = m.current, i
	}
	if other.State == Indicated {
		m.twins = append(m.twins, *other)
	}
}

// reached orders states by how far people have brought a matter.
func (s State) reached() int {
	switch s {
	case Confirmed, Reviving:
		return 2
	case Proven, Unproven:
		return 1
	}
	return 0
}

// act is what the machine does about a matter. It never decides.
type act string

const (
	leave     act = ""
	open      act = "opened"
	update    act = "evidence"
	refresh   act = "refreshed" // only what the family receives changed
	supersede act = "superseded"
	drop      act = "dropped"
)

// judge returns what to do and the indication as it shall be stored.
func (m matter) judge() (act, Indication) {
	if m.current == nil {
		return m.judgeNew()
	}
	i := *m.current
	cited := best(m.facts)
	if i.State == Indicated && (cited < 0 || m.lostItsReason(i)) {
		return drop, i
	}
	changed := i.Programs != m.aid.programs || i.Amount != m.aid.amount
	if m.follow && i.State.Open() && (i.Family != m.person.FamilyID || i.Village != m.person.Village) {
		i.Family, i.Village, changed = m.person.FamilyID, m.person.Village, true
	}
	i.Programs, i.Amount = m.aid.programs, m.aid.amount
	switch {
	case cited < 0 || i.State == Reviving:
		// What was decided stands; its evidence cannot go while it does.
	case i.State == Confirmed && m.betterNow(i, m.facts[cited]):
		i.Fact = m.facts[cited].ID
		i.reopen()
		return supersede, i
	case i.State != Confirmed && (m.fresh || i.Fact != m.facts[cited].ID):
		i.Fact = m.facts[cited].ID
		return update, i
	}
	if changed && i.State.Open() {
		return refresh, i
	}
	return leave, i
}

// judgeNew decides whether the facts open an indication.
func (m matter) judgeNew() (act, Indication) {
	cited := best(m.facts)
	t := m.kind.trait()
	switch {
	case cited < 0 || !t.opens || m.person.Life != registry.Alive:
		return leave, Indication{}
	case t.needsAid && m.aid.programs == "" && !m.watched:
		return leave, Indication{}
	case !m.newSinceClosed():
		return leave, Indication{}
	}
	return open, Indication{
		Kind: m.kind, Person: m.person.ID, Family: m.person.FamilyID, Village: m.person.Village, Fact: m.facts[cited].ID,
		Programs: m.aid.programs, Amount: m.aid.amount, State: Indicated, Severity: severity(m.kind, Indicated), Version: 1,
	}
}

// newSinceClosed reports whether a source said something after two people
// found the matter wrong: the same old statement does not open it again.
func (m matter) newSinceClosed() bool {
	if m.closed.IsZero() {
		return true
	}
	for _, f := range m.facts {
		if f.At.Std().After(m.closed.Std()) {
			return true
		}
	}
	return false
}

// lostItsReason reports whether i was opened because of aid that is no more.
// One opened by Watch had none and stays.
func (m matter) lostItsReason(i Indication) bool {
	return m.kind.trait().needsAid && i.Programs != "" && m.aid.programs == "" && !m.watched
}

// betterNow reports whether a confirmed indication that could only suspend
// has now got evidence that could end: people look again.
func (m matter) betterNow(i Indication, f Fact) bool {
	return !i.Ended && m.person.Life == registry.Alive && !enough(m.kind, gradeOf(m.facts, i)) && enough(m.kind, f.Grade)
}

// gradeOf returns the grade of the fact that i cites.
func gradeOf(facts []Fact, i Indication) Grade {
	for _, f := range facts {
		if f.ID == i.Fact {
			return f.Grade
		}
	}
	return ""
}

// enough reports whether evidence of this grade lets a confirmed indication
// be written into the registry. A letter of departure is a document by itself.
func enough(kind Kind, grade Grade) bool {
	switch kind.trait().life {
	case registry.Dead:
		return grade.Ends()
	case registry.Moved:
		return true
	}
	return false
}
