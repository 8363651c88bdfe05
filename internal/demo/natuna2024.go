package demo

import (
	"slices"

	"tepat/internal/civil"
	"tepat/internal/fault"
	"tepat/internal/money"
)

// Natuna's extreme-poverty cash of 2024, as the press reported it: the centre
// sent 1,002 families, the villages left 667, then 657 were decreed and 656
// paid Rp200,000 a month for twelve months, Rp1,574,400,000 together.
const (
	Natuna2024Candidates = 1002
	Natuna2024Valid      = 667
	Natuna2024Decreed    = 657
	Natuna2024Paid       = 656

	Natuna2024Monthly money.Rupiah = 200_000
	Natuna2024Months               = 12
)

// Step is the point of the chain at which a candidate leaves; Stays is paid.
type Step string

// The steps, in order.
const (
	Stays         Step = "dibayar"
	VillageMeets  Step = "validasi desa"
	DecreeCheck   Step = "periksa sebelum SK"
	PaymentFreeze Step = "periksa sebelum bayar"
)

// Reason is why a candidate leaves, in the word of the village's answer.
type Reason string

// The reasons. Fit is the answer for those who stay at the village meeting.
const (
	Fit       Reason = ""
	Died      Reason = "MENINGGAL"
	MovedAway Reason = "PINDAH"
	Servant   Reason = "ASN DALAM KK"
	OnPKH     Reason = "SUDAH PKH"
	Able      Reason = "MAMPU"
	Doubled   Reason = "GANDA"
)

// Leave is one line of the split.
type Leave struct {
	Step   Step
	Reason Reason
	Rows   int
}

// Natuna2024Split returns who leaves when and why: 335 at the villages, 10 when
// the decree is checked against the agencies' lists, 1 when the pay list is
// frozen. The numbers of the steps are reported; the split is invented.
func Natuna2024Split() []Leave {
	return []Leave{
		{VillageMeets, Died, 61}, {VillageMeets, MovedAway, 48}, {VillageMeets, Servant, 22},
		{VillageMeets, OnPKH, 87}, {VillageMeets, Able, 96}, {VillageMeets, Doubled, 21},
		{DecreeCheck, Died, 4}, {DecreeCheck, Servant, 3}, {DecreeCheck, OnPKH, 3},
		{PaymentFreeze, Died, 1},
	}
}

// Candidate is one row of the centre's list.
type Candidate struct {
	ID     string // the list's own key
	Place  int    // 1 poorest to 1,002
	Family Family
	Listed *Person // who the row says is the head: the wife in some doubled rows
	Step   Step
	Reason Reason
}

// Case2024 is the worked case. Its dates hang on the world's AsOf; a world as
// of 31 December 2024 puts them in 2024.
type Case2024 struct {
	World      *World
	Candidates []Candidate // by village, then by place
	Validated  civil.Date  // village meetings are over
	Decreed    civil.Date
	Frozen     civil.Date // the pay list is
}

// noAid is the kecamatan that had no recipient: Pulau Tiga Barat.
const noAid = "210321"

// Natuna2024 picks the candidates from w, which must be Natuna at about its
// real size. Those who stay have no death, move, civil servant, pension or
// other aid on the card and share no house; those who leave have exactly the
// cause that removes them, known to the lists of their step and to no earlier.
//
// Faults: demo.case_regency, demo.case_size (w is too small to hold the case).
func Natuna2024(w *World) (*Case2024, error) {
	if w.Regency() != "2103" {
		return nil, fault.NewInvalid("demo.case_regency", string(w.Regency()))
	}
	c := &Case2024{
		World:     w,
		Validated: w.AsOf().AddDays(-185), Decreed: w.AsOf().AddDays(-125), Frozen: w.AsOf().AddDays(-95),
	}
	pools := map[Leave][]pick{}
	for f := range w.Families {
		step, reason, ok := c.classify(&f)
		if ok {
			key := Leave{Step: step, Reason: reason}
			pools[key] = append(pools[key], pick{f.Rank.Regency, int(f.Key) - 1})
		}
	}
	for _, pool := range pools {
		slices.SortFunc(pool, func(a, b pick) int { return a.rank - b.rank })
	}
	if err := c.choose(pools); err != nil {
		return nil, err
	}
	c.place()
	return c, nil
}

// pick is a family that would do for a line of the split.
type pick struct{ rank, family int }

// classify says for which line a family would do. Servants and PKH families
// are sorted under the village meeting and shared out later.
func (c *Case2024) classify(f *Family) (Step, Reason, bool) {
	if f.Rank.Regency == 0 || f.Head().NIK == "" || string(f.Village.Kecamatan.Code) == noAid || f.House != f.Key {
		return "", "", false
	}
	dead, retired := 0, false
	for m := range f.Members {
		retired = retired || f.Members[m].Retired
		if f.Members[m].Death != nil {
			dead++
		}
	}
	servant, otherAid := f.HasASN(), f.Aid.Sembako || f.Aid.BLT
	switch {
	case dead > 0:
		only := dead == 1 && f.Head().Death != nil && !servant && f.Moved == nil && !f.Aid.PKH
		return c.classifyDeath(f.Head().Death, only, !retired && !otherAid)
	case f.Moved != nil:
		return VillageMeets, MovedAway, !servant && !retired && !f.Aid.PKH && !f.Moved.On.After(c.Validated)
	case servant:
		return VillageMeets, Servant, !retired && !f.Aid.PKH && !otherAid
	case retired || f.Aid.BLT:
		return "", "", false
	case f.Aid.PKH:
		return VillageMeets, OnPKH, true
	case otherAid:
		return "", "", false
	case f.Rank.Desil >= 6:
		return VillageMeets, Able, true
	}
	return Stays, Fit, f.Rank.Desil <= 4
}

// classifyDeath judges a family whose head died: only says that nothing else
// is the matter that a village would name, clean that no later list objects.
func (c *Case2024) classifyDeath(d *Death, only, clean bool) (Step, Reason, bool) {
	proved := d != nil && clean && (d.Grade == "A" || d.Grade == "B")
	switch {
	case !only || d.Grade == "":
		return "", "", false
	case !d.On.After(c.Validated):
		return VillageMeets, Died, true
	case !d.On.After(c.Decreed):
		return DecreeCheck, Died, proved
	}
	return PaymentFreeze, Died, proved && !d.On.After(c.Frozen)
}

// choose takes the poorest of each pool. Doubled rows repeat families that stay.
func (c *Case2024) choose(pools map[Leave][]pick) error {
	used := map[Leave]int{}
	take := func(step, from Step, reason Reason, n int) error {
		key := Leave{Step: from, Reason: reason}
		pool := pools[key][used[key]:]
		if len(pool) < n {
			return fault.NewInvalid("demo.case_size", string(reason))
		}
		used[key] += n
		for _, p := range pool[:n] {
			f := c.World.Family(p.family)
			c.Candidates = append(c.Candidates, Candidate{Family: f, Listed: f.Head(), Step: step, Reason: reason})
		}
		return nil
	}
	if err := take(Stays, Stays, Fit, Natuna2024Paid); err != nil {
		return err
	}
	for _, l := range Natuna2024Split() {
		from := VillageMeets
		if l.Reason == Died {
			from = l.Step
		}
		if l.Reason == Doubled {
			c.double(l.Rows)
			continue
		}
		if err := take(l.Step, from, l.Reason, l.Rows); err != nil {
			return err
		}
	}
	return nil
}

// double lists families a second time: under the wife's name where there is
// one, else under the head's name in another spelling. Every thirtieth family
// keeps them apart in the list.
func (c *Case2024) double(n int) {
	for k := range n {
		first := c.Candidates[k*30]
		c.Candidates = append(c.Candidates, Candidate{Family: first.Family, Listed: first.Family.Carer(),
			Step: VillageMeets, Reason: Doubled})
	}
}

// place gives out places by the rank of DTSEN, a doubled row after its first,
// and puts the list in the order in which the centre sends it.
func (c *Case2024) place() {
	slices.SortStableFunc(c.Candidates, func(a, b Candidate) int { return a.Family.Rank.Regency - b.Family.Rank.Regency })
	for i := range c.Candidates {
		c.Candidates[i].Place = i + 1
		c.Candidates[i].ID = "P3KE" + digits(2103_0000+i+1, 10)
	}
	slices.SortStableFunc(c.Candidates, func(a, b Candidate) int { return int(a.Family.Key) - int(b.Family.Key) })
}

// Total is what the programme costs: 1,574,400,000.
func (c *Case2024) Total() money.Rupiah {
	return Natuna2024Monthly.Times(Natuna2024Paid * Natuna2024Months)
}
