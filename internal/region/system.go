package region

// SystemOf returns the numbering that a file uses, judged from rows that have
// code and name. Rows that both systems explain do not count; one row that
// only the other system explains makes the answer UnknownSystem, because then
// a person must say it.
func SystemOf(rows []Query) System {
	kemendagri, bps := 0, 0
	for _, q := range rows {
		if !decided(q, Kemendagri) {
			if decided(q, BPS) {
				bps++
			}
			continue
		}
		if !decided(q, BPS) {
			kemendagri++
		}
	}
	if kemendagri > 0 && bps == 0 {
		return Kemendagri
	}
	if bps > 0 && kemendagri == 0 {
		return BPS
	}
	return UnknownSystem
}

// decided reports whether code and name of q agree under system.
func decided(q Query, system System) bool {
	q.System = system
	if _, isCode := readings(system, q.Code); !isCode || plainKey(q.Name) == "" {
		return false
	}
	_, _, outcome := Resolve(q)
	return outcome == Exact || outcome == Alias
}
