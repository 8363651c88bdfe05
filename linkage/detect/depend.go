package detect

import "strings"

// settlePlaces finds places that follow from finer ones, so that a shared
// street, suburb, postcode and state do not count four times.
func settlePlaces(guesses []Guess, rows [][]string) {
	fine := []Role{Postcode, City, District}
	for _, coarse := range []Role{State, District} {
		g := first(guesses, coarse)
		if g == nil || g.Said {
			continue
		}
		for _, role := range fine {
			f := first(guesses, role)
			if role == coarse || f == nil || f.Filled < 0.6*g.Filled {
				continue
			}
			if share, pairs := follows(guesses, rows, f, g); pairs >= minPairs && share >= 0.7 {
				g.derive(f)
				g.Values = "predicted"
				break
			}
		}
	}
}

// minPairs are the fewest pairs of rows from which dependence is judged.
const minPairs = 30

// Together says whether two columns tell nearly the same thing: among sampled
// rows of different people that agree on one, at least half agree on the other.
func Together(guesses []Guess, rows [][]string, a, b *Guess) bool {
	ab, nab := follows(guesses, rows, a, b)
	ba, nba := follows(guesses, rows, b, a)
	return nab >= minPairs && ab >= 0.5 || nba >= minPairs && ba >= 0.5
}

// follows is the share of pairs that agree on b among those that agree on a,
// and their number, over pairs of rows that share no name, birth or number:
// pairs of one person would make every column look dependent.
func follows(guesses []Guess, rows [][]string, a, b *Guess) (float64, int) {
	var who []int
	for _, g := range guesses {
		switch g.Role {
		case GivenName, Surname, FullName, BirthDate, PersonID, Household, Phone, Email, Street, Truth:
			who = append(who, g.at)
		}
	}
	groups := map[string][]int{}
	for i, row := range rows {
		if v := cell(row, a.at); v != "" && cell(row, b.at) != "" {
			groups[v] = append(groups[v], i)
		}
	}
	pairs, agree := 0, 0
	for _, members := range groups {
		members = members[:min(len(members), 40)]
		for x, i := range members {
			for _, j := range members[:x] {
				if alike(rows[i], rows[j], who) {
					continue
				}
				pairs++
				if cell(rows[i], b.at) == cell(rows[j], b.at) {
					agree++
				}
			}
		}
	}
	if pairs == 0 {
		return 0, 0
	}
	return float64(agree) / float64(pairs), pairs
}

func alike(a, b []string, columns []int) bool {
	for _, c := range columns {
		if v := cell(a, c); v != "" && v == cell(b, c) {
			return true
		}
	}
	return false
}

func cell(row []string, at int) string {
	if at >= len(row) {
		return ""
	}
	v := strings.ToLower(strings.TrimSpace(row[at]))
	if Missing[v] {
		return ""
	}
	return v
}
