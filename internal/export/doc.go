// Package export turns a list that people see into a file they can take away:
// xlsx, CSV or JSON, and the correction workbook that goes back to whoever
// delivered faulty rows.
//
// It owns the shape of those files, the note that says where the numbers come
// from, and the hash that ties a file to the ledger. It refuses to load
// anything, to decide who may export, and to open a masked number: a nik.NIK
// or nik.KK is written masked, only a plain string in a NIK column, made with
// Reveal by a caller who logged why, is written in digits.
// Read export_test.go first.
//
// # Formula injection
//
// A cell of text that begins with = + - @, their full-width forms, a tab or a
// line break may be run as a formula by a spreadsheet (CWE-1236, OWASP "CSV
// Injection"). What is done differs by format:
//
//   - xlsx: nothing is added to the text. Every text cell is stored as a typed
//     string, which is never a formula, in the format Text (@); a dangerous one
//     also has the quote prefix, Excel's own mark "this is text", so that
//     editing the cell does not turn it into a formula either.
//   - CSV has no types, so an apostrophe is put in front; see Guard. Unguard
//     takes exactly those apostrophes away again, and intake uses it.
//   - JSON has types and is read by programs: nothing is done.
//
// CSV is for programs. Excel reads a NIK in a CSV as a number and destroys its
// last digit, whatever we write; people get the xlsx.
//
// # The hash
//
// Sum.SHA256 is the hash of the data rows alone, the same for all three
// formats: each row as a JSON array in one line, ended by a line feed; text in
// UTF-8 with only ", \, tab and line feed escaped; whole numbers and rupiah in
// digits, dates as "2006-01-02", times as "2006-01-02T15:04:05", empty cells
// null. With a JSON export at hand:
//
//	jq -c '.rows[]' file.json | sha256sum
package export
