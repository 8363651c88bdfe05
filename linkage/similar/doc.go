// Package similar measures how alike two strings, dates or numbers are.
//
// It owns the measures only: no table, no threshold, no memory of earlier
// calls. Every function is symmetric, works on UTF-8 by character (invalid
// bytes count as the replacement character), and takes a fast path without
// allocation for ASCII of up to 64 bytes. Read TestBitParallelEqualsTextbook
// first.
package similar
