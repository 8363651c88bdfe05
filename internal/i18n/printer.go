package i18n

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/money"
)

// Printer speaks one language in one time zone. It is a small value; make one
// wherever it is needed.
type Printer struct {
	catalogue *Catalogue
	lang      string
	index     int
	zone      civil.Zone
}

// Printer returns the printer of lang ("id" or "en"; anything else is the
// default) in WIB.
func (c *Catalogue) Printer(lang string) Printer {
	i := slices.Index(Langs[:], lang)
	if i < 0 {
		i = 0
	}
	return Printer{catalogue: c, lang: Langs[i], index: i, zone: civil.WIB}
}

// In returns p in zone.
func (p Printer) In(zone civil.Zone) Printer {
	p.zone = zone
	return p
}

// Lang returns "id" or "en".
func (p Printer) Lang() string { return p.lang }

// Zone returns the zone in which p spells times.
func (p Printer) Zone() civil.Zone { return p.zone }

// Has reports whether key is known.
func (p Printer) Has(key string) bool { return p.catalogue.Has(key) }

// T returns the text of key with %[n]v replaced by args and {n|one|many}
// chosen by the nth argument. Whole numbers, rupiah, dates and instants are
// spelt for the language. An unknown key prints as "[key]" and is reported.
func (p Printer) T(key string, args ...any) string {
	pair, ok := p.catalogue.texts[key]
	if !ok {
		p.catalogue.missing(key)
		return "[" + key + "]"
	}
	text := pair[p.index]
	if len(args) == 0 && !strings.ContainsAny(text, "%{") {
		return text
	}
	text = choice.ReplaceAllStringFunc(text, func(m string) string {
		part := choice.FindStringSubmatch(m)
		n := int(part[1][0] - '1')
		if n < len(args) && isOne(args[n]) {
			return part[2]
		}
		return part[3]
	})
	spelt := make([]string, len(args))
	for i, a := range args {
		spelt[i] = p.spell(a)
	}
	lost := false
	out := anyPercent.ReplaceAllStringFunc(text, func(m string) string {
		if m == "%%" {
			return "%"
		}
		n := int(m[2] - '1')
		if n >= len(spelt) {
			lost = true
			return ""
		}
		return spelt[n]
	})
	if lost {
		p.catalogue.missing(key)
		return "[" + key + "]"
	}
	return out
}

func isOne(v any) bool {
	r := reflect.ValueOf(v)
	switch {
	case r.CanInt():
		return r.Int() == 1
	case r.CanUint():
		return r.Uint() == 1
	}
	return false
}

func (p Printer) spell(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case money.Rupiah:
		return p.Rupiah(x)
	case civil.Date:
		return p.Date(x)
	case time.Time:
		return p.When(x)
	case interface{ Std() time.Time }:
		return p.When(x.Std())
	case error:
		return p.Fault(x)
	case fmt.Stringer:
		return x.String()
	}
	r := reflect.ValueOf(v)
	switch {
	case r.CanInt():
		return p.Num(r.Int())
	case r.CanUint():
		return p.Num(int64(r.Uint()))
	}
	return fmt.Sprint(v)
}

// Fault returns the sentence of err for people. An error that is no fault gets
// the sentence for failures of ours; its words are for the log only.
func (p Printer) Fault(err error) string {
	f := fault.From(err)
	if f == nil || f.Key == "" {
		return p.T("fault.internal")
	}
	if !p.catalogue.Has(f.Key) {
		p.catalogue.missing(f.Key)
		return p.T("fault." + kindKeys[f.Kind])
	}
	return p.T(f.Key, f.Args...)
}

var kindKeys = map[fault.Kind]string{
	fault.Internal:    "internal",
	fault.Invalid:     "invalid",
	fault.NotFound:    "not_found",
	fault.Conflict:    "conflict",
	fault.Denied:      "denied",
	fault.Unavailable: "unavailable",
}

// Keys lists the known keys that start with prefix, sorted.
func (p Printer) Keys(prefix string) []string {
	var out []string
	for _, key := range p.catalogue.Keys() {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	return out
}
