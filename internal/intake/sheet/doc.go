// Package sheet turns a file that somebody sends into rows of cells.
//
// It owns telling file kinds apart by their content, streaming xlsx, xls, ods, web pages,
// csv and zips of these with bounded memory, keeping the text of every cell exactly as it is stored (a NIK
// never passes through a float), and finding the row that names the columns.
// It refuses, with a sentence that says what to do instead, everything that is no
// table: pictures, PDF, locked or cut files, zip bombs. It knows nothing about
// people, columns' meaning or databases; judging what a cell says is intake's work.
//
// A new format is one file: a constructor for Book and a line in the formats table
// of open.go.
//
// Read open_test.go first, then csv_test.go for what a broken row does to its
// neighbours (nothing).
package sheet
