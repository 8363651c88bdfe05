package linkage

import (
	"slices"
	"strings"
)

// mostWords is how many words of a value are kept, for blocking and sets.
const mostWords = 32

// wordList holds the words of the distinct values of a column.
type wordList struct {
	dict  *dict
	end   []uint32 // by value: where its words end in codes
	codes []uint32 // words in order, at most mostWords a value
	count []uint32 // by word: records that hold it
	total uint64   // words in all records
	fixed uint32   // words from here on may change their meaning; 0: none
}

// of returns the words of a value.
func (w *wordList) of(code uint32) []uint32 {
	if code == 0 {
		return nil
	}
	return w.codes[w.end[code-1]:w.end[code]]
}

// words works the list out once.
func (c *column) words() *wordList {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.feats.words == nil {
		w := &wordList{dict: newDict(), end: make([]uint32, 1, c.dict.len()), count: make([]uint32, 1)}
		for code := 1; code < c.dict.len(); code++ {
			w.append(c.dict.get(uint32(code)), c.countOf(uint32(code)))
		}
		c.feats.words = w
	}
	return c.feats.words
}

func (c *column) countOf(code uint32) uint32 {
	if int(code) < len(c.count) {
		return c.count[code]
	}
	return 0
}

// append adds the words of the next value, held by count records.
func (w *wordList) append(value string, count uint32) {
	from := len(w.codes)
	for word := range splitWords(value) {
		if len(w.codes)-from == mostWords {
			break
		}
		code := w.dict.code(bytesOf(word))
		w.codes = append(w.codes, code)
		if int(code) == len(w.count) {
			w.count = append(w.count, 0)
		}
		w.count[code] += count
		w.total += uint64(count)
	}
	w.end = append(w.end, uint32(len(w.codes)))
}

// splitWords splits at spaces and at the bars between the items of a set.
func splitWords(s string) func(yield func(string) bool) {
	return strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == '|' })
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '|' })
}

// initials are the first letters of the words.
func initials(s string) string {
	var b strings.Builder
	for word := range splitWords(s) {
		for _, r := range word {
			b.WriteRune(r)
			break
		}
	}
	return b.String()
}

// sortedWords are the words in the order of the alphabet.
func sortedWords(s string) string {
	w := wordsOf(s)
	slices.Sort(w)
	return strings.Join(w, " ")
}
