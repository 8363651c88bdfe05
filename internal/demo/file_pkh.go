package demo

import (
	"errors"
	"strings"
)

// pkhList writes pkh_bnba.xlsx, the payment list of PKH: the carer of each
// family with the components that are paid.
type pkhList struct {
	*sheet
	w     *World
	truth *truthFiles
}

var pkhHeader = []any{"NO", "NO PESERTA", "NAMA PENERIMA", "NIK KTP", "NO KK", "TAHAP", "BANSOS", "IDSEMESTA", "NM PROV", "NM KAB", "NM KEC",
	"NM KEL", "ALAMAT", "NO KKS", "BUMIL", "BALITA", "SD", "SMP", "SMA", "LANSIA", "DISABILITAS", "NOMINAL", "STATUS SALUR"}

func newPKH(w *World, dir string, truth *truthFiles) (agency, error) {
	s, err := newSheet(dir, "pkh_bnba.xlsx", "BNBA PKH")
	if err != nil {
		return nil, err
	}
	if err := s.plain(pkhHeader...); err != nil {
		_, closeErr := s.close()
		return nil, errors.Join(err, closeErr)
	}
	return &pkhList{s, w, truth}, nil
}

func (l *pkhList) family(f *Family) error {
	if !f.Aid.PKH {
		return nil
	}
	r := stream(l.w.opts.Seed, streamPKH, uint64(f.Key))
	if err := l.recipient(&r, f); err != nil {
		return err
	}
	if r.perMille(l.w.opts.Dirt.Repeated) {
		return l.recipient(&r, f)
	}
	return nil
}

func (l *pkhList) recipient(r *rng, f *Family) error {
	dirt, p, c := l.w.opts.Dirt, f.Carer(), f.Aid.Components
	l.rows++
	l.add(l.rows, "99"+digits(int(f.Key), 10), dirt.written(r, p))
	l.number(dirt.typed(r, p.NIK.Reveal()))
	l.add(f.knownKK(r, dirt), "1", "PKH", l.w.familyID(f)[:10], strings.ToUpper(l.w.province.Name), l.w.regencyTitle(),
		strings.ToUpper(f.Village.Kecamatan.Name), strings.ToUpper(f.Village.Name), f.Address.Street, "6013"+"99"+digits(int(f.Key), 10),
		c.Pregnant, c.Toddlers, c.SD, c.SMP, c.SMA, c.Elderly, c.Disabled, int64(c.Stage()), choose(r.perMille(930), "BERHASIL", "GAGAL"))
	row, err := l.end()
	if err != nil {
		return err
	}
	return l.truth.say(p, f, l.path, row)
}
