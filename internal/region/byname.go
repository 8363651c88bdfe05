package region

// byName returns the regions below parent that are called name. level narrows
// the search when it is not AnyLevel. A label in the name ("KAB.", "DESA")
// counts only when the name as a whole is not a name: desa "Kota Baru" exists.
// A village not found in its kecamatan but elsewhere in the regency is
// returned as Ambiguous: it may have moved, or be a namesake.
func byName(name string, parent Code, level Level) ([]Code, Outcome) {
	if plainKey(name) == "" {
		return nil, None
	}
	hits, outcome := lookup(name, label{level: level}, parent)
	if len(hits) > 0 {
		return hits, outcome
	}
	bare, l, ok := unlabel(name)
	if ok && (level == AnyLevel || level == l.level) {
		hits, outcome = lookup(bare, l, parent)
		if len(hits) > 0 {
			return hits, outcome
		}
		name, level = bare, l.level
	}
	if parent.Level() != Kecamatan {
		return nil, None
	}
	return moved(name, level, parent)
}

// lookup searches the index of parent.
func lookup(name string, want label, parent Code) ([]Code, Outcome) {
	keep := func(c Code) bool {
		if want.level != AnyLevel && c.Level() != want.level {
			return false
		}
		if want.kind != "" && kindOf(c) != want.kind {
			return false
		}
		return parent == "" || (c != parent && parent.Contains(c))
	}
	if parent.Level() >= Regency {
		if !Exists(parent.Regency()) { // no index for what a damaged file calls a code
			return nil, None
		}
		return namesOf(parent.Regency()).find(name, keep)
	}
	if want.level <= Regency {
		hits, outcome := nationNames().find(name, keep)
		if len(hits) > 0 || parent == "" {
			return hits, outcome
		}
	}
	if parent.Level() != Province {
		return nil, None
	}
	return inProvince(name, parent, keep)
}

// inProvince searches every regency of province, the best outcome first.
func inProvince(name string, province Code, keep func(Code) bool) ([]Code, Outcome) {
	var exact, alias []Code
	for _, r := range Children(province) {
		hits, outcome := namesOf(r.Code).find(name, keep)
		if outcome == Exact {
			exact = append(exact, hits...)
		} else {
			alias = append(alias, hits...)
		}
	}
	if len(exact) > 0 {
		return exact, Exact
	}
	if len(alias) > 0 {
		return alias, Alias
	}
	return nil, None
}

// moved looks for a village that is not (any more) in kecamatan.
func moved(name string, level Level, kecamatan Code) ([]Code, Outcome) {
	if level != AnyLevel && level != Village {
		return nil, None
	}
	elsewhere, outcome := lookup(name, label{level: Village}, kecamatan.Regency())
	if len(elsewhere) == 0 {
		return nil, None
	}
	for old, now := range formerCodes {
		if kecamatan.Contains(old) && len(elsewhere) == 1 && elsewhere[0] == now {
			return elsewhere, max(outcome, Alias)
		}
	}
	return elsewhere, Ambiguous
}
