package demo

import (
	"strings"
	"time"

	"tepat/internal/civil"
	"tepat/internal/nik"
)

// Streams of the labelled sources; far from those of rng.go, which grow.
const (
	streamLinkCivil uint64 = 1<<16 + iota
	streamLinkWelfare
	streamLinkVillage
	streamLinkList
	streamLinkOrder
)

func month(n int) time.Month { return time.Month(n) }

// civilRow is the record of the civil registry: everything there, nothing wrong
// but what was written down from memory long ago.
func civilRow(f *Family, p *Person) linkRow {
	return linkRow{
		nik: p.NIK.Reveal(), kk: f.KK.Reveal(), name: p.Name, sex: sexLetter(p.Sex), birthPlace: p.BirthPlace, born: isoDate(p.Born),
		rt: f.Address.RT, rw: f.Address.RW, village: strings.ToUpper(f.Village.Name), kecamatan: strings.ToUpper(f.Village.Kecamatan.Name),
	}
}

func isoDate(d civil.Date) string {
	if d.IsZero() {
		return ""
	}
	var b [10]byte
	put(b[:4], d.Year)
	put(b[5:7], int(d.Month))
	put(b[8:], d.Day)
	b[4], b[7] = '-', '-'
	return string(b[:])
}

// home is where and under which card the register of the poor keeps somebody.
type home struct {
	kk      nik.KK
	village *Village
	rt, rw  string
}

func homeOf(f *Family) home { return home{f.KK, f.Village, f.Address.RT, f.Address.RW} }

// welfareHome is the home of a family in the register of the poor, and whether
// it is there. A few stand at an address that they left.
func (lw *linkWriter) welfareHome(r *rng, f *Family) (home, bool) {
	known := r.perMille(lw.errors.WelfareCover)
	h := homeOf(f)
	if r.perMille(lw.errors.WelfareMoved) {
		h.village = &lw.w.villages[r.n(len(lw.w.villages))]
		h.rt, h.rw = threeDigits(r.between(1, 12)), threeDigits(r.between(1, 4))
		if f.OldKK != "" {
			h.kk = f.OldKK
		}
	}
	return h, known
}

// welfare writes p once, or twice: then under the parents' card or at another
// address, each row with errors of its own.
func (lw *linkWriter) welfare(r *rng, f *Family, p *Person, h home) error {
	e := &lw.errors
	if r.perMille(e.WelfareAbsent) {
		return nil
	}
	if p.Relation == Wife && p.Age < 33 && r.perMille(e.WelfareDaughter) {
		h = lw.parents(r, p, h)
	}
	if err := lw.write(1, p, lw.welfareRow(r, f, p, h)); err != nil {
		return err
	}
	if !r.perMille(e.WelfareTwice) {
		return nil
	}
	if r.perMille(500) {
		h = lw.parents(r, p, h)
	}
	return lw.write(1, p, lw.welfareRow(r, f, p, h))
}

// parents finds a home that could be that of p's parents: of a head seventeen
// years older or more, mostly in the next villages. When none of a few draws
// fits, p stays where they are.
func (lw *linkWriter) parents(r *rng, p *Person, h home) home {
	v := h.village
	if r.perMille(300) {
		v = &lw.w.villages[r.n(len(lw.w.villages))]
	}
	for range 4 {
		if v.Families == 0 {
			break
		}
		f := lw.w.Family(v.first + r.n(v.Families))
		if f.Head().Age >= p.Age+17 {
			return homeOf(&f)
		}
	}
	return h
}

func (lw *linkWriter) welfareRow(r *rng, f *Family, p *Person, h home) linkRow {
	e := &lw.errors.Welfare
	row := linkRow{
		nik: e.nik(r, f, p), kk: e.kk(r, f, h.kk), name: e.name(r, p), sex: e.sex(r, p), born: isoDate(e.born(r, p)),
		birthPlace: lw.birthPlaceOf(r, e, p, h.village),
	}
	lw.place(r, e, &row, h)
	return row
}

// birthPlaceOf is the card's, or the regency or village in its stead.
func (lw *linkWriter) birthPlaceOf(r *rng, e *CellErrors, p *Person, v *Village) string {
	switch {
	case r.perMille(e.NoPlace):
		return ""
	case r.perMille(e.OtherPlace):
		return strings.ToUpper(choose(r.perMille(500), lw.w.regency.Name, v.Name))
	}
	return p.BirthPlace
}

// place fills the address of a row.
func (lw *linkWriter) place(r *rng, e *CellErrors, row *linkRow, h home) {
	row.rt, row.rw = h.rt, h.rw
	switch {
	case r.perMille(e.NoRT):
		row.rt, row.rw = "", ""
	case r.perMille(e.OtherRT):
		row.rt = threeDigits(r.between(1, 12))
	}
	row.village, row.kecamatan = strings.ToUpper(h.village.Name), strings.ToUpper(h.village.Kecamatan.Name)
	if r.perMille(e.VillageName) {
		row.village = villageName(r, row.village)
	}
	if r.perMille(e.NoKecamatan) {
		row.kecamatan = ""
	}
}

// villageList is how a neighbourhood (RT) keeps its list: all rows are of one
// hand.
type villageList struct {
	cells    *CellErrors
	families int
}

func (lw *linkWriter) listOf(f *Family) villageList {
	r := stream(lw.w.opts.Seed, streamLinkList, uint64(f.House))
	e := &lw.errors
	list := villageList{&e.VillageFull, e.VillageFamilies * r.between(60, 140) / 100}
	switch x := r.n(1000); {
	case x < e.VillageNames:
		list.cells = &e.VillageBare
	case x < e.VillageNames+e.VillageHalf:
		list.cells = &e.VillagePartial
	}
	return list
}

// village writes p, when on the list, once or twice.
func (lw *linkWriter) village(r *rng, f *Family, p *Person) error {
	if p.Relation != Head && p.Relation != Wife && !r.perMille(lw.errors.VillageMember) {
		return nil
	}
	if err := lw.write(2, p, lw.villageRow(r, f, p)); err != nil || !r.perMille(lw.errors.VillageTwice) {
		return err
	}
	return lw.write(2, p, lw.villageRow(r, f, p))
}

func (lw *linkWriter) villageRow(r *rng, f *Family, p *Person) linkRow {
	e := lw.list.cells
	h := homeOf(f)
	row := linkRow{nik: e.nik(r, f, p), kk: e.kk(r, f, h.kk), name: e.name(r, p), sex: e.sex(r, p), birthPlace: lw.birthPlaceOf(r, e, p, h.village)}
	if d := e.born(r, p); d.Day == 0 && d.Year > 0 {
		row.born = digits(d.Year, 4)
	} else if !d.IsZero() {
		row.born = slashed(d)
	}
	lw.place(r, e, &row, h)
	return row
}
