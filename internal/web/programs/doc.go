// Package programs shows the regency's programmes: their rules in plain
// sentences, the candidates, the ranking around the quota line, and the decree
// with its check before signing.
//
// It owns these pages and their words. It decides nothing: rules, order and
// four eyes are internal/program's, and a page shows only what the reader's
// area holds. Read programs_test.go first.
package programs
