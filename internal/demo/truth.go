package demo

// truthFiles say who is who: truth.csv names the person behind each row of each
// file, by the line or sheet row that a spreadsheet shows (the header is 1);
// truth_families.csv tells what is so and what nobody sees.
type truthFiles struct {
	rows     *table
	families *table
}

func newTruth(dir string) (*truthFiles, error) {
	rows, err := newTable(dir, "truth.csv", ',', "orang,keluarga,berkas,baris")
	if err != nil {
		return nil, err
	}
	families, err := newTable(dir, "truth_families.csv", ',',
		"keluarga,rumah,desa,kk,kk_lama,anggota,miskin,desil,peringkat,baru,pkh,sembako,blt,asn,pindah,pindah_dilaporkan,meninggal")
	if err != nil {
		rows.close()
		return nil, err
	}
	return &truthFiles{rows, families}, nil
}

// say notes that row of file is about p.
func (t *truthFiles) say(p *Person, f *Family, file string, row int) error {
	t.rows.texts(p.Key.String(), f.Key.String(), file)
	t.rows.int(row)
	_, err := t.rows.end()
	return err
}

func (t *truthFiles) family(f *Family) error {
	dead := 0
	for m := range f.Members {
		if f.Members[m].Death != nil {
			dead++
		}
	}
	t.families.texts(f.Key.String(), f.House.String(), string(f.Village.Code), f.KK.Reveal(), f.OldKK.Reveal())
	t.families.int(len(f.Members))
	t.families.texts(yes(f.Poor))
	t.families.known(f.Rank.Desil)
	t.families.known(f.Rank.Regency)
	t.families.texts(yes(f.Newlywed), yes(f.Aid.PKH), yes(f.Aid.Sembako), yes(f.Aid.BLT), yes(f.HasASN()),
		yes(f.Moved != nil), yes(f.Moved != nil && f.Moved.Reported))
	t.families.int(dead)
	_, err := t.families.end()
	return err
}

func (t *truthFiles) close() ([]File, error) {
	a, errA := t.rows.close()
	b, errB := t.families.close()
	if errA != nil {
		return nil, errA
	}
	return append(a, b...), errB
}

func yes(b bool) string { return choose(b, "1", "0") }
