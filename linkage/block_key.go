package linkage

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"tepat/linkage/similar"
)

// blockRule is a Rule at work.
type blockRule struct {
	keys  []blockKey
	multi bool // some key has several values a record
	text  string
}

// blockKey is a Key at work.
type blockKey struct {
	col  *column
	part string
	how  keyWay
	n    int
	list *partList // of parts of coded columns
}

type keyWay uint8

const (
	wholeKey   keyWay = iota
	partKey           // looked up by code
	wordsKey          // every word: several values a record
	yearKey           // of a date
	dayKey            // month and day of a date
	prefixKey         // of digits
	suffixKey         // of digits
	textualKey        // any other part of a date
)

func compileRules(m *Model, l *layout) ([]blockRule, error) {
	if len(m.Blocking) > 64 {
		return nil, fmt.Errorf("linkage: %d blocking rules; a model has at most 64", len(m.Blocking))
	}
	rules := make([]blockRule, 0, len(m.Blocking))
	for i, r := range m.Blocking {
		b, err := compileRule(r, l)
		if err != nil {
			return nil, fmt.Errorf("linkage: blocking rule %d: %w", i+1, err)
		}
		rules = append(rules, b)
	}
	return rules, nil
}

func compileRule(r Rule, l *layout) (blockRule, error) {
	if len(r.Keys) == 0 {
		return blockRule{}, fmt.Errorf("it has no keys; name a column")
	}
	var b blockRule
	for _, k := range r.Keys {
		key, err := compileKey(k, l)
		if err != nil {
			return b, err
		}
		b.multi = b.multi || key.how == wordsKey
		b.keys = append(b.keys, key)
	}
	b.text = r.String()
	return b, nil
}

// String names the keys of a rule: "name sound + village".
func (r Rule) String() string {
	var parts []string
	for _, k := range r.Keys {
		parts = append(parts, k.String())
	}
	return strings.Join(parts, " + ")
}

// String names a key: "birth year".
func (k Key) String() string {
	if k.Part == "" {
		return k.Column
	}
	return k.Column + " " + strings.NewReplacer("_", " ", ":", " ").Replace(k.Part)
}

func compileKey(k Key, l *layout) (blockKey, error) {
	c := l.byName[k.Column]
	if c == nil {
		return blockKey{}, fmt.Errorf("column %q is not in the model", k.Column)
	}
	out := blockKey{col: c, part: k.Part}
	name, arg, hasArg := strings.Cut(k.Part, ":")
	if hasArg {
		n, err := strconv.Atoi(arg)
		if err != nil || n < 1 {
			return out, fmt.Errorf("part %q of column %q: after the colon stands a count from 1 on", k.Part, k.Column)
		}
		out.n = n
	}
	if hasArg != (name == "prefix" || name == "suffix" || name == "word") {
		return out, fmt.Errorf("part %q of column %q: write prefix:N, suffix:N or word:N, and the others without a count", k.Part, k.Column)
	}
	way, ok := wayOf(name, c.Kind)
	if !ok {
		return out, fmt.Errorf("part %q cannot be taken of column %q of kind %q", k.Part, k.Column, c.Kind)
	}
	out.how = way
	return out, nil
}

// wayOf says how a part is found in a column of a kind.
func wayOf(name string, kind Kind) (keyWay, bool) {
	switch {
	case name == "":
		return wholeKey, true
	case name == "year" && kind == Date:
		return yearKey, true
	case name == "month_day" && kind == Date:
		return dayKey, true
	case name == "prefix" && kind == Digits:
		return prefixKey, true
	case name == "suffix" && kind == Digits:
		return suffixKey, true
	case (name == "prefix" || name == "suffix") && kind == Date:
		return textualKey, true
	case kind == Date || kind == Digits || name == "year" || name == "month_day":
		return 0, false
	case name == "each_word":
		return wordsKey, true
	case name == "prefix", name == "suffix", name == "word", name == "sound", name == "initials", name == "sorted_words":
		return partKey, true
	}
	return 0, false
}

// prepare works out the hashes of the parts of distinct values.
func (b *blockRule) prepare() {
	for i := range b.keys {
		b.keys[i].prepare()
	}
}

func (k *blockKey) prepare() {
	switch k.how {
	case wordsKey:
		k.col.words()
	case partKey:
		k.list = k.col.partHashes(k.part, k.n)
	}
}

// partHashes are the hashes of a part by code, worked out once.
func (c *column) partHashes(part string, n int) *partList {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.feats.parts == nil {
		c.feats.parts = map[string]*partList{}
	}
	p := c.feats.parts[part]
	if p == nil {
		p = &partList{part, n, make([]uint64, 0, c.dict.len())}
		c.feats.parts[part] = p
	}
	for code := len(p.hash); code < c.dict.len(); code++ {
		p.hash = append(p.hash, partHash(part, n, c.dict.get(uint32(code))))
	}
	return p
}

func partHash(part string, n int, value string) uint64 {
	p := partOf(part, n, value)
	if p == "" {
		return 0
	}
	return hashBytes(bytesOf(p)) | 1
}

// partOf takes a part of a value; "" when there is none.
func partOf(part string, n int, value string) string {
	name, _, _ := strings.Cut(part, ":")
	switch name {
	case "prefix":
		if utf8.RuneCountInString(value) < n {
			return ""
		}
		return string([]rune(value)[:n])
	case "suffix":
		r := []rune(value)
		if len(r) < n {
			return ""
		}
		return string(r[len(r)-n:])
	case "word":
		words := wordsOf(value)
		if len(words) < n {
			return ""
		}
		return words[n-1]
	case "sound":
		return Sound(value)
	case "initials":
		return initials(value)
	case "sorted_words":
		return sortedWords(value)
	}
	return value
}

// of is the hash of the key's value in a row, 0 when it has none. Not for keys
// with several values.
func (k *blockKey) of(row []uint32) uint64 {
	w := row[k.col.word]
	switch k.how {
	case wholeKey:
		if k.col.wide {
			if n := uint64(k.col.number(row)); n != 0 {
				return spread(n) | 1
			}
			return 0
		}
		if w == 0 {
			return 0
		}
		return spread(uint64(w)) | 1
	case partKey:
		return k.list.hash[w]
	}
	v := k.number(row)
	if v == 0 {
		return 0
	}
	return spread(v) | 1
}

// number is the part of a date or of digits as a number, 0 for none.
func (k *blockKey) number(row []uint32) uint64 {
	switch k.how {
	case yearKey:
		return uint64(similar.Date(row[k.col.word]).Year())
	case dayKey:
		d := similar.Date(row[k.col.word])
		if !d.Whole() {
			return 0
		}
		return uint64(d.Month()*32 + d.Day())
	case prefixKey, suffixKey:
		s := k.col.number(row).String()
		if len(s) < k.n {
			return 0
		}
		if k.how == prefixKey {
			return uint64(similar.ParseNumber(s[:k.n]))
		}
		return uint64(similar.ParseNumber(s[len(s)-k.n:]))
	}
	return partHash(k.part, k.n, similar.Date(row[k.col.word]).String())
}

// agree says that both rows have the key's value, the same.
func (k *blockKey) agree(a, b []uint32) bool {
	switch k.how {
	case wholeKey:
		return k.col.same(a, b) && !k.col.missing(a)
	case partKey:
		x, y := a[k.col.word], b[k.col.word]
		h := k.list.hash[x]
		return h != 0 && (x == y || h == k.list.hash[y])
	case wordsKey:
		w := k.col.feats.words
		x := w.of(a[k.col.word])
		for _, word := range w.of(b[k.col.word]) {
			if contains(x, word) {
				return true
			}
		}
		return false
	}
	x, y := a[k.col.word], b[k.col.word]
	switch k.how {
	case yearKey:
		return x>>9 == y>>9 && x>>9 != 0
	case dayKey:
		return (x^y)&511 == 0 && similar.Date(x).Whole() && similar.Date(y).Whole()
	}
	h := k.of(a)
	return h != 0 && h == k.of(b)
}

// shareOne says that two rows, known to agree, do so in a single way.
func (r *blockRule) shareOne(a, b []uint32) bool {
	for i := range r.keys {
		k := &r.keys[i]
		if k.how != wordsKey {
			continue
		}
		w := k.col.feats.words
		if overlap(w.of(a[k.col.word]), w.of(b[k.col.word])) > 1 {
			return false
		}
	}
	return true
}

// agree says that both rows have the same values under all keys.
func (r *blockRule) agree(a, b []uint32) bool {
	for i := range r.keys {
		if !r.keys[i].agree(a, b) {
			return false
		}
	}
	return true
}

// of is the hash of all keys of a row, 0 when one has no value. Not for rules
// with several values a record.
func (r *blockRule) of(row []uint32) uint64 {
	h := uint64(0)
	for i := range r.keys {
		k := r.keys[i].of(row)
		if k == 0 {
			return 0
		}
		h = hash2(h, k) | 1
	}
	return h
}

// all appends the hashes of all combinations of key values of a row, each once.
func (r *blockRule) all(row []uint32, to []uint64) []uint64 {
	from := len(to)
	to = append(to, 0)
	for i := range r.keys {
		k := &r.keys[i]
		end := len(to)
		if k.how != wordsKey {
			v := k.of(row)
			if v == 0 {
				return to[:from]
			}
			for j := from; j < end; j++ {
				to[j] = hash2(to[j], v) | 1
			}
			continue
		}
		words := k.col.feats.words.of(row[k.col.word])
		for n, word := range words {
			if contains(words[:n], word) {
				continue
			}
			for j := from; j < end; j++ {
				to = append(to, hash2(to[j], spread(uint64(word))|1)|1)
			}
		}
		to = append(to[:from], to[end:]...)
	}
	return to
}

// say is the key values of a row, for people.
func (r *blockRule) say(row []uint32) string {
	var parts []string
	for i := range r.keys {
		parts = append(parts, r.keys[i].say(row))
	}
	return strings.Join(parts, " + ")
}

func (k *blockKey) say(row []uint32) string {
	v := k.col.value(row)
	switch k.how {
	case partKey, textualKey:
		return partOf(k.part, k.n, v)
	case yearKey:
		return strconv.Itoa(similar.Date(row[k.col.word]).Year())
	case dayKey:
		return v[5:]
	case prefixKey:
		return v[:k.n]
	case suffixKey:
		return v[len(v)-k.n:]
	}
	return v
}
