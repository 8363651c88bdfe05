package demo

import (
	"strings"

	"tepat/internal/nik"
)

// asnList writes asn.csv, the civil servants as the personnel agency keeps them.
type asnList struct {
	*table
	w     *World
	truth *truthFiles
}

func newASN(w *World, dir string, truth *truthFiles) (agency, error) {
	t, err := newTable(dir, "asn.csv", ',', "NIP,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,UNIT_KERJA,STATUS")
	return &asnList{t, w, truth}, err
}

var (
	units  = strings.Fields("KESEHATAN PENDIDIKAN PERHUBUNGAN PERTANIAN PERIKANAN SOSIAL PUPR PERPUSTAKAAN KOPERASI PARIWISATA")
	titles = []string{"", ", S.PD", ", S.E.", ", SE", ", A.MD", ", S.SOS", ", S.KEP", ", S.Pd.", ", S.H.", ", S.IP", ", M.SI"}
)

func (a *asnList) family(f *Family) error {
	for m := range f.Members {
		p := &f.Members[m]
		if !p.ASN {
			continue
		}
		r := stream(a.w.opts.Seed, streamASN, uint64(p.Key))
		number := p.NIK.Reveal()
		if r.perMille(a.w.opts.Dirt.DirtyCivilNIK) {
			number = ""
		}
		unit := "DINAS " + units[r.n(len(units))]
		if r.perMille(350) {
			unit = "KECAMATAN " + strings.ToUpper(f.Village.Kecamatan.Name)
		}
		a.texts(employeeNumber(p, &r, a.w.opts.AsOf.Year), number, p.Name+titles[r.n(len(titles))], slashed(p.Born),
			string(p.Sex), unit, choose(r.perMille(650), "PNS", "PPPK"))
		line, err := a.end()
		if err != nil {
			return err
		}
		if err := a.truth.say(p, f, a.path, line); err != nil {
			return err
		}
	}
	return nil
}

// employeeNumber is a NIP of eighteen digits. The month of appointment is 00,
// so that no number can be a living servant's.
func employeeNumber(p *Person, r *rng, thisYear int) string {
	since := min(p.Born.Year+r.between(21, 33), thisYear)
	serial := p.NIK.Reveal()[13:]
	return compact(p.Born) + itoa(since) + "00" + choose(p.Sex == nik.Male, "1", "2") + serial
}

// deathList writes kematian.csv, the deaths that somebody reported.
type deathList struct {
	*table
	w     *World
	truth *truthFiles
}

func newDeaths(w *World, dir string, truth *truthFiles) (agency, error) {
	t, err := newTable(dir, "kematian.csv", ';', deathHeader)
	return &deathList{t, w, truth}, err
}

const deathHeader = "nik,nama,tgl_lahir,tgl_meninggal,no_akta,no_surat,tingkat_bukti,pelapor,desa,kode_desa"

func (d *deathList) family(f *Family) error {
	for m := range f.Members {
		p := &f.Members[m]
		if p.Death == nil || p.Death.Grade == "" {
			continue
		}
		r := stream(d.w.opts.Seed, streamDeath, uint64(p.Key))
		number := p.NIK.Reveal()
		if r.perMille(d.w.opts.Dirt.DirtyDeathNIK) && number != "" {
			number = []string{"", miscopied(&r, number), number[:15], number[:6] + " " + number[6:]}[r.n(4)]
		}
		line, err := d.death(&r, p, f, number, d.w.opts.Dirt.written(&r, p))
		if err != nil {
			return err
		}
		if err := d.truth.say(p, f, d.path, line); err != nil {
			return err
		}
	}
	return nil
}

func (d *deathList) death(r *rng, p *Person, f *Family, number, name string) (int, error) {
	d.texts(number, name)
	d.iso(p.Born)
	d.iso(p.Death.On)
	year := itoa(p.Death.On.Year)
	switch p.Death.Grade {
	case "A":
		d.texts(string(d.w.opts.Regency)+"-KM-99"+digits(r.n(100_000), 6)+"-"+year, "", "A", "KELUARGA")
	case "B":
		d.texts("", "474.3/"+itoa(r.between(1, 400))+"/DS/"+year, "B", choose(r.perMille(300), "PUSKESMAS", "KEPALA DESA"))
	default:
		d.texts("", "", string(p.Death.Grade), "KETUA RT "+f.Address.RT)
	}
	d.texts(strings.ToUpper(f.Village.Name), string(f.Village.Code))
	return d.end()
}

// moveList writes pindah.csv, the families that left with a letter (SKPWNI).
type moveList struct {
	*table
	w     *World
	truth *truthFiles
}

func newMoves(w *World, dir string, truth *truthFiles) (agency, error) {
	t, err := newTable(dir, "pindah.csv", ';',
		"no_skpwni,tgl_pindah,nik,nama_kepala_keluarga,no_kk,jumlah_anggota,kode_asal,desa_asal,klasifikasi,kode_tujuan,tujuan")
	return &moveList{t, w, truth}, err
}

func (l *moveList) family(f *Family) error {
	if f.Moved == nil || !f.Moved.Reported {
		return nil
	}
	r := stream(l.w.opts.Seed, streamMove, uint64(f.Key))
	head := f.Head()
	l.texts("SKPWNI/" + string(l.w.opts.Regency) + "/99" + digits(r.n(1_000_000), 6) + "/" + itoa(f.Moved.On.Year))
	l.iso(f.Moved.On)
	l.texts(head.NIK.Reveal(), head.Name, f.KK.Reveal())
	l.int(len(f.Members))
	l.texts(string(f.Village.Code), strings.ToUpper(f.Village.Name), f.Moved.class(f.Village),
		string(f.Moved.To.Code), strings.ToUpper(f.Moved.To.Title()))
	line, err := l.end()
	if err != nil {
		return err
	}
	return l.truth.say(head, f, l.path, line)
}

// class is the registry's class of a move.
func (m Move) class(from *Village) string {
	switch {
	case m.To.Code.Kecamatan() == from.Kecamatan.Code:
		return "ANTAR DESA/KELURAHAN"
	case m.To.Code.Regency() == from.Code.Regency():
		return "ANTAR KECAMATAN"
	case m.To.Code.Province() == from.Code.Province():
		return "ANTAR KAB/KOTA"
	}
	return "ANTAR PROVINSI"
}

// sembako writes sembako_bnba.csv, the food-aid list, with bars between cells.
type sembako struct {
	*table
	w     *World
	truth *truthFiles
}

func newSembako(w *World, dir string, truth *truthFiles) (agency, error) {
	t, err := newTable(dir, "sembako_bnba.csv", '|',
		"NAMA PENERIMA,NIK KTP,NO KK,TAHAP,BANSOS,IDSEMESTA,NM PROV,NM KAB,NM KEC,NM KEL,ALAMAT,NOMINAL")
	return &sembako{t, w, truth}, err
}

func (s *sembako) family(f *Family) error {
	if !f.Aid.Sembako {
		return nil
	}
	dirt := s.w.opts.Dirt
	r := stream(s.w.opts.Seed, streamPKH, uint64(f.Key)|1<<40)
	p := f.Carer()
	s.text(dirt.written(&r, p))
	s.cell(dirt.typed(&r, p.NIK.Reveal()))
	s.texts(f.knownKK(&r, dirt), "JAN-MAR", "SEMBAKO", s.w.familyID(f)[:10], strings.ToUpper(s.w.province.Name), s.w.regencyTitle(),
		strings.ToUpper(f.Village.Kecamatan.Name), strings.ToUpper(f.Village.Name), f.Address.Street)
	s.int(600_000)
	line, err := s.end()
	if err != nil {
		return err
	}
	return s.truth.say(p, f, s.path, line)
}
