package report

import (
	"time"

	"tepat/linkage"
)

// Data is what is told. Empty parts are left out of the page.
type Data struct {
	Lang      string // "id" or "en"
	Made      time.Time
	Program   string // "tepat 0.1.0"
	Files     []File
	Columns   []Column
	Model     *linkage.Model
	Digest    string // of the saved model, SHA-256 in hexadecimal
	Training  linkage.Training
	Trained   bool // parameters were learned in this run
	Rules     []linkage.RuleSize
	Compared  int64
	Threshold float64 // probability from which pairs are linked
	Bins      []Bin
	Bands     []Band
	Clusters  Clusters
	Quality   *Quality
	Timings   []Timing
	Warnings  []string
	Reveal    bool // show long numbers whole
}

// File is one source that was read.
type File struct {
	Name    string
	Records int64
	Bytes   int64
	Clean   bool
}

// Column is what a column was taken for.
type Column struct{ Name, Role, Why string }

// Bin counts compared pairs whose match weight lies in [From, To) bits.
type Bin struct {
	From, To float64
	Pairs    int64
}

// Band is a range of probabilities with some of its pairs.
type Band struct {
	From, To float64
	Pairs    int64 // in the band, of which some are shown
	Shown    []Pair
}

// Pair is an explained pair.
type Pair struct {
	A, B        string // identities for people: "source id"
	Same        *bool  // what the labels say
	Explanation linkage.Explanation
}

// Clusters counts what came out.
type Clusters struct {
	Records, Clusters, Links int64
	Sizes                    []Size // by size, ascending
}

// Size says how many clusters have so many records.
type Size struct {
	Records  int
	Clusters int64
}

// Quality is measured from labels, or estimated from probabilities.
type Quality struct {
	Labelled              bool
	Precision, Recall, F1 float64
	Low, High             [3]float64 // 95% intervals of the three; 0 when unknown
	BCubedF1              float64
	Coverage              float64 // share of true pairs that blocking proposes
	Thresholds            []Threshold
}

// Threshold is one line of the table of thresholds.
type Threshold struct {
	Weight, Probability, Precision, Recall, F1 float64
	Links                                      int64
}

// Timing is what a phase took.
type Timing struct {
	Phase   string
	Seconds float64
	Count   int64
	Unit    string
}
