package em

import (
	"errors"
	"fmt"
	"math"
)

// MaxComparisons is how many comparisons fit a pattern, 4 bits each, with one
// nibble to spare.
const MaxComparisons = 15

// MaxLevels is how many levels a comparison may have; 0 means missing.
const MaxLevels = 14

// Pattern is a comparison vector with the number of pairs that show it.
type Pattern struct {
	Levels uint64  // 4 bits a comparison, the first in the lowest: 0 missing, k = k-th level
	Rules  uint64  // bit r set: blocking rule r holds for these pairs, all that do; 0: seen without blocking
	Shift  float32 // log2 factor from term frequencies, added to the match weight
	Count  float64
}

// Level returns the level of comparison k, 0 when missing.
func (p Pattern) Level(k int) int { return int(p.Levels >> (4 * k) & 15) }

// Comparison is what is known of a comparison beforehand. M and U have one
// probability a level; 0 (or NaN) means unknown.
type Comparison struct {
	Name           string
	M, U           []float64
	FixedM, FixedU []bool // nil: none
}

// Problem is what Fit learns from.
type Problem struct {
	Comparisons []Comparison
	Patterns    []Pattern
	// Forced has for each blocking rule the set of comparisons (bit k) that read
	// a field the rule's keys read: agreement on them is no news on such a pair.
	Forced []uint64
	// Pairs is the number of pairs of records that could be compared, blocked or
	// not. 0 means the pairs in Patterns are all of them.
	Pairs float64
	// Prior starts the search, and stays when nothing can be learned. 0: chosen.
	Prior float64
	// Household is the comparison whose first level says "same household",
	// -1 for none.
	Household int
	// Relatives looks for a further class of pairs that share some things as
	// relatives or twins do while they are strangers on at least one comparison,
	// and keeps it when the patterns clearly ask for it.
	Relatives bool
	// LearnU also estimates u from the patterns; else U is taken as given.
	LearnU bool
	// Matches and NonMatches are labelled pairs, counted beside the others.
	Matches, NonMatches []Pattern
	// Smooth is the weight of the Dirichlet prior on every distribution, in
	// pairs; 0 means 1.
	Smooth float64
	// MaxIterations stops the search; 0 means 300.
	MaxIterations int
	// Workers share the patterns; 0 means 1. The result does not depend on them.
	Workers int
}

// ErrShape says that a problem contradicts itself; the wrapping error names where.
var ErrShape = errors.New("comparison patterns do not fit the model")

func (p *Problem) check() error {
	if len(p.Comparisons) == 0 {
		return fmt.Errorf("%w: no comparisons; give at least one", ErrShape)
	}
	if len(p.Comparisons) > MaxComparisons {
		return fmt.Errorf("%w: %d comparisons, at most %d fit a pattern", ErrShape, len(p.Comparisons), MaxComparisons)
	}
	if len(p.Forced) > 64 {
		return fmt.Errorf("%w: %d blocking rules, at most 64", ErrShape, len(p.Forced))
	}
	for _, c := range p.Comparisons {
		n := len(c.U)
		if n == 0 || n > MaxLevels || len(c.M) != n {
			return fmt.Errorf("%w: comparison %q has %d m and %d u; give as many of each, 1 to %d", ErrShape, c.Name, len(c.M), n, MaxLevels)
		}
		if (c.FixedM != nil && len(c.FixedM) != n) || (c.FixedU != nil && len(c.FixedU) != n) {
			return fmt.Errorf("%w: comparison %q: fixed marks and levels differ in number", ErrShape, c.Name)
		}
	}
	for _, set := range [][]Pattern{p.Patterns, p.Matches, p.NonMatches} {
		if err := p.checkPatterns(set); err != nil {
			return err
		}
	}
	return nil
}

func (p *Problem) checkPatterns(patterns []Pattern) error {
	for _, g := range patterns {
		if g.Count < 0 || math.IsNaN(g.Count) || math.IsInf(g.Count, 0) || math.IsNaN(float64(g.Shift)) {
			return fmt.Errorf("%w: pattern %x has count %v and shift %v", ErrShape, g.Levels, g.Count, g.Shift)
		}
		for k, c := range p.Comparisons {
			if g.Level(k) > len(c.U) {
				return fmt.Errorf("%w: pattern %x has level %d of comparison %q, which has %d", ErrShape, g.Levels, g.Level(k), c.Name, len(c.U))
			}
		}
		if g.Levels>>(4*len(p.Comparisons)) != 0 {
			return fmt.Errorf("%w: pattern %x goes beyond the %d comparisons", ErrShape, g.Levels, len(p.Comparisons))
		}
	}
	return nil
}

// Result is a fitted model. The slices are by comparison, then level.
type Result struct {
	M, U           [][]float64
	H              [][]float64 // levels among pairs of one household but two people; nil without that class
	Prior          float64     // probability that two records drawn at random match
	HouseholdPrior float64     // probability that they are of one household but two people
	K              [][]float64 // levels among relatives; nil without that class
	RelativesPrior float64     // probability that two records drawn at random are such a pair and a rule proposes it
	Personal       uint64      // with K: the comparisons (bit k) on which K is U
	Matches        float64     // expected matches among the patterns
	Coverage       float64     // estimated share of all matches that some blocking rule proposes, 0..1
	Iterations     int
	Converged      bool
	LogLikelihood  float64   // natural logarithm, with the smoothing prior
	Trace          []float64 // LogLikelihood by iteration of the chosen start
	Warnings       []string
}

func clampProbability(x float64) float64 { return min(max(x, 1e-12), 1-1e-12) }
