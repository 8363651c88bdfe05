package linkage

import (
	"errors"
	"fmt"
	"math"
)

// ErrUntrained says that a model lacks probabilities; the wrapping error says
// where.
var ErrUntrained = errors.New("linkage: model is not trained")

// least is the smallest probability a level is given credit for.
const least = 1e-12

// scorer turns patterns into weights.
type scorer struct {
	n     int
	m, u  levelLogs
	other []kindred // classes of pairs that do not match beside strangers
	pu    float64   // log2 share of strangers among pairs that do not match
	prior float64   // log2 prior odds
}

// levelLogs has, by comparison and level, the log2 probability; 0 for missing.
type levelLogs [MaxComparisons][16]float64

// kindred is a class of pairs that share things though they do not match.
type kindred struct {
	logs  levelLogs
	share float64 // log2 among pairs that do not match
}

func newScorer(m *Model) (*scorer, error) {
	s := &scorer{n: len(m.Comparisons), prior: m.priorOdds()}
	for k, c := range m.Comparisons {
		for i, level := range c.Levels {
			if !(level.M > 0) || !(level.U > 0) {
				return nil, fmt.Errorf("%w: comparison %q, level %d (%s) has m=%v u=%v; call Train", ErrUntrained, c.Name, i+1, level.Label, level.M, level.U)
			}
			s.m[k][i+1] = math.Log2(max(level.M, least))
			s.u[k][i+1] = math.Log2(max(level.U, least))
		}
	}
	rest := 1 - clampPrior(m.Prior)
	for _, class := range []struct {
		u     map[string][]float64
		prior float64
	}{{m.HouseholdU, m.HouseholdPrior}, {m.RelativesU, m.RelativesPrior}} {
		if class.u == nil || class.prior <= 0 {
			continue
		}
		one := kindred{share: math.Log2(class.prior / rest)}
		for k, c := range m.Comparisons {
			p := class.u[c.Name]
			if len(p) != len(c.Levels) {
				return nil, fmt.Errorf("%w: a class has %d probabilities for comparison %q of %d levels; train again", ErrUntrained, len(p), c.Name, len(c.Levels))
			}
			for i, x := range p {
				one.logs[k][i+1] = math.Log2(max(x, least))
			}
		}
		s.other = append(s.other, one)
	}
	s.pu = math.Log2(max(1-(m.HouseholdPrior+m.RelativesPrior)/rest, least))
	return s, nil
}

func clampPrior(p float64) float64 { return min(max(p, least), 1-1e-9) }

// priorOdds is the log2 odds that two records drawn at random match.
func (m *Model) priorOdds() float64 {
	p := clampPrior(m.Prior)
	return math.Log2(p / (1 - p))
}

// Probability turns a weight (log2 Bayes factor, prior not included) into the
// probability of a match.
func (m *Model) Probability(weight float64) float64 {
	return 1 / (1 + math.Exp2(-weight-m.priorOdds()))
}

// Weight is the weight at which a pair has the probability: the inverse of
// Probability. 0 gives -Inf, 1 gives +Inf.
func (m *Model) Weight(probability float64) float64 {
	return math.Log2(probability/(1-probability)) - m.priorOdds()
}

// sum is the log2 probability of a pattern.
func (l *levelLogs) sum(pattern uint64, n int) float64 {
	out := 0.0
	for k := range n {
		out += l[k][pattern&15]
		pattern >>= 4
	}
	return out
}

// weight is the log2 Bayes factor of a match against everything else. shift is
// what term frequencies add; they speak of strangers only, as relatives share
// names for another reason.
func (s *scorer) weight(pattern uint64, shift float64) float64 {
	match, strangers := s.m.sum(pattern, s.n), s.u.sum(pattern, s.n)-shift
	if len(s.other) == 0 {
		return match - strangers
	}
	return match - s.against(pattern, strangers)
}

// against is the log2 probability of the pattern among all that do not match.
func (s *scorer) against(pattern uint64, strangers float64) float64 {
	sum := strangers + s.pu
	for i := range s.other {
		sum = addLog(sum, s.other[i].logs.sum(pattern, s.n)+s.other[i].share)
	}
	return sum
}

// familiar is the probability that a pair is anything but two strangers.
func (s *scorer) familiar(pattern uint64, shift float64) float64 {
	strangers := s.u.sum(pattern, s.n) - shift
	rest := addLog(s.m.sum(pattern, s.n)+s.prior, s.against(pattern, strangers))
	if len(s.other) > 0 {
		strangers += s.pu
	}
	return 1 - math.Exp2(strangers-rest)
}

// addLog is log2(2^a + 2^b).
func addLog(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if a-b > 50 {
		return a
	}
	return a + math.Log2(1+math.Exp2(b-a))
}
