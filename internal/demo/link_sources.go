package demo

import (
	"context"
	"os"

	"tepat/internal/fault"
	"tepat/internal/region"
)

// LinkageOptions choose labelled sources for measuring record linkage. The zero
// Records is 100,000, the zero Errors is DefaultLinkageErrors.
type LinkageOptions struct {
	Regency region.Code // the first one; further ones of the province follow when it is full
	People  int         // of each regency; 0 is as many as it has, so that villages keep their real size
	Records int         // of all sources together, 1,000 to 10,000,000
	Seed    uint64
	Errors  *LinkageErrors
}

// defaultRecords is what the zero Records means.
const defaultRecords = 100_000

// The sources by name.
const (
	SourceCivil   = "dukcapil" // clean: one record a person
	SourceWelfare = "dtsen"
	SourceVillage = "desa"
)

const linkageHeader = "id,nik,kk,nama,jenis_kelamin,tempat_lahir,tanggal_lahir,rt,rw,desa,kecamatan"

// linkRow is a record of a source, as its cells are written.
type linkRow struct {
	nik, kk, name, sex, birthPlace, born, rt, rw, village, kecamatan string
}

// linkSource is a file under construction.
type linkSource struct {
	*table
	name, prefix string
	rows         int
}

// linkWriter writes the sources of one set. It stops when no record is left.
type linkWriter struct {
	errors  LinkageErrors
	sources [3]*linkSource
	all     *table // every source in one file
	truth   *table
	left    int
	people  int // of the regencies before this one

	w    *World
	list villageList // of the neighbourhood at hand
}

// WriteLinkage writes three sources about overlapping people into dir, which it
// makes: dukcapil.csv (the civil registry), dtsen.csv (an older register of the
// poor) and desa.csv (lists that villages keep), the same records in one file
// as gabungan.csv with a column for the source, and truth.csv with the person
// behind each (source, id). Memory stays flat: one family and about eight bytes
// a person of one regency. progress may be nil.
//
// Faults: demo.regency, demo.size.
func WriteLinkage(ctx context.Context, o LinkageOptions, dir string, progress Progress) ([]File, error) {
	if o.Records == 0 {
		o.Records = defaultRecords
	}
	if o.Records < MinPeople || o.Records > MaxPeople {
		return nil, fault.NewInvalid("demo.size", MinPeople, MaxPeople).At("people")
	}
	if progress == nil {
		progress = func(int, int, string) {}
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	lw, err := newLinkWriter(dir, o)
	if err != nil {
		return nil, err
	}
	writeErr := lw.regencies(ctx, o, func() { progress(o.Records-lw.left, o.Records, "families") })
	files, err := lw.close()
	if writeErr != nil {
		return nil, writeErr
	}
	return files, err
}

func newLinkWriter(dir string, o LinkageOptions) (*linkWriter, error) {
	lw := &linkWriter{errors: DefaultLinkageErrors(), left: o.Records}
	if o.Errors != nil {
		lw.errors = *o.Errors
	}
	for i, name := range [...]string{SourceCivil, SourceWelfare, SourceVillage} {
		t, err := newTable(dir, name+".csv", ',', linkageHeader)
		if err != nil {
			lw.close()
			return nil, err
		}
		lw.sources[i] = &linkSource{table: t, name: name, prefix: [...]string{"C", "T", "V"}[i]}
	}
	var err error
	if lw.all, err = newTable(dir, "gabungan.csv", ',', "sumber,"+linkageHeader); err == nil {
		lw.truth, err = newTable(dir, "truth.csv", ',', "sumber,id,orang")
	}
	if err != nil {
		lw.close()
		return nil, err
	}
	return lw, nil
}

func (lw *linkWriter) close() ([]File, error) {
	var files []File
	var failed error
	tables := []*table{lw.all, lw.truth}
	for _, s := range lw.sources {
		if s != nil {
			tables = append(tables, s.table)
		}
	}
	for _, t := range tables {
		if t == nil {
			continue
		}
		done, err := t.close()
		if failed == nil {
			failed = err
		}
		files = append(files, done...)
	}
	return files, failed
}

// regencies invents one regency after the other until all records are written.
func (lw *linkWriter) regencies(ctx context.Context, o LinkageOptions, tell func()) error {
	for _, code := range regenciesFrom(o.Regency) {
		w, err := Generate(Options{Regency: code, People: o.People, Seed: o.Seed})
		if err != nil {
			return err
		}
		lw.w = w
		if err := lw.regency(ctx, tell); err != nil || lw.left == 0 {
			return err
		}
		lw.people += w.People()
	}
	return nil
}

// regenciesFrom lists the regency, the others of its province, then the rest.
func regenciesFrom(first region.Code) []region.Code {
	list := []region.Code{first}
	add := func(regencies []region.Region, of bool) {
		for _, r := range regencies {
			if r.Code != first && (r.Code.Province() == first.Province()) == of && len(region.Children(r.Code)) > 0 {
				list = append(list, r.Code)
			}
		}
	}
	add(region.Regencies(), true)
	add(region.Regencies(), false)
	return list
}

// regency goes through its villages in an order of chance, so that a small set
// is a few whole villages from anywhere: names are as crowded in it as in a
// large one.
func (lw *linkWriter) regency(ctx context.Context, tell func()) error {
	order := make([]int, len(lw.w.villages))
	r := stream(lw.w.opts.Seed, streamLinkOrder, 0)
	for i := range order {
		k := r.n(i + 1)
		order[i], order[k] = order[k], i
	}
	var s sketch
	for _, v := range order {
		tell()
		if err := ctx.Err(); err != nil {
			return err
		}
		rt := ""
		for f := range lw.w.familiesOf(&lw.w.villages[v], &s) {
			if f.Address.RT != rt {
				rt = f.Address.RT
				lw.list = lw.listOf(&f)
			}
			if err := lw.family(&f); err != nil || lw.left == 0 {
				return err
			}
		}
	}
	return nil
}

// family writes every record of every member. Each source draws from a stream
// of its own, so that the errors of one leave the others as they were.
func (lw *linkWriter) family(f *Family) error {
	welfare := stream(lw.w.opts.Seed, streamLinkWelfare, uint64(f.Key))
	village := stream(lw.w.opts.Seed, streamLinkVillage, uint64(f.Key))
	civil := stream(lw.w.opts.Seed, streamLinkCivil, uint64(f.Key))
	home, known := lw.welfareHome(&welfare, f)
	listed := village.perMille(lw.list.families)
	for m := range f.Members {
		p := &f.Members[m]
		if p.NIK != "" && civil.perMille(lw.errors.CivilCover) {
			if err := lw.write(0, p, civilRow(f, p)); err != nil {
				return err
			}
		}
		if known {
			if err := lw.welfare(&welfare, f, p, home); err != nil {
				return err
			}
		}
		if listed {
			if err := lw.village(&village, f, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// write adds a record to its source, to the one file and to the truth.
func (lw *linkWriter) write(source int, p *Person, row linkRow) error {
	if lw.left == 0 {
		return nil
	}
	lw.left--
	s := lw.sources[source]
	s.rows++
	id := s.prefix + digits(s.rows, 8)
	lw.all.text(s.name)
	for _, t := range [2]*table{s.table, lw.all} {
		t.texts(id, row.nik, row.kk, row.name, row.sex, row.birthPlace, row.born, row.rt, row.rw, row.village, row.kecamatan)
		if _, err := t.end(); err != nil {
			return err
		}
	}
	lw.truth.texts(s.name, id, PersonKey(lw.people+int(p.Key)).String())
	_, err := lw.truth.end()
	return err
}
