package main

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	spaces     = regexp.MustCompile(`\s+`)
	lonelyTick = regexp.MustCompile(`\s+'\s+`)
	hyphen     = regexp.MustCompile(`\s*-\s*`)
	slash      = regexp.MustCompile(`\s*/\s*`)
	comma      = regexp.MustCompile(`\s*,\s*`)
	glued      = regexp.MustCompile(`(\p{Ll}{3})(\p{Lu}\p{Ll}{3})`)
	shoutedE   = regexp.MustCompile(`^\p{Lu}{2,}'\p{Lu}$`)
)

// tidy gives a region's name the form it has on a letter. The published list
// is in title case with slips: stray marks at the end, quotes for the glottal
// apostrophe, small first letters, words glued together. Roman numerals, short
// names of companies and reduplication (Oro-oro) stay as they are.
func tidy(name string) string {
	s := strings.NewReplacer("\u00a0", " ", "’", "'", "‘", "'", "`", "'", `"`, "'").Replace(name)
	s = spaces.ReplaceAllString(strings.TrimSpace(s), " ")
	s = lonelyTick.ReplaceAllString(s, "' ")
	s = hyphen.ReplaceAllString(s, "-")
	s = slash.ReplaceAllString(s, "/")
	s = comma.ReplaceAllString(s, ", ")
	s = strings.TrimRight(s, ".,* ")
	s = glued.ReplaceAllString(s, "$1 $2")
	words := strings.Split(s, " ")
	for i, w := range words {
		words[i] = capital(w)
	}
	return strings.Join(words, " ")
}

// capital raises the first letter of w. The x of "2 x 11 Anam Lingkuang" is a
// multiplication sign and stays small.
func capital(w string) string {
	if w == "x" {
		return w
	}
	if shoutedE.MatchString(w) {
		w = strings.ToLower(w)
	}
	start := strings.IndexFunc(w, func(r rune) bool { return r != '(' })
	if start < 0 {
		return w
	}
	r, size := utf8.DecodeRuneInString(w[start:])
	return w[:start] + string(unicode.ToUpper(r)) + w[start+size:]
}
