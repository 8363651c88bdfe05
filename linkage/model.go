package linkage

// LinkType says which pairs of records may be compared.
type LinkType string

// The three ways of linking. A single source is always Dedupe.
const (
	Dedupe        LinkType = "dedupe_only"     // pairs within the one source
	LinkOnly      LinkType = "link_only"       // pairs of records of two sources only
	LinkAndDedupe LinkType = "link_and_dedupe" // all pairs
)

// Kind is the type of a column: how its cells are read and kept.
type Kind string

// The kinds. Text that cannot be read as its kind is missing.
const (
	Text   Kind = "text"   // any string, kept as it is after Clean
	Name   Kind = "name"   // words of a personal name; word by word comparisons look into it
	Number Kind = "number" // decimal number
	Date   Kind = "date"   // day; 2006-01-02 after Clean, parts may be 00 when unknown
	Digits Kind = "digits" // identifying number of up to 19 digits, leading zeros matter
	Set    Kind = "set"    // words or items in no order, separated by spaces or |
	Point  Kind = "point"  // "latitude,longitude" in degrees
)

// Column is a field as comparisons and blocking rules see it. Several columns
// may come from one field of the input, cleaned differently.
type Column struct {
	Name  string   `json:"name"`
	From  []string `json:"from,omitempty"`  // fields of the input, joined by a space; Name when empty
	Clean []string `json:"clean,omitempty"` // cleaners by name, applied in order; see Cleaners
	Kind  Kind     `json:"kind"`
}

// Comparison compares records by one or several columns into levels. Its
// levels are tried in order; the last one has the test Else. That a needed cell
// is missing on either side is a level of its own that says nothing.
type Comparison struct {
	Name   string  `json:"name"`
	Levels []Level `json:"levels"` // 1 to 14, strongest agreement first
}

// Level is one outcome of a comparison with its two probabilities. M and U are
// conditional on the cells being present; 0 means not trained yet.
type Level struct {
	Label  string  `json:"label"`
	Test   Test    `json:"test"`
	M      float64 `json:"m,omitempty"`
	U      float64 `json:"u,omitempty"`
	FixedM bool    `json:"fixed_m,omitempty"` // training leaves M alone
	FixedU bool    `json:"fixed_u,omitempty"`
	TF     *TF     `json:"tf,omitempty"`
}

// TF adjusts the weight of a level by how frequent the agreeing value is:
// agreement on a rare name says more than on a common one (Winkler 2000;
// Splink's term-frequency adjustment).
type TF struct {
	Column string  `json:"column"`
	Weight float64 `json:"weight"`          // 0 to 1, the power of the adjustment
	Floor  float64 `json:"floor,omitempty"` // the least frequency assumed
	Words  bool    `json:"words,omitempty"` // take the rarest shared word instead of the whole value
	Base   float64 `json:"base,omitempty"`  // the frequency that adjusts by nothing; learned, 0: that of the data
}

// Op names a test.
type Op string

// The tests. Threshold is a similarity from 0 to 1, a distance in edits, days,
// kilometres or units, or a count, as each says.
const (
	Exact       Op = "exact"        // equal cells
	JaroWinkler Op = "jaro_winkler" // similarity >= Threshold
	Jaro        Op = "jaro"         // similarity >= Threshold
	Levenshtein Op = "levenshtein"  // edits <= Threshold
	Damerau     Op = "damerau"      // edits with transpositions (optimal string alignment) <= Threshold
	Jaccard     Op = "jaccard"      // of characters, as DuckDB's; similarity >= Threshold
	Words       Op = "words"        // word by word: every word of the shorter name has a partner at least Threshold alike, initials count
	Swapped     Op = "swapped"      // two columns exchanged: a=b' and b=a'
	DateSwap    Op = "date_swap"    // day and month exchanged
	DateSlip    Op = "date_slip"    // one digit of the date differs, or two neighbours are exchanged
	DateWithin  Op = "date_within"  // at most Threshold days apart
	DateYear    Op = "date_year"    // years at most Threshold apart
	Within      Op = "within"       // numbers at most Threshold apart
	WithinPart  Op = "within_part"  // numbers differ by at most Threshold of the larger
	Overlap     Op = "overlap"      // sets share at least Threshold items
	Kilometres  Op = "km"           // at most Threshold kilometres apart (great circle)
	Prefix      Op = "prefix"       // the first Threshold characters equal
	DigitSlip   Op = "digit_slip"   // one digit wrong, or two neighbours exchanged, or the last digits lost up to Threshold of them
	Custom      Op = "custom"       // Options.Tests[Func]
	And         Op = "and"          // all of Of
	Or          Op = "or"           // any of Of
	Not         Op = "not"          // Of[0] does not hold
	Else        Op = "else"         // always
)

// Test decides a level.
type Test struct {
	Op        Op       `json:"op"`
	Columns   []string `json:"columns,omitempty"`
	Threshold float64  `json:"threshold,omitempty"`
	Func      string   `json:"func,omitempty"`
	Of        []Test   `json:"of,omitempty"`
}

// Rule is a blocking rule: records that agree on all its keys are compared.
// A pair needs one rule.
type Rule struct {
	Keys []Key `json:"keys"`
}

// Key is a column or a part of it.
type Key struct {
	Column string `json:"column"`
	Part   string `json:"part,omitempty"` // "", "prefix:N", "suffix:N", "year", "month_day", "word:N", "sound", "each_word", "initials", "sorted_words"
}

// Model is everything that linking needs and that can be saved: columns,
// comparisons with their probabilities, blocking rules, the prior.
type Model struct {
	Link        LinkType     `json:"link_type"`
	Columns     []Column     `json:"columns"`
	Comparisons []Comparison `json:"comparisons"` // at most 15
	Blocking    []Rule       `json:"blocking"`
	// Prior is the probability that two records drawn at random match.
	Prior float64 `json:"prior,omitempty"`
	// Household names the comparison whose first level says "same household";
	// training then tells apart a third class of pairs: same house, other person.
	Household string `json:"household,omitempty"`
	// HouseholdU are, by comparison name, the probabilities of the levels among
	// pairs of one house but two people; learned.
	HouseholdU     map[string][]float64 `json:"household_u,omitempty"`
	HouseholdPrior float64              `json:"household_prior,omitempty"`
	// RelativesU and RelativesPrior are the same for a class that training finds
	// by itself: pairs that share some things as relatives or twins do.
	RelativesU     map[string][]float64 `json:"relatives_u,omitempty"`
	RelativesPrior float64              `json:"relatives_prior,omitempty"`
	// Dependences are comparisons that among strangers do not agree
	// independently: who lives in one village was often born in one; learned.
	Dependences []Dependence `json:"dependences,omitempty"`
	// Threshold is the probability from which pairs are linked; chosen in
	// training so that the expected F1 is greatest, 0 means 0.95.
	Threshold float64 `json:"threshold,omitempty"`
	// Frequencies are those of the training data, for models used on one
	// record at a time; by column, value to share. May be absent.
	Frequencies map[string]map[string]float64 `json:"frequencies,omitempty"`
	Seed        uint64                        `json:"seed"`
}

// Dependence says how the levels of comparison Of hang on those of comparison
// On among pairs of strangers.
type Dependence struct {
	Of string `json:"of"`
	On string `json:"on"`
	// Ratio has, by level of On, then of Of, the log2 of how many times more
	// often the two come together than they would independently.
	Ratio [][]float64 `json:"ratio"`
}
