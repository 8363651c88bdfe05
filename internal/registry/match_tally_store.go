package registry

import (
	"context"
	"math"

	"tepat/internal/civil"
	"tepat/internal/db"
)

// MatchCell is one cell of the counts of matching.
type MatchCell struct {
	Verdict string // "same", "new", "look", "unlinkable"
	Band    int    // weight divided by BandWidth, rounded down; NumberBand when a NIK settled it
}

// BandWidth is how many bits a score band is wide, and NumberBand the band of
// rows that a number settled.
const (
	BandWidth  = 4
	NumberBand = 99
	lastBand   = 20
)

// BandOf returns the band of a weight.
func BandOf(weight float64) int {
	return max(min(int(math.Floor(weight/BandWidth)), lastBand), -lastBand)
}

// Cell tells in which cell m is counted.
func (m *Match) Cell(p *Profile) MatchCell {
	switch {
	case m.Verdict.Looks():
		if m.Weight == 0 {
			return MatchCell{"look", NumberBand}
		}
		return MatchCell{"look", BandOf(m.Weight)}
	case m.Verdict == Same && m.Weight == 0:
		return MatchCell{"same", NumberBand}
	case m.Verdict == Same:
		return MatchCell{"same", BandOf(m.Weight)}
	case p.Unlinkable():
		return MatchCell{"unlinkable", 0}
	}
	return MatchCell{"new", 0}
}

// AddMatchTally counts matched rows of a source under the month of day.
func AddMatchTally(ctx context.Context, tx *db.Tx, day civil.Date, source string, cells map[MatchCell]int) error {
	month := civil.Date{Year: day.Year, Month: day.Month, Day: 1}
	for c, n := range cells {
		_, err := tx.ExecMany(ctx, `INSERT INTO match_tally (regency, month, source, verdict, band, rows_n) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (regency, month, source, verdict, band) DO UPDATE SET rows_n = match_tally.rows_n + excluded.rows_n`,
			tx.Actor.Regency(), month, source, c.Verdict, c.Band, n)
		if err != nil {
			return err
		}
	}
	return nil
}

// MatchCount is a stored cell.
type MatchCount struct {
	MatchCell
	Month  civil.Date
	Source string
	Rows   int
}

// MatchCounts returns the counts of matching from a month on, oldest first.
func MatchCounts(ctx context.Context, q db.Querier, regency string, from civil.Date) ([]MatchCount, error) {
	return db.All(ctx, q, func(c *MatchCount) []any { return []any{&c.Month, &c.Source, &c.Verdict, &c.Band, &c.Rows} },
		`SELECT month, source, verdict, band, rows_n FROM match_tally WHERE regency = $1 AND month >= $2 ORDER BY month, source, verdict, band`,
		regency, from)
}
