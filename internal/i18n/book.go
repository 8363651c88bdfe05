package i18n

import (
	"encoding/json"
	"fmt"
	"io/fs"
)

// Book is the sentences of one engine, which spells verdicts without a
// Catalogue: values in, sentence out. The same texts.json feeds the catalogue
// of the whole product, which checks it.
type Book map[string][2]string

// MustBook reads the texts.json embedded in tree: a build without its texts
// must not start.
func MustBook(tree fs.FS) Book {
	b := Book{}
	raw, err := fs.ReadFile(tree, FileName)
	if err == nil {
		err = json.Unmarshal(raw, &b)
	}
	if err != nil {
		panic("i18n: the texts of an engine: " + err.Error())
	}
	return b
}

// Has reports whether key is a sentence of the book.
func (b Book) Has(key string) bool {
	_, ok := b[key]
	return ok
}

// Say fills the sentence key in lang, Indonesian unless it is "en"; an unknown
// key is its own sentence.
func (b Book) Say(lang, key string, args ...any) string {
	t, ok := b[key]
	if !ok {
		return key
	}
	s := t[0]
	if lang == Langs[1] {
		s = t[1]
	}
	if len(args) == 0 {
		return s
	}
	return fmt.Sprintf(s, args...)
}
