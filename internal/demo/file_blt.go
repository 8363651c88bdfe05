package demo

import (
	"strings"
	"time"

	"tepat/internal/civil"
	"tepat/internal/nik"
)

// bltDir holds a workbook per desa, named by its code.
const bltDir = "blt-dd"

// bltLists writes the BLT Dana Desa lists, one workbook a desa in the template
// that the treasury's application wants, or in the village's own hand.
type bltLists struct {
	w     *World
	dir   string
	truth *truthFiles
	of    *Village
	open  *sheet
	own   bool // headers of the village's own
	sign  bool
	files []File
}

var bltHeader = []any{"NO", "NIK", "NAMA KEPALA KELUARGA", "JENIS KELAMIN", "TANGGAL LAHIR", "JUMLAH ANGGOTA KELUARGA", "ALAMAT", "RT", "RW",
	"JENIS PEKERJAAN", "KODE_JP", "KRITERIA BLT", "KODE_KRIT", "METODE PEMBAYARAN", "KODE_BAYAR"}

// ownHeaders are what villages type instead of the template's words.
var ownHeaders = [][]any{
	{"No.", "NO. NIK", "NAMA KPM", "L/P", "TGL LAHIR", "JML ANGGOTA", "ALAMAT", "RT", "RW", "PEKERJAAN", "KODE JP", "KRITERIA", "KODE KRIT", "CARA BAYAR", "KODE BAYAR"},
	{"NO", "N I K", "Nama Kepala Keluarga ", "JK", "Tgl. Lahir", "Jumlah Anggota", "Alamat/Dusun", "RT", "RW", "Pekerjaan", "KODE_JP", "Kriteria BLT", "KODE_KRIT", "Metode Pembayaran", "KODE_BAYAR"},
	{"NOMOR", "NOMOR INDUK KEPENDUDUKAN", "NAMA LENGKAP", "JENIS KELAMIN", "TANGGAL LAHIR (dd/mm/yyyy)", "JUMLAH TANGGUNGAN", "ALAMAT LENGKAP", "RT.", "RW.", "MATA PENCAHARIAN", "KD JP", "KRITERIA", "KD KRIT", "METODE", "KD BAYAR"},
}

func newBLT(w *World, dir string, truth *truthFiles) (agency, error) {
	return &bltLists{w: w, dir: dir, truth: truth}, nil
}

func (b *bltLists) family(f *Family) error {
	if f.Village != b.of {
		if err := b.next(f.Village); err != nil {
			return err
		}
	}
	if !f.Aid.BLT {
		return nil
	}
	r := stream(b.w.opts.Seed, streamBLT, uint64(f.Key))
	if err := b.recipient(&r, f); err != nil {
		return err
	}
	if r.perMille(b.w.opts.Dirt.Repeated) {
		return b.recipient(&r, f)
	}
	return nil
}

// next finishes a village's workbook and begins another's.
func (b *bltLists) next(v *Village) error {
	if err := b.finish(); err != nil {
		return err
	}
	b.of = v
	if !v.Rural() {
		return nil
	}
	dirt := b.w.opts.Dirt
	r := stream(b.w.opts.Seed, streamBLT, uint64(v.first)|1<<40)
	s, err := newSheet(b.dir, bltDir+"/"+string(v.Code)+".xlsx", "BNBA")
	if err != nil {
		return err
	}
	b.open, b.own, b.sign = s, r.perMille(dirt.Village), r.perMille(dirt.Signatures)
	if r.perMille(dirt.Letterhead) {
		err = b.letterhead(v)
	}
	if err != nil {
		return err
	}
	header := bltHeader
	if b.own {
		header = ownHeaders[r.n(len(ownHeaders))]
	}
	if err := s.plain(header...); err != nil {
		return err
	}
	if b.own && r.perMille(400) {
		return nil
	}
	for n := range header {
		s.add(n + 1)
	}
	_, err = s.end()
	return err
}

func (b *bltLists) letterhead(v *Village) error {
	for _, line := range []string{"PEMERINTAH " + b.w.regencyTitle(), "KECAMATAN " + strings.ToUpper(v.Kecamatan.Name),
		"DAFTAR PENERIMA BLT DANA DESA " + strings.ToUpper(v.Name), ""} {
		if err := b.open.plain("", "", line); err != nil {
			return err
		}
	}
	return nil
}

func (b *bltLists) finish() error {
	if b.open == nil {
		return nil
	}
	s := b.open
	b.open = nil
	if b.sign {
		for _, row := range [][]any{{"", "", "JUMLAH", "", "", s.rows}, {""}, {"", "", "", "", "", "", "KEPALA DESA " + strings.ToUpper(b.of.Name)}, {""}, {"", "", "", "", "", "", "( ........................ )"}} {
			if err := s.plain(row...); err != nil {
				return err
			}
		}
	}
	files, err := s.close()
	b.files = append(b.files, files...)
	return err
}

func (b *bltLists) recipient(r *rng, f *Family) error {
	dirt, s, p := b.w.opts.Dirt, b.open, f.Head()
	s.rows++
	s.add(s.rows)
	s.number(dirt.typed(r, p.NIK.Reveal()))
	s.add(dirt.written(r, p), choose(p.Sex == nik.Male, "L", "P"))
	b.birth(r, p.Born)
	work, workCode := "LAINNYA", "P15"
	if strings.HasPrefix(p.Job, "BURUH") {
		work, workCode = "BURUH TANI", "P3"
	}
	why, whyCode := bltReason(r, f)
	s.add(len(f.Members), f.Address.Street, f.Address.RT, f.Address.RW, work, workCode, why, whyCode, "TUNAI", "B1")
	row, err := s.end()
	if err != nil {
		return err
	}
	return b.truth.say(p, f, s.path, row)
}

// birth adds the birth date as the village has it: a date cell, or text; with
// day and month exchanged where a machine set to English read it, which can
// only happen to days up to the twelfth.
func (b *bltLists) birth(r *rng, d civil.Date) {
	dirt := b.w.opts.Dirt
	if r.perMille(dirt.SwappedDate) && d.Day <= 12 {
		swapped := civil.Date{Year: d.Year, Month: time.Month(d.Day), Day: int(d.Month)}
		d = swapped
	}
	if r.perMille(dirt.TextDate) {
		b.open.add(slashed(d))
		return
	}
	b.open.date(d)
}

func bltReason(r *rng, f *Family) (string, string) {
	switch {
	case f.Aid.Single:
		return "LANJUT USIA TUNGGAL", "K9"
	case r.perMille(250):
		return "KEHILANGAN MATA PENCAHARIAN", "K3"
	}
	return "KELUARGA MISKIN EKSTREM", "K7"
}

func (b *bltLists) close() ([]File, error) {
	err := b.finish()
	return b.files, err
}
