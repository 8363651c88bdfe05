package intake

import (
	"tepat/internal/civil"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Field names what a column can mean.
type Field string

// The fields that layouts and hand-made mappings use.
const (
	FieldNIK        Field = "nik"
	FieldKK         Field = "kk"
	FieldName       Field = "name"
	FieldSex        Field = "sex"
	FieldBirthOn    Field = "birth_on"
	FieldBirthPlace Field = "birth_place"
	FieldMother     Field = "mother_name"
	FieldRelation   Field = "relation"
	FieldOccupation Field = "occupation"
	FieldAddress    Field = "address"
	FieldRT         Field = "rt"
	FieldRW         Field = "rw"
	FieldHamlet     Field = "hamlet"
	FieldVillage    Field = "village"      // name
	FieldKecamatan  Field = "kecamatan"    // name
	FieldVillageNo  Field = "village_no"   // NO_KEL, last four digits, or a whole code
	FieldKecNo      Field = "kecamatan_no" // NO_KEC, last two digits
	FieldRegencyNo  Field = "regency_no"   // NO_KAB, last two digits
	FieldProvinceNo Field = "province_no"  // NO_PROP
	FieldDesil      Field = "desil"
	FieldRank       Field = "rank_regency"
	FieldRankedOn   Field = "ranked_on"
	FieldProgram    Field = "program"
	FieldAmount     Field = "amount"
	FieldEventOn    Field = "event_on" // day of death, appointment, decision
	FieldGrade      Field = "grade"    // evidence grade A–E
	FieldDocument   Field = "document" // number of the certificate, NIP, or the list's own key
	FieldLetter     Field = "letter"   // number of the letter that stands in for a certificate
	FieldAnswer     Field = "answer"   // stays or leaves, of a village's validation
	FieldReason     Field = "reason"
	FieldNote       Field = "note"
)

// Record is one row, read: typed values where the text could be understood,
// zero values where it was empty or could not (then a Finding says so).
type Record struct {
	NIK        nik.NIK
	KK         nik.KK
	Name       string
	Sex        nik.Sex
	BirthOn    civil.Date
	Precision  registry.Precision
	BirthPlace string
	Mother     string
	Relation   registry.Relation
	Occupation string
	Address    string
	RT, RW     string
	Hamlet     string
	Village    region.Code
	Desil      int
	Rank       int
	RankedOn   civil.Date
	Program    string
	Amount     money.Rupiah
	EventOn    civil.Date
	Grade      string
	Document   string
	Answer     string
	Reason     string
	Note       string
}

// Profile returns what matching needs.
func (r *Record) Profile() registry.Profile {
	return registry.Profile{NIK: r.NIK, Name: r.Name, BirthOn: r.BirthOn, Precision: r.Precision, Sex: r.Sex, Mother: r.Mother,
		KK: r.KK, Village: r.Village, RT: r.RT, RW: r.RW, Hamlet: r.Hamlet}
}

// Finding is one thing to say about a row. A blocking one makes the row Fix.
type Finding struct {
	Key   string // catalogue key, "intake.nik_e1"
	Field Field
	Args  []string // never a NIK or KK in digits
	Block bool
}

// Item is a row on its way through a check or an application.
type Item struct {
	Row      int // row number in the sheet, from 1
	Record   Record
	Findings []Finding
	Outcome  Outcome
	Match    registry.Match
	// Note is the target's own word about the row, kept with it: an identifier
	// of what the row became or agrees with.
	Note string

	settled bool
}

// Settled reports whether the outcome is final: no target knows better.
func (it *Item) Settled() bool {
	return it.settled || it.Outcome == Fix || it.Outcome == Same || it.Outcome == Skipped
}

// hold sends the row to a person, whatever a target knows.
func (it *Item) hold(key string, field Field, args ...string) {
	it.settled = true
	if it.Outcome == Ready {
		it.Outcome = Look
	}
	for i := range it.Findings {
		if it.Findings[i].Key == key {
			return
		}
	}
	it.Warn(key, field, args...)
}

// keep takes back what a target may not do: make a row better than its values
// are, or one that is held anything but wrong.
func (it *Item) keep(before Outcome) {
	switch {
	case before == Fix || before == Skipped || before == Same:
		it.Outcome = before
	case it.settled && it.Outcome != Fix:
		it.Outcome = Look
	}
}

// Stop adds a blocking finding and makes the item Fix.
func (it *Item) Stop(key string, field Field, args ...string) {
	it.Findings = append(it.Findings, Finding{key, field, args, true})
	it.Outcome = Fix
}

// Warn adds a finding that does not block.
func (it *Item) Warn(key string, field Field, args ...string) {
	it.Findings = append(it.Findings, Finding{Key: key, Field: field, Args: args})
}
