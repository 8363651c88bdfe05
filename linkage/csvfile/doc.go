// Package csvfile reads csv files into tables, on all cores and with bounded
// memory.
//
// It owns the form of the file: delimiter, quotes, byte order mark, line ends,
// and what is wrong with it. It refuses to guess about broken quotes: a quoted
// cell that does not end is an error with its line; everything else that is odd
// (too few cells, NUL bytes, a line of 100 MB) is counted and passed over. Read
// TestPoison first.
package csvfile
