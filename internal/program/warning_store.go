package program

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/region"
)

// Check is what the signer of a decree should know about its list now.
type Check struct {
	Unknown int                  // stood in the queue when it was ranked
	Policy  int                  // are in although something about them is not known
	Held    map[string]int       // lines that must not be paid now, by evidence.Hold.Key
	Areas   map[region.Code]Area // by kecamatan
}

// Area is what a kecamatan gets by a decree.
type Area struct {
	Lines int
	Total money.Rupiah
}

// HeldLines is the number of lines that must not be paid now.
func (c Check) HeldLines() int {
	n := 0
	for _, k := range c.Held {
		n += k
	}
	return n
}

// CheckDecree looks at the lines of a decree as things stand now. The counts
// are those of the whole regency, so nobody signs less than he reads.
func CheckDecree(ctx context.Context, q db.Querier, regency region.Code, d Decree) (Check, error) {
	c := Check{Held: map[string]int{}, Areas: map[region.Code]Area{}}
	whole := region.NewScope(regency)
	r, err := RankingByID(ctx, q, whole, d.Ranking)
	if err != nil {
		return c, err
	}
	c.Unknown = r.Counts.Unknown
	var people []id.Person
	err = EachDecreeLine(ctx, q, whole, d.ID, func(l *DecreeLine) error {
		people = append(people, l.Person)
		a := c.Areas[l.Village.Kecamatan()]
		a.Lines++
		a.Total += l.Amount
		c.Areas[l.Village.Kecamatan()] = a
		return nil
	})
	if err != nil {
		return c, err
	}
	held, err := evidence.Suspended(ctx, q, string(regency), people)
	if err != nil {
		return c, err
	}
	for _, h := range held {
		c.Held[h.Key]++
	}
	c.Policy, _, err = db.One(ctx, q, db.Self[int], `SELECT count(*) FROM decree_line l
		JOIN ranking_line r ON r.regency = l.regency AND r.id = l.ranking_line_id
		WHERE l.regency = $1 AND l.decree_id = $2 AND r.policy = 1`, string(regency), string(d.ID))
	return c, err
}
