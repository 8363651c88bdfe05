package intake

import (
	"context"
	"slices"
	"strconv"

	"tepat/internal/intake/sheet"
	"tepat/internal/nik"
)

// cardSet holds the numbers of the family cards that a file names, sorted:
// eight bytes each, so that the file of a province fits.
type cardSet []uint64

// cards reads the file once for its card numbers. Whether a family got a new
// card or was split is only known when no row, however far down, still names
// the old card.
func (f *file) cards(ctx context.Context, b Batch, r *Reader) (cardSet, error) {
	var out cardSet
	var it Item
	err := f.eachRow(ctx, b, func(row sheet.Row) error {
		it.Record.KK, it.Findings = "", it.Findings[:0]
		r.readKK(r.cell(&row, FieldKK), &it)
		if n := cardNumber(it.Record.KK); n != 0 && (len(out) == 0 || out[len(out)-1] != n) {
			out = append(out, n)
		}
		return nil
	})
	slices.Sort(out)
	return slices.Compact(out), err
}

func (s cardSet) has(kk nik.KK) bool {
	n := cardNumber(kk)
	if n == 0 {
		return false
	}
	_, found := slices.BinarySearch(s, n)
	return found
}

// cardNumber is a KK as a number, 0 for none: its sixteen digits never begin with 0.
func cardNumber(kk nik.KK) uint64 {
	n, err := strconv.ParseUint(kk.Reveal(), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
