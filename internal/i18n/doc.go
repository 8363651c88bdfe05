// Package i18n holds the sentences of the interface in Indonesian and English
// and spells numbers, money, dates and times the way each language does.
//
// It owns the catalogue and its checks (both languages present, the same
// arguments in each); it refuses to decide what is said or when, and knows no
// request. Texts lie beside the pages that use them, in files called
// texts.json: {"people.title": ["Data keluarga", "Families"]}.
// Read i18n_test.go first.
package i18n
