package i18n

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"sync"
)

// FileName is the name of a catalogue file in every folder that has texts.
const FileName = "texts.json"

// Langs lists the languages in the order of the catalogue files; the first is
// the language of the office and of whoever has not chosen.
var Langs = [2]string{"id", "en"}

// Default is the language of whoever has not chosen.
const Default = "id"

//go:embed texts.json
var own embed.FS

// Catalogue is the merged, checked set of texts. It is safe for concurrent use.
type Catalogue struct {
	texts     map[string][2]string
	onMissing func(key string)
	seen      sync.Map
}

// Load merges the texts.json of this package and of every tree given; a tree
// without one is skipped. It fails when a key is defined twice, when a text is
// empty, or when the two languages do not use the same arguments.
func Load(trees ...fs.FS) (*Catalogue, error) {
	c := &Catalogue{texts: make(map[string][2]string)}
	var problems []error
	for _, tree := range append([]fs.FS{own}, trees...) {
		if err := c.merge(tree); err != nil {
			problems = append(problems, err)
		}
	}
	for _, key := range c.Keys() {
		if err := checkPair(c.texts[key]); err != nil {
			problems = append(problems, fmt.Errorf("i18n: %s: %w", key, err))
		}
	}
	return c, errors.Join(problems...)
}

func (c *Catalogue) merge(tree fs.FS) error {
	raw, err := fs.ReadFile(tree, FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var texts map[string][]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		return fmt.Errorf("i18n: %s: %w", FileName, err)
	}
	var problems []error
	for key, pair := range texts {
		if len(pair) != len(Langs) {
			problems = append(problems, fmt.Errorf("i18n: %s has %d languages, want %d", key, len(pair), len(Langs)))
			continue
		}
		if _, taken := c.texts[key]; taken {
			problems = append(problems, fmt.Errorf("i18n: %s is defined twice", key))
			continue
		}
		c.texts[key] = [2]string{pair[0], pair[1]}
	}
	return errors.Join(problems...)
}

// OnMissing sets what happens when an unknown key is asked for; it is told
// once per key. Tests fail here, the product logs.
func (c *Catalogue) OnMissing(f func(key string)) { c.onMissing = f }

// Has reports whether key is known.
func (c *Catalogue) Has(key string) bool {
	_, ok := c.texts[key]
	return ok
}

// Keys returns every key, sorted.
func (c *Catalogue) Keys() []string {
	keys := make([]string, 0, len(c.texts))
	for k := range c.texts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (c *Catalogue) missing(key string) {
	if _, again := c.seen.LoadOrStore(key, true); !again && c.onMissing != nil {
		c.onMissing(key)
	}
}

var (
	argument   = regexp.MustCompile(`%\[([1-9])\]v`)
	anyPercent = regexp.MustCompile(`%(%|\[[1-9]\]v)?`)
	choice     = regexp.MustCompile(`\{([1-9])\|([^{}|]*)\|([^{}|]*)\}`)
)

func checkPair(pair [2]string) error {
	var problems []error
	for i, lang := range Langs {
		if pair[i] == "" {
			problems = append(problems, fmt.Errorf("%s is empty", lang))
		}
		for _, m := range anyPercent.FindAllString(pair[i], -1) {
			if m == "%" {
				problems = append(problems, fmt.Errorf("%s: write %%[n]v for an argument and %%%% for a percent sign", lang))
			}
		}
	}
	if a, b := arguments(pair[0]), arguments(pair[1]); !slices.Equal(a, b) {
		problems = append(problems, fmt.Errorf("arguments differ: %v and %v", a, b))
	}
	return errors.Join(problems...)
}

// arguments lists the numbers of the arguments of text, sorted, each once.
func arguments(text string) []string {
	var out []string
	for _, m := range argument.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}
