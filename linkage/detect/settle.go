package detect

import (
	"slices"
	"strings"
)

// having returns the guesses of a role, best first: those whose header is the
// whole word, then the fuller, then the earlier.
func having(guesses []Guess, role Role) []*Guess {
	var out []*Guess
	for i := range guesses {
		if guesses[i].Role == role {
			out = append(out, &guesses[i])
		}
	}
	slices.SortStableFunc(out, func(a, b *Guess) int { return rank(b) - rank(a) })
	return out
}

func rank(g *Guess) int {
	n := int(10 * g.Filled)
	if g.Said {
		n += 100
	}
	if g.Header != "" && g.Header == normal(g.Column) {
		n += 20
	}
	return n
}

func first(guesses []Guess, role Role) *Guess {
	if all := having(guesses, role); len(all) > 0 {
		return all[0]
	}
	return nil
}

func (g *Guess) derive(of ...*Guess) {
	if g.Said {
		return
	}
	g.Was, g.Role, g.Of = g.Role, Derived, nil
	for _, o := range of {
		g.Of = append(g.Of, o.Column)
	}
}

// settleIDs leaves one column that names rows, and finds the labels: a "row
// number" that repeats names persons, and labels never reach the comparisons.
func settleIDs(guesses []Guess, rows [][]string) {
	repeats := func(g *Guess) bool { // one value given to many rows is a mistake in the file, not a person
		return g.facts.filled-g.facts.distinct-(g.facts.top-1) > max(1, g.facts.filled/20)
	}
	ids := having(guesses, RecordID)
	var unique *Guess
	for _, g := range ids {
		switch {
		case repeats(g) && !g.Said:
			g.Role, g.Values = Truth, "repeats"
			if g.Distinct <= max(2, g.facts.filled/50) {
				g.Role, g.Values = Category, "few"
			}
		case unique == nil:
			unique = g
		default:
			g.Role = Unused
		}
	}
	if unique == nil {
		for _, g := range having(guesses, Truth) {
			if !g.Said && !strings.Contains(g.Header, "cluster") && !strings.Contains(g.Header, "tru") && g.facts.filled >= 3 && g.facts.distinct == g.facts.filled && g.Filled == 1 {
				g.Role, g.Values, unique = RecordID, "unique", g
				break
			}
		}
	}
	if unique != nil && NamesPerson(rows, unique.at) {
		unique.Pattern = RecPattern
	}
	settleNumbers(guesses)
}

// NamesPerson says whether every identity in a column names its person, as
// RecPattern reads it.
func NamesPerson(rows [][]string, column int) bool {
	seen := 0
	if column < 0 {
		return false
	}
	for _, row := range rows {
		if column >= len(row) || !recPattern.MatchString(strings.TrimSpace(row[column])) {
			return false
		}
		seen++
	}
	return seen > 0
}

// settleNumbers tells the number of the family card from that of the person
// where headers do not: it is the one that several rows share.
func settleNumbers(guesses []Guess) {
	if first(guesses, Household) != nil {
		return
	}
	var bare []*Guess
	for _, g := range having(guesses, PersonID) {
		if !g.Said && g.Header == "" && g.Values == "sixteen" {
			bare = append(bare, g)
		}
	}
	if len(bare) == 0 || len(having(guesses, PersonID)) < 2 {
		return
	}
	least := slices.MinFunc(bare, func(a, b *Guess) int { return a.Distinct - b.Distinct })
	least.Role = Household
}

// settleNames keeps the names that say most and marks those that repeat them.
func settleNames(guesses []Guess, rows [][]string) {
	onlyOne(guesses, GivenName, MiddleName)
	onlyOne(guesses, Surname, OtherName)
	given, surname := first(guesses, GivenName), first(guesses, Surname)
	fulls := having(guesses, FullName)
	if len(fulls) == 0 {
		return
	}
	if given != nil && surname != nil && min(given.Filled, surname.Filled) >= 0.85*fulls[0].Filled {
		for _, full := range fulls {
			if contained(rows, []int{given.at, surname.at}, full.at) >= 0.4 {
				full.derive(given, surname)
				continue
			}
			rename(full, OtherName)
		}
		return
	}
	for _, part := range []*Guess{given, surname, first(guesses, MiddleName)} {
		if part != nil && contained(rows, []int{part.at}, fulls[0].at) >= 0.4 {
			part.derive(fulls[0])
		}
	}
	for _, other := range fulls[1:] {
		if contained(rows, []int{other.at}, fulls[0].at) >= 0.4 || contained(rows, []int{fulls[0].at}, other.at) >= 0.4 {
			other.derive(fulls[0])
			continue
		}
		rename(other, OtherName)
	}
}

func rename(g *Guess, role Role) {
	if !g.Said {
		g.Role = role
	}
}

// onlyOne keeps the best guess of a role and gives the others another.
func onlyOne(guesses []Guess, role, other Role) {
	for i, g := range having(guesses, role) {
		if i > 0 {
			rename(g, other)
		}
	}
}

// contained is the share of rows in which every word of the parts stands in whole.
func contained(rows [][]string, parts []int, whole int) float64 {
	seen, held := 0, 0
	for _, row := range rows {
		if whole >= len(row) || strings.TrimSpace(row[whole]) == "" {
			continue
		}
		have := strings.Fields(strings.ToLower(row[whole]))
		var want []string
		for _, p := range parts {
			if p < len(row) {
				want = append(want, strings.Fields(strings.ToLower(row[p]))...)
			}
		}
		if len(want) == 0 {
			continue
		}
		seen++
		ok := true
		for _, w := range want {
			ok = ok && (slices.Contains(have, w) || slices.Contains(have, w+","))
		}
		if ok {
			held++
		}
	}
	if seen == 0 {
		return 0
	}
	return float64(held) / float64(seen)
}

// settleBirth leaves one account of when somebody was born.
func settleBirth(guesses []Guess) {
	onlyOne(guesses, BirthDate, OtherDate)
	for _, role := range []Role{BirthYear, BirthMonth, BirthDay} {
		onlyOne(guesses, role, Unused)
	}
	limit := map[Role][2]int{BirthYear: {1500, 2100}, BirthMonth: {1, 12}, BirthDay: {1, 31}}
	for i := range guesses {
		g := &guesses[i]
		if l, ok := limit[g.Role]; ok && g.facts.integers > 0 && (g.facts.minInt < l[0] || g.facts.maxInt > l[1]) && !g.Said {
			twoDigitYear := g.Role == BirthYear && g.facts.minInt >= 0 && g.facts.maxInt <= 99
			if !twoDigitYear {
				g.Role, g.Values = Amount, "number"
			}
		}
	}
	date := first(guesses, BirthDate)
	for i := range guesses {
		g := &guesses[i]
		switch {
		case date == nil:
		case g.Role == OtherDate && !g.Said:
			g.Role = Unused // events of a life differ between records of one person
		case g.Role == Age && date.Filled >= 0.3:
			g.derive(date)
		case (g.Role == BirthYear || g.Role == BirthMonth || g.Role == BirthDay) && date.Filled >= 0.9*g.Filled:
			g.derive(date)
		}
	}
	year := first(guesses, BirthYear)
	for _, age := range having(guesses, Age) {
		if date == nil && year != nil && year.Filled >= 0.3 {
			age.derive(year)
		}
	}
}

// settleUnknown leaves out bare numbers of persons' files that no header
// explains: they may count the duplicates, or be labels under another name.
func settleUnknown(guesses []Guess) {
	if first(guesses, FullName) == nil && first(guesses, GivenName) == nil && first(guesses, Surname) == nil {
		return
	}
	for _, g := range having(guesses, Amount) {
		if g.Header == "" {
			rename(g, Unused)
		}
	}
}
