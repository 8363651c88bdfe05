package linkage

import (
	"iter"
)

// Source is one file, register or list of records.
type Source struct {
	Name string
	// Clean says that the source holds each person once: pairs within it are
	// never compared and clusters hold at most one of its records.
	Clean   bool
	Records iter.Seq2[Record, error]
}

// Record is one row: its identity within the source and its cells in the order
// of the fields given to NewTable. The table copies what it keeps.
type Record struct {
	ID     string
	Values []string
}

// Options are the limits and helpers of a run. The zero value is good.
type Options struct {
	Workers  int   // 0: as many as GOMAXPROCS
	MaxPairs int64 // candidate pairs; 0: 8 for each record, at least 5,000,000
	MaxBlock int   // records in a block before it is split; 0: 2,000
	SampleU  int64 // random pairs drawn for u; 0: 300,000
	// Cleaners and Tests add to the built-in ones. They are called from several
	// goroutines and must be pure.
	Cleaners map[string]func(string) string
	Tests    map[string]func(a, b string) bool
	// Progress is called now and then, from one goroutine at a time.
	Progress func(Progress)
}

// Progress tells how far a run is. Total is 0 when unknown.
type Progress struct {
	Phase       string // "read", "sort", "compare", "sample", "train", "score"
	Done, Total int64
}

// Links are the result of Predict.
type Links struct {
	Pairs    []Link // by A, then B
	Compared int64  // candidate pairs, each counted once
	Rules    []RuleSize
	Skipped  []Block // the same as Rules[].Oversized, in one list
}

// RuleSize is the size of one blocking rule.
type RuleSize struct {
	Rule     Rule
	Text     string // "name sound + village"
	Blocks   int64  // of two records or more
	Largest  int    // records in the largest block
	Alone    int64  // pairs the rule would propose unlimited, whatever the others do
	Pairs    int64  // pairs proposed after splitting, whatever the others do
	Added    int64  // pairs of this rule and no earlier one; 0 before comparison
	Oversize []Block
}

// Block is an oversized block and what was done about it.
type Block struct {
	Rule  int
	Key   string // the value shared, "SITI + 7203991001"
	Size  int    // records
	Pairs int64  // pairs it would have had
	Kept  int64  // pairs it has
	Done  string // "split by birth year, then windows of 40 by name"
}

// Label is a judged pair, by positions in the table.
type Label struct {
	A, B  int
	Match bool
}

// Training tells what Train did.
type Training struct {
	Iterations int
	Converged  bool
	Sampled    int64   // random pairs compared for u
	Candidates int64   // candidate pairs, estimated when training looked at a share of them
	Patterns   int     // distinct comparison vectors among them
	Matches    float64 // expected matches among the candidates
	Warnings   []string
}

// Evidence is what one comparison says about a pair.
type Evidence struct {
	Comparison string
	Level      string // label of the level, "" when missing
	A, B       string // cleaned values, several joined by " | "
	Weight     float64
	TF         float64 // part of Weight that comes from the frequency of the value, and from going together with another field
	Missing    bool
}

// Explanation is the whole account of a pair. Weight is the sum of the weights
// of Fields and Household; Probability follows from Weight + Prior.
type Explanation struct {
	Weight      float64
	Probability float64
	Prior       float64 // log2 of the prior odds
	Fields      []Evidence
	Household   float64 // what "same house, other person" takes away (<= 0)
}

// Hit is a record found by an Index.
type Hit struct {
	Source, ID  string
	Position    int // in the table
	Weight      float64
	Probability float64
}
