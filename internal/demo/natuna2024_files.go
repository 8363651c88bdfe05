package demo

import (
	"errors"
	"os"
	"strings"

	"tepat/internal/civil"
)

// WriteFiles writes the case into dir, which it makes:
//
//	kandidat-2024.csv    the centre's 1,002 rows (P3KE layout: nik_kk is the NIK
//	                     of the head) with peringkat
//	validasi-desa.xlsx   the villages' answers to each row, and why
//	kematian-1.csv       deaths of the regency up to the meetings,
//	kematian-2.csv       from then to the decree, and
//	kematian-3.csv       from then to the freezing of the pay list
//	asn-2024.csv         civil servants, with clean NIK
//	pkh-2024.csv         PKH families, with clean NIK and KK
//	harapan-2024.csv     the counts that must come out
//	truth-2024.csv       the person, family, step and reason of each row
//
// The lists are whole: they hold everybody of the regency, not only candidates.
func (c *Case2024) WriteFiles(dir string) ([]File, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	var files []File
	for _, write := range []func(string) ([]File, error){
		c.writeCandidates, c.writeAnswers, c.writeLists, c.writeExpected, c.writeTruth,
	} {
		done, err := write(dir)
		if err != nil {
			return nil, err
		}
		files = append(files, done...)
	}
	return files, nil
}

// fill writes rows with each until it fails, and closes t.
func fill(t *table, err error, each func(t *table) error) ([]File, error) {
	if err != nil {
		return nil, err
	}
	eachErr := each(t)
	files, err := t.close()
	if eachErr != nil {
		return nil, eachErr
	}
	return files, err
}

func (c *Case2024) writeCandidates(dir string) ([]File, error) {
	t, err := newTable(dir, "kandidat-2024.csv", ',', "id_kpm,nik_kk,nik_pkk,nama_kk,nama_pkk,no_kk,alamat,nama_rt,nama_rw,"+
		"desa_kelurahan,kecamatan,kabkot,kode_desa,jumlah_anggota,sumber,desil_p3ke,peringkat")
	return fill(t, err, func(t *table) error {
		for i := range c.Candidates {
			if err := c.candidate(t, &c.Candidates[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *Case2024) candidate(t *table, row *Candidate) error {
	f, p := &row.Family, row.Listed
	name, mate := p.Name, Person{}
	switch {
	case row.Reason == Doubled && p.Key == f.Head().Key:
		r := stream(c.World.opts.Seed, streamCase, uint64(f.Key))
		name = typo(&r, name)
	case row.Reason != Doubled && f.Carer().Key != p.Key:
		mate = *f.Carer()
	}
	v := f.Village
	t.texts(row.ID, p.NIK.Reveal(), mate.NIK.Reveal(), name, mate.Name, f.KK.Reveal(), f.Address.Street, f.Address.RT, f.Address.RW,
		strings.ToUpper(v.Name), strings.ToUpper(v.Kecamatan.Name), c.World.regencyTitle(), string(v.Code))
	t.int(len(f.Members))
	t.text("P3KE")
	t.int(min(f.Rank.Desil, 4))
	t.int(row.Place)
	_, err := t.end()
	return err
}

func (c *Case2024) writeAnswers(dir string) ([]File, error) {
	s, err := newSheet(dir, "validasi-desa.xlsx", "Hasil Musdes")
	if err != nil {
		return nil, err
	}
	err = s.plain("NO", "ID KPM", "NIK", "NAMA KEPALA KELUARGA", "KECAMATAN", "DESA/KELURAHAN", "KODE DESA", "HASIL", "ALASAN", "TANGGAL MUSDES", "KETERANGAN")
	for i := range c.Candidates {
		if err != nil {
			break
		}
		err = c.answer(s, &c.Candidates[i])
	}
	files, closeErr := s.close()
	if err != nil {
		return nil, err
	}
	return files, closeErr
}

func (c *Case2024) answer(s *sheet, row *Candidate) error {
	v := row.Family.Village
	r := stream(c.World.opts.Seed, streamCase, uint64(v.first)|1<<40)
	result, reason := "LAYAK", Fit
	if row.Step == VillageMeets {
		result, reason = "TIDAK LAYAK", row.Reason
	}
	s.rows++
	s.add(s.rows, row.ID, row.Listed.NIK.Reveal(), row.Listed.Name, strings.ToUpper(v.Kecamatan.Name), strings.ToUpper(v.Name),
		string(v.Code), result, string(reason))
	s.date(c.Validated.AddDays(-r.n(12)))
	s.add(row.remark(reason))
	_, err := s.end()
	return err
}

// remark is what the minutes say beside the answer.
func (row *Candidate) remark(reason Reason) string {
	f := &row.Family
	switch reason {
	case Died:
		return "meninggal " + slashed(f.Head().Death.On)
	case MovedAway:
		return "pindah ke " + f.Moved.To.Title()
	case Servant:
		return "ada anggota keluarga ASN"
	case OnPKH:
		return "penerima PKH"
	case Able:
		return "dinilai mampu oleh musdes"
	case Doubled:
		return "satu KK tercatat dua kali"
	}
	return ""
}

// agencyLists are what the offices of the case send, written in one pass.
type agencyLists struct {
	c             *Case2024
	deaths        [3]*table // by window
	upTo          [3]civil.Date
	servants, pkh *table
}

func (c *Case2024) writeLists(dir string) ([]File, error) {
	l := agencyLists{c: c, upTo: [3]civil.Date{c.Validated, c.Decreed, c.Frozen}}
	open := []struct {
		to     **table
		path   string
		sep    byte
		header string
	}{
		{&l.deaths[0], "kematian-1.csv", ';', deathHeader}, {&l.deaths[1], "kematian-2.csv", ';', deathHeader},
		{&l.deaths[2], "kematian-3.csv", ';', deathHeader},
		{&l.servants, "asn-2024.csv", ',', "NIP,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN"},
		{&l.pkh, "pkh-2024.csv", ',', "NAMA PENERIMA,NIK KTP,NO KK,TGL LAHIR,JENIS KELAMIN,NM KEC,NM KEL,KODE DESA,NOMINAL"},
	}
	var firstErr error
	for _, o := range open {
		t, err := newTable(dir, o.path, o.sep, o.header)
		*o.to, firstErr = t, errors.Join(firstErr, err)
	}
	if firstErr == nil {
		for f := range c.World.Families {
			if firstErr = l.family(&f); firstErr != nil {
				break
			}
		}
	}
	var files []File
	for _, o := range open {
		if *o.to == nil {
			continue
		}
		done, err := (*o.to).close()
		files, firstErr = append(files, done...), errors.Join(firstErr, err)
	}
	return files, firstErr
}

func (l *agencyLists) family(f *Family) error {
	for m := range f.Members {
		p := &f.Members[m]
		if err := errors.Join(l.death(p, f), l.servant(p)); err != nil {
			return err
		}
	}
	if !f.Aid.PKH {
		return nil
	}
	p := f.Carer()
	l.pkh.texts(p.Name, p.NIK.Reveal(), f.KK.Reveal(), slashed(p.Born), string(p.Sex),
		strings.ToUpper(f.Village.Kecamatan.Name), strings.ToUpper(f.Village.Name), string(f.Village.Code))
	l.pkh.int(int(f.Aid.Components.Stage()))
	_, err := l.pkh.end()
	return err
}

// death goes into the list of its window; deaths after the last are not known.
func (l *agencyLists) death(p *Person, f *Family) error {
	if p.Death == nil || p.Death.Grade == "" {
		return nil
	}
	for n, upTo := range l.upTo {
		if p.Death.On.After(upTo) {
			continue
		}
		r := stream(l.c.World.opts.Seed, streamDeath, uint64(p.Key))
		list := deathList{table: l.deaths[n], w: l.c.World}
		_, err := list.death(&r, p, f, p.NIK.Reveal(), p.Name)
		return err
	}
	return nil
}

func (l *agencyLists) servant(p *Person) error {
	if !p.ASN {
		return nil
	}
	r := stream(l.c.World.opts.Seed, streamASN, uint64(p.Key)|1<<40)
	l.servants.texts(employeeNumber(p, &r, l.c.World.opts.AsOf.Year), p.NIK.Reveal(), p.Name, slashed(p.Born), string(p.Sex))
	_, err := l.servants.end()
	return err
}

func (c *Case2024) writeExpected(dir string) ([]File, error) {
	t, err := newTable(dir, "harapan-2024.csv", ',', "langkah,alasan,keluar,sisa")
	return fill(t, err, func(t *table) error {
		left := Natuna2024Candidates
		for _, l := range Natuna2024Split() {
			left -= l.Rows
			t.texts(string(l.Step), string(l.Reason))
			t.int(l.Rows)
			t.int(left)
			if _, err := t.end(); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *Case2024) writeTruth(dir string) ([]File, error) {
	t, err := newTable(dir, "truth-2024.csv", ',', "id_kpm,orang,keluarga,langkah,alasan,berkas,baris")
	return fill(t, err, func(t *table) error {
		for i := range c.Candidates {
			row := &c.Candidates[i]
			t.texts(row.ID, row.Listed.Key.String(), row.Family.Key.String(), string(row.Step), string(row.Reason), "kandidat-2024.csv")
			t.int(i + 2)
			if _, err := t.end(); err != nil {
				return err
			}
		}
		return nil
	})
}
