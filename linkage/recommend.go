package linkage

import "errors"

// Recommend is being written.
func Recommend(m *Model, t *Table, budget int64, o Options) ([]Rule, error) {
	return nil, errors.New("linkage: under construction")
}
