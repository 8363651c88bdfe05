package splink

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tepat/linkage"
)

// Dialect is the SQL that conditions are written in.
type Dialect string

// The dialects that are written. Others are read as far as their functions
// have the same names.
const (
	DuckDB Dialect = "duckdb"
	Spark  Dialect = "spark"
)

// ErrUnsupported is wrapped by every *Error.
var ErrUnsupported = errors.New("splink: cannot be translated")

// Error tells what cannot be said on the other side.
type Error struct {
	Comparison string // empty for blocking rules
	Level      string
	Rule       int    // from 1; 0 for comparisons
	SQL        string // the condition, or our test as JSON when writing
	Reason     string
}

func (e *Error) Error() string {
	where := fmt.Sprintf("comparison %q", e.Comparison)
	switch {
	case e.Comparison == "" && e.Rule == 0:
		return "splink: the model: " + e.Reason
	case e.Rule > 0:
		where = fmt.Sprintf("blocking rule %d", e.Rule)
	}
	if e.Level != "" {
		where += fmt.Sprintf(", level %q", e.Level)
	}
	return fmt.Sprintf("splink: %s: %s: %s", where, e.Reason, clip(e.SQL))
}

// Unwrap makes errors.Is(err, ErrUnsupported) hold.
func (e *Error) Unwrap() error { return ErrUnsupported }

func clip(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 300 {
		return s[:300] + "…"
	}
	return s
}

// Settings are a model with what Splink keeps beside it.
type Settings struct {
	Model              *linkage.Model
	Dialect            Dialect
	UniqueID           string // column; "unique_id" when empty
	Source             string // column; "source_dataset" when empty
	Additional         []string
	RetainMatching     bool
	RetainIntermediate bool
	EMConvergence      float64 // 0: 0.0001
	MaxIterations      int     // 0: 25
	LinkerUID          string
	// Prefixes are Splink's names for its own columns, by setting.
	Prefixes map[string]string
	// Descriptions are Splink's, by comparison.
	Descriptions map[string]string
	// Salting is the number of partitions of blocking rules, by position; it
	// changes Splink's speed and no result.
	Salting map[int]int
	// Warnings tell what was translated with a small difference.
	Warnings []string
}

// New wraps a model with Splink's defaults.
func New(m *linkage.Model, d Dialect) *Settings {
	return &Settings{Model: m, Dialect: d, UniqueID: "unique_id", Source: "source_dataset", RetainMatching: true}
}

// file is the JSON of Splink 4.
type file struct {
	LinkType           string       `json:"link_type"`
	Prior              float64      `json:"probability_two_random_records_match,omitempty"`
	RetainMatching     *bool        `json:"retain_matching_columns,omitempty"`
	RetainIntermediate *bool        `json:"retain_intermediate_calculation_columns,omitempty"`
	Additional         []string     `json:"additional_columns_to_retain"`
	Dialect            string       `json:"sql_dialect,omitempty"`
	LinkerUID          string       `json:"linker_uid,omitempty"`
	EMConvergence      float64      `json:"em_convergence,omitempty"`
	MaxIterations      int          `json:"max_iterations,omitempty"`
	BayesPrefix        string       `json:"bayes_factor_column_prefix,omitempty"`
	WeightPrefix       string       `json:"match_weight_column_prefix,omitempty"`
	TFPrefix           string       `json:"term_frequency_adjustment_column_prefix,omitempty"`
	GammaPrefix        string       `json:"comparison_vector_value_column_prefix,omitempty"`
	UniqueID           string       `json:"unique_id_column_name,omitempty"`
	Source             string       `json:"source_dataset_column_name,omitempty"`
	Rules              []rule       `json:"blocking_rules_to_generate_predictions"`
	Comparisons        []comparison `json:"comparisons"`
}

// prefixes links the fields of Settings.Prefixes to those of the file.
func (f *file) prefixes() map[string]*string {
	return map[string]*string{
		"bayes_factor_column_prefix":              &f.BayesPrefix,
		"match_weight_column_prefix":              &f.WeightPrefix,
		"term_frequency_adjustment_column_prefix": &f.TFPrefix,
		"comparison_vector_value_column_prefix":   &f.GammaPrefix,
	}
}

type comparison struct {
	Name        string  `json:"output_column_name"`
	Levels      []level `json:"comparison_levels"`
	Description string  `json:"comparison_description,omitempty"`
}

type level struct {
	SQL       string      `json:"sql_condition"`
	Label     string      `json:"label_for_charts,omitempty"`
	M         probability `json:"m_probability,omitempty"`
	U         probability `json:"u_probability,omitempty"`
	FixM      bool        `json:"fix_m_probability"`
	FixU      bool        `json:"fix_u_probability"`
	TFColumn  string      `json:"tf_adjustment_column,omitempty"`
	TFWeight  *float64    `json:"tf_adjustment_weight,omitempty"`
	TFLeast   float64     `json:"tf_minimum_u_value,omitempty"`
	TFOwnBase bool        `json:"disable_tf_exact_match_detection,omitempty"`
	IsNull    bool        `json:"is_null_level,omitempty"`
}

// probability is a number; Splink also writes null and a sentence for levels it
// never observed, both of which mean not trained.
type probability float64

// UnmarshalJSON reads a number, null or text.
func (p *probability) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && (b[0] == '"' || string(b) == "null") {
		*p = 0
		return nil
	}
	var f float64
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	if f < 0 || f > 1 {
		return fmt.Errorf("splink: probability %v is not between 0 and 1", f)
	}
	*p = probability(f)
	return nil
}

// rule is written as an object and read as an object or as bare SQL.
type rule struct {
	SQL     string   `json:"blocking_rule"`
	Dialect string   `json:"sql_dialect,omitempty"`
	Salting int      `json:"salting_partitions,omitempty"`
	Explode []string `json:"arrays_to_explode,omitempty"`
}

// UnmarshalJSON reads both forms.
func (r *rule) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &r.SQL)
	}
	type plain rule
	return json.Unmarshal(b, (*plain)(r))
}
