package region

import "strings"

// reading is what a code cell says under one system. Either the code is a
// region (at), or only the regions around it are known (inside) and a name
// must find the one of the given level.
type reading struct {
	at      Code
	outcome Outcome // Exact, or Alias for a number that was replaced
	inside  []Code
	level   Level
}

// known returns the regions that r speaks about.
func (r reading) known() []Code {
	if r.at != "" {
		return []Code{r.at}
	}
	return r.inside
}

// readings returns what raw can mean under system, and false when raw is not
// a code at all. Dots are never written in BPS codes.
func readings(system System, raw string) ([]reading, bool) {
	var out []reading
	c, dotted, ok := splitCode(raw)
	if system == BPS {
		digits := strings.Join(strings.FieldsFunc(raw, func(r rune) bool { return strings.ContainsRune(separators, r) }), "")
		return readBPS(digits), allDigits(digits)
	}
	if !ok {
		return nil, false
	}
	if r, ok := readKemendagri(c); ok {
		out = append(out, r)
	}
	if system == UnknownSystem && !dotted {
		for _, r := range readBPS(string(c)) {
			if len(out) == 0 || r.at == "" || r.at != out[0].at {
				out = append(out, r)
			}
		}
	}
	return out, true
}

func readKemendagri(c Code) (reading, bool) {
	if now, moved := formerCodes[c]; moved {
		return reading{at: now, outcome: Alias, level: Village}, true
	}
	if !c.Valid() {
		return reading{}, false
	}
	if Exists(c) {
		return reading{at: c, outcome: Exact, level: c.Level()}, true
	}
	for around := c.Parent(); around != ""; around = around.Parent() {
		if Exists(around) {
			return reading{inside: []Code{around}, level: c.Level()}, true
		}
	}
	return reading{}, false
}

// bpsProvinces are the provinces that BPS numbers otherwise (edition 2022).
var bpsProvinces = map[string]Code{"91": "92", "94": "91"}

// readBPS reads 2, 4, 7 or 10 digits of a BPS code.
func readBPS(s string) []reading {
	switch len(s) {
	case 2:
		c, differs := bpsProvinces[s]
		if !differs {
			c = Code(s)
		}
		if Exists(c) {
			return []reading{{at: c, outcome: Exact, level: Province}}
		}
	case 4:
		if c, ok := regencyByBPS(s); ok {
			return []reading{{at: c, outcome: Exact, level: Regency}}
		}
	case 7:
		if inside := bpsKecamatan[s]; len(inside) > 0 {
			return []reading{{at: inside[0], outcome: Exact, level: Kecamatan}}
		}
		if c, ok := regencyByBPS(s[:4]); ok {
			return []reading{{inside: []Code{c}, level: Kecamatan}}
		}
	case 10:
		if inside := bpsKecamatan[s[:7]]; len(inside) > 0 {
			return []reading{{inside: inside, level: Village}}
		}
		if c, ok := regencyByBPS(s[:4]); ok {
			return []reading{{inside: []Code{c}, level: Village}}
		}
	}
	return nil
}
