package demo

// Dirt is how badly the agencies' files are kept. All rates are per mille of
// rows (of files where the name says so). The zero Dirt is clean.
type Dirt struct {
	Overlap int // PKH families that a village also pays BLT Dana Desa

	DukcapilBirth    int // birth date corrected on the card, not in the NIK
	DukcapilNoMother int // mother's name blank
	DukcapilNoRT     int // RT and RW 000

	NameVariant int // name spelled, shortened or titled differently (PKH, DTSEN)
	NameTypo    int // a letter wrong
	NumericNIK  int // NIK in a number cell: the sixteenth digit became 0
	NoNIK       int // NIK blank
	WrongNIK    int // a digit wrong or two exchanged
	OldKK       int // the number of the card before, where there was one
	Repeated    int // row entered twice

	SwappedDate   int // day and month exchanged, in BLT lists
	TextDate      int // date as text instead of a date cell, in BLT lists
	Village       int // BLT files with headers of the village's own
	Letterhead    int // BLT files with a letterhead above the table
	Signatures    int // BLT files with a total row and a signature block
	DirtyDeathNIK int // NIK damaged or missing in the death list
	DirtyCivilNIK int // NIK missing in the list of civil servants
	DTSENMissing  int // families that DTSEN does not have
}

// DefaultDirt is the condition that regencies describe: the civil registry
// nearly clean, lists kept in spreadsheets not.
func DefaultDirt() Dirt {
	return Dirt{
		Overlap:       18,
		DukcapilBirth: 3, DukcapilNoMother: 35, DukcapilNoRT: 60,
		NameVariant: 120, NameTypo: 30, NumericNIK: 60, NoNIK: 12, WrongNIK: 10, OldKK: 700, Repeated: 6,
		SwappedDate: 150, TextDate: 600, Village: 350, Letterhead: 120, Signatures: 80,
		DirtyDeathNIK: 60, DirtyCivilNIK: 30, DTSENMissing: 8,
	}
}
