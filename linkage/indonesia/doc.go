// Package indonesia knows how Indonesian person records are written: names
// with their spellings and titles, population numbers (NIK) and family card
// numbers (KK), dates, places, addresses and telephone numbers.
//
// It owns cleaners (pure functions from a cell to its canonical form), tests
// for pairs of numbers and dates, and Model, a ready linkage model built from
// whichever of the usual fields exist. It refuses to guess: nicknames are not
// unfolded, digits that a spreadsheet destroyed are missing, and nothing here
// decides whether two records are one person.
//
// Every cleaner bounds its output and never fails, and all but NameSound and
// NameKey, which are for comparing only, leave their own output as it is; a cell
// that says nothing ("-", "TIDAK ADA", a NIK of sixteen zeros) becomes "".
//
// Read TestNormalizeName first.
package indonesia
