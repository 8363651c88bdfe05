package run

import (
	"tepat/linkage"
	"tepat/linkage/detect"
)

// Result is what a run did; all of it can be printed as JSON.
type Result struct {
	Files     []File             `json:"files"`
	Columns   []detect.Guess     `json:"columns"`
	Records   int                `json:"records"`
	Compared  int64              `json:"pairs_compared"`
	Links     int64              `json:"pairs_linked"`
	Clusters  int64              `json:"clusters"`
	Several   int64              `json:"clusters_of_several"`
	Largest   int                `json:"largest_cluster"`
	Threshold float64            `json:"threshold"`
	Weight    float64            `json:"threshold_weight"`
	Training  *linkage.Training  `json:"training,omitempty"`
	Rules     []linkage.RuleSize `json:"blocking,omitempty"`
	Digest    string             `json:"model_sha256"`
	Quality   *Quality           `json:"quality,omitempty"`
	Estimate  *Quality           `json:"estimate,omitempty"`
	Hint      string             `json:"hint,omitempty"`
	Timings   []Timing           `json:"timings"`
	Warnings  []string           `json:"warnings,omitempty"`
	Explained *Explained         `json:"explained,omitempty"`
}

// File is what was read of a file.
type File struct {
	Name    string `json:"name"`
	Path    string `json:"path"`
	Records int64  `json:"records"`
	Bytes   int64  `json:"bytes"`
	Clean   bool   `json:"clean"`
}

// Timing is what a phase took.
type Timing struct {
	Phase   string  `json:"phase"`
	Seconds float64 `json:"seconds"`
	Count   int64   `json:"count,omitempty"`
}

// Quality is measured, or estimated without labels.
type Quality struct {
	Precision  float64     `json:"precision"`
	Recall     float64     `json:"recall"`
	F1         float64     `json:"f1"`
	Low        [3]float64  `json:"low_95"` // of precision and recall; 0 when unknown
	High       [3]float64  `json:"high_95"`
	BCubed     *Triple     `json:"b_cubed,omitempty"`
	Coverage   float64     `json:"coverage,omitempty"` // share of true pairs among the kept links
	BestF1     float64     `json:"best_f1,omitempty"`
	Thresholds []Threshold `json:"thresholds,omitempty"`
	True       int64       `json:"true_pairs,omitempty"`
	Found      int64       `json:"found_pairs,omitempty"`
}

// Triple is precision, recall and F1.
type Triple struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Threshold is one line of a table of thresholds.
type Threshold struct {
	Weight      float64 `json:"weight"`
	Probability float64 `json:"probability"`
	Links       int64   `json:"links"`
	Triple
}
