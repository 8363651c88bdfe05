package demo

import (
	"strconv"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/nik"
)

// dukcapil writes dukcapil.csv, the extract of the civil registry (SIAK names,
// semicolons): everybody, nearly clean.
type dukcapil struct {
	*table
	w     *World
	truth *truthFiles
	place []byte // the last cells, alike for a whole village
	of    *Village
}

const dukcapilHeader = "NIK,NO_KK,NAMA_LGKP,JENIS_KLMIN,TMPT_LHR,TGL_LHR,GOL_DARAH,AGAMA,STATUS_KAWIN,STAT_HBKEL,PDDK_AKH," +
	"JENIS_PKRJN,NIK_IBU,NAMA_LGKP_IBU,NIK_AYAH,NAMA_LGKP_AYAH,ALAMAT,NO_RT,NO_RW,DUSUN,NO_PROP,PROP_NAME,NO_KAB,KAB_NAME,NO_KEC,KEC_NAME,NO_KEL,KEL_NAME"

func newDukcapil(w *World, dir string, truth *truthFiles) (agency, error) {
	t, err := newTable(dir, "dukcapil.csv", ';', dukcapilHeader)
	return &dukcapil{table: t, w: w, truth: truth}, err
}

func (d *dukcapil) family(f *Family) error {
	if d.of != f.Village {
		d.of, d.place = f.Village, d.w.placeCells(f.Village)
	}
	dirt := d.w.opts.Dirt
	r := stream(d.w.opts.Seed, streamDukcapil, uint64(f.Key))
	a := f.Address
	if r.perMille(dirt.DukcapilNoRT) {
		a.RT, a.RW = "000", "000"
	}
	for m := range f.Members {
		p := &f.Members[m]
		born, mother := p.Born, p.Mother
		if r.perMille(dirt.DukcapilBirth) {
			born = corrected(&r, born)
		}
		if r.perMille(dirt.DukcapilNoMother) {
			mother = ""
		}
		d.texts(p.NIK.Reveal(), f.KK.Reveal(), p.Name, choose(p.Sex == nik.Male, "Laki-Laki", "Perempuan"), p.BirthPlace)
		d.iso(born)
		d.texts(p.Blood, p.Religion, p.Marital.String(), p.Relation.String(), p.Education, p.Job)
		motherNIK, fatherNIK := parentNIKs(f, p)
		d.texts(motherNIK, mother, fatherNIK, p.Father, a.Street, a.RT, a.RW, a.Dusun)
		d.row = append(d.row, d.place...)
		line, err := d.end()
		if err != nil {
			return err
		}
		if err := d.truth.say(p, f, d.path, line); err != nil {
			return err
		}
	}
	return nil
}

// corrected is a birth date that was put right on the card by a ruling; the NIK
// keeps the old one for life.
func corrected(r *rng, d civil.Date) civil.Date {
	switch r.n(3) {
	case 0:
		d.Year--
	case 1:
		d.Month = d.Month%12 + 1
	}
	d.Day = d.Day%28 + 1
	return d
}

// parentNIKs returns the numbers of the parents who are on the card of a child.
func parentNIKs(f *Family, p *Person) (string, string) {
	if p.Relation != Child {
		return "", ""
	}
	head, carer := f.Head(), f.Carer()
	switch {
	case carer.Relation == Wife:
		return carer.NIK.Reveal(), head.NIK.Reveal()
	case head.Sex == nik.Female:
		return head.NIK.Reveal(), ""
	}
	return "", head.NIK.Reveal()
}

// placeCells are the region cells: numbers without leading zeros, names in
// upper case.
func (w *World) placeCells(v *Village) []byte {
	part := func(s string) string { return strings.TrimLeft(s, "0") }
	code := string(v.Code)
	var b []byte
	for _, cells := range [][2]string{
		{part(code[:2]), w.province.Name}, {part(code[2:4]), w.regency.Name}, {part(code[4:6]), v.Kecamatan.Name}, {code[6:], v.Name},
	} {
		b = append(b, cells[0]...)
		b = append(b, ';')
		b = append(b, strings.ToUpper(cells[1])...)
		b = append(b, ';')
	}
	return b
}

// dtsen writes dtsen_keluarga.csv, the national registry's families as the
// office downloads them.
type dtsen struct {
	*table
	w     *World
	truth *truthFiles
}

const dtsenHeader = "id_keluarga,no_kk,nik,nama_kepala_keluarga,alamat,rt,rw,kelurahan,kecamatan,kabupaten,provinsi,id_wilayah," +
	"desil_nasional,percentile_nasional,peringkat_nasional,peringkat_provinsi,peringkat_kab_kota"

func newDTSEN(w *World, dir string, truth *truthFiles) (agency, error) {
	t, err := newTable(dir, "dtsen_keluarga.csv", ',', dtsenHeader)
	return &dtsen{t, w, truth}, err
}

func (d *dtsen) family(f *Family) error {
	dirt := d.w.opts.Dirt
	r := stream(d.w.opts.Seed, streamDTSEN, uint64(f.Key))
	if f.Newlywed || r.perMille(dirt.DTSENMissing) {
		return nil
	}
	head := f.Head()
	d.texts(d.w.familyID(f), f.knownKK(&r, dirt))
	number := head.NIK.Reveal()
	switch x := r.n(1000); {
	case x < dirt.NoNIK:
		number = ""
	case x < dirt.NoNIK+dirt.WrongNIK && number != "":
		number = miscopied(&r, number)
	}
	d.texts(number, dirt.written(&r, head), f.Address.Street, f.Address.RT, f.Address.RW,
		strings.ToUpper(f.Village.Name), strings.ToUpper(f.Village.Kecamatan.Name), d.w.regencyTitle(),
		strings.ToUpper(d.w.province.Name), string(f.Village.Code))
	d.known(f.Rank.Desil)
	d.known(f.Rank.Percentile)
	d.known(f.Rank.Nation)
	d.known(f.Rank.Province)
	d.known(f.Rank.Regency)
	line, err := d.end()
	if err != nil {
		return err
	}
	return d.truth.say(head, f, d.path, line)
}

// regencyTitle is the regency as registers write it, "KAB. NATUNA".
func (w *World) regencyTitle() string {
	return choose(w.regency.Kind == "kota", "KOTA ", "KAB. ") + strings.ToUpper(w.regency.Name)
}

// familyID is the registry's own key of a family: sixteen hexadecimal digits.
func (w *World) familyID(f *Family) string {
	r := stream(w.opts.Seed, streamVillage, uint64(f.Key)|1<<50)
	s := strconv.FormatUint(r.next(), 16)
	return strings.Repeat("0", 16-len(s)) + s
}

// knownKK is the card number that an agency knows: often the one before.
func (f *Family) knownKK(r *rng, d *Dirt) string {
	if f.OldKK != "" && r.perMille(d.OldKK) {
		return f.OldKK.Reveal()
	}
	return f.KK.Reveal()
}
