package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/intake"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

const dtsenHeader = "NO KK;NIK;NAMA KEPALA KELUARGA;ALAMAT;RT;RW;DESA KELURAHAN;KECAMATAN;DESIL NASIONAL;PERINGKAT KAB KOTA\n"

// ranked is a row of DTSEN: family n of people, with a desil.
func rankedRow(t testing.TB, n int, name string, desil int) string {
	return rankedOf(t, fmt.Sprintf("210399010119%04d", n), fmt.Sprintf("210399%02d%02d80%04d", (n-1)%28+1, (n-1)/28%12+1, (n-1)/(28*12)+1), name, desil)
}

func rankedOf(t testing.TB, kk, number, name string, desil int) string {
	desa := village(t)
	return fmt.Sprintf("%s;%s;%s;JL. LAUT;001;002;%s;MIDAI;%d;%d\n", kk, number, name, desa[strings.Index(desa, ";")+1:], desil, desil*100)
}

// known returns the family of a card, the zero Family when there is none.
func cardOf(t testing.TB, d *db.DB, kk string) registry.Family {
	t.Helper()
	found, err := registry.FamiliesByKK(t.Context(), d.Read(), "2103", []nik.KK{nik.KK(kk)})
	if err != nil {
		t.Fatal(err)
	}
	return found[nik.KK(kk)]
}

func personOf(t testing.TB, d *db.DB, number string) registry.Person {
	t.Helper()
	found, err := registry.PeopleByNIK(t.Context(), d.Read(), "2103", []nik.NIK{nik.NIK(number)})
	if err != nil {
		t.Fatal(err)
	}
	return found[nik.NIK(number)]
}

const (
	oldCard, newCard = "2103990101190001", "2103990101250009"
	headNumber       = "2103990101800001"
	wifeNumber       = "2103994101850001"
)

// TestASplitFamilyBecomesTwo moves the head to a new card while his wife keeps
// the old one, in both orders of the rows and with a new address on either.
func TestASplitFamilyBecomesTwo(t *testing.T) {
	for _, headFirst := range []bool{true, false} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			s := newService(t, d)
			rows := strings.SplitAfter(people(t, 1), "\n")
			apply(t, s, check(t, s, receive(t, s, "dulu.csv", strings.Join(rows, ""))))
			before := cardOf(t, d, oldCard)
			head := strings.NewReplacer(oldCard, newCard, "JL. LAUT", "JL. DARAT").Replace(rows[1])
			wife := strings.NewReplacer("ISTRI", "KEPALA KELUARGA", "JL. LAUT", "JL. BUKIT").Replace(rows[2])
			text := rows[0] + head + wife
			if !headFirst {
				text = rows[0] + wife + head
			}
			b := apply(t, s, check(t, s, receive(t, s, "pisah.csv", text)))
			if b.State != intake.Applied || b.Counts.Updated != 2 {
				t.Fatalf("%s %+v %v", b.State, b.Counts, findings(t, s, b))
			}
			kept, fresh := cardOf(t, d, oldCard), cardOf(t, d, newCard)
			if kept.ID != before.ID || fresh.ID == "" || fresh.ID == kept.ID {
				t.Fatalf("old card %q (was %q), new card %q", kept.ID, before.ID, fresh.ID)
			}
			if personOf(t, d, headNumber).FamilyID != fresh.ID || personOf(t, d, wifeNumber).FamilyID != kept.ID {
				t.Fatal("somebody stands on the wrong card")
			}
			if kept.Address != "JL. BUKIT" || fresh.Address != "JL. DARAT" || kept.Members != 1 || fresh.Members != 1 {
				t.Fatalf("old %q of %d, new %q of %d", kept.Address, kept.Members, fresh.Address, fresh.Members)
			}
			if _, err := s.Undo(t.Context(), actor(), b.ID, "salah", nil); err != nil {
				t.Fatal(err)
			}
			if back := cardOf(t, d, oldCard); back.ID != before.ID || back.Members != 2 || back.Address != before.Address || cardOf(t, d, newCard).ID != "" {
				t.Fatalf("after the undo: %+v", back)
			}
		})
	}
}

// TestASplitIsSeenAcrossChunks puts the wife's row, on the old card, into
// another chunk than the head's.
func TestASplitIsSeenAcrossChunks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		rows := strings.SplitAfter(people(t, 1050), "\n")
		apply(t, s, check(t, s, receive(t, s, "dulu.csv", rows[0]+rows[1]+rows[2])))
		head := strings.Replace(rows[1], oldCard, newCard, 1)
		wife := strings.NewReplacer("ISTRI", "KEPALA KELUARGA", "JL. LAUT", "JL. BUKIT").Replace(rows[2])
		b := apply(t, s, check(t, s, receive(t, s, "pisah.csv", rows[0]+head+strings.Join(rows[3:], "")+wife)))
		if b.Counts.Updated != 2 || cardOf(t, d, oldCard).ID == "" || personOf(t, d, wifeNumber).FamilyID != cardOf(t, d, oldCard).ID ||
			personOf(t, d, headNumber).FamilyID != cardOf(t, d, newCard).ID {
			t.Fatalf("%+v", b.Counts)
		}
	})
}

// TestAFamilyWithANewCardAndAddressGoesIn changes card and address at once.
func TestAFamilyWithANewCardAndAddressGoesIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		text := people(t, 2)
		apply(t, s, check(t, s, receive(t, s, "dulu.csv", text)))
		before := cardOf(t, d, oldCard)
		b := apply(t, s, check(t, s, receive(t, s, "baru.csv", strings.NewReplacer(oldCard, newCard, "JL. LAUT", "JL. DARAT").Replace(text))))
		f := cardOf(t, d, newCard)
		if b.State != intake.Applied || f.ID != before.ID || f.Address != "JL. DARAT" || f.Members != 2 {
			t.Fatalf("%s %+v, family %+v", b.State, b.Counts, f)
		}
	})
}

func TestOneCardWithTwoHeadsIsForAPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		text := dtsenHeader + rankedRow(t, 1, "JUMADI HAKIM", 2) + rankedRow(t, 2, "HASAN BASRI", 3) +
			rankedOf(t, oldCard, "2103991712790003", "ZULKARNAIN BACHTIAR", 1)
		b := apply(t, s, check(t, s, receive(t, s, "dtsen.csv", text)))
		if b.State != intake.Applied || b.Counts.Added != 2 || b.Counts.Look != 1 || findings(t, s, b)["kk_two_heads"] != 1 {
			t.Fatalf("%s %+v %v", b.State, b.Counts, findings(t, s, b))
		}
		if f := cardOf(t, d, oldCard); f.Desil != 2 || f.HeadName != "JUMADI HAKIM" {
			t.Fatalf("%+v", f)
		}
	})
}

// TestARowThatClashesDoesNotStopTheOthers lets two rows of one chunk mean the
// same person, which only shows while they are written.
func TestARowThatClashesDoesNotStopTheOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		rows := strings.SplitAfter(people(t, 3), "\n")
		apply(t, s, check(t, s, receive(t, s, "dulu.csv", strings.Join(rows[:3], ""))))
		renamed := strings.Replace(rows[1], "RANAI", "SEDANAU", 1)
		// Without the NIK, name, birth date and mother still say who it is.
		nameless := strings.Replace(strings.Replace(rows[1], headNumber, "", 1), "RANAI", "TAREMPA", 1)
		b := apply(t, s, check(t, s, receive(t, s, "dua.csv", rows[0]+renamed+nameless+strings.Join(rows[3:], ""))))
		if b.State != intake.Applied || b.Counts.Added != 4 || b.Counts.Updated != 1 || b.Counts.Look != 1 || findings(t, s, b)["clash"] != 1 {
			t.Fatalf("%s %+v %v", b.State, b.Counts, findings(t, s, b))
		}
		if wrong, err := intake.CheckDigests(t.Context(), d.Read(), b); err != nil || len(wrong) > 0 {
			t.Fatal(wrong, err)
		}
	})
}

// clerk is an officer with an account, his own number and card.
func clerk(t testing.TB, d *db.DB, number, card string, areas ...region.Code) db.Actor {
	t.Helper()
	who := db.Actor{User: "clerk", Name: "Petugas", Role: "operator", Scope: region.NewScope("2103", areas...)}
	err := d.Write(t.Context(), who, func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO user_account (regency, id, username, name, role, areas, position, nip, nik, kk,
			password_hash, active, must_change, lang, version, created_at, changed_at)
			VALUES ('2103', 'clerk', 'clerk', 'Petugas', 'operator', '', '', '', $1, $2, '', 1, 0, 'id', 1, $3, $3)`, number, card, tx.Now)
		if err != nil {
			return err
		}
		return tx.Record("test", "", "", nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func bringAs(t testing.TB, s *intake.Service, who db.Actor, name, text string) intake.Batch {
	t.Helper()
	b, err := s.Receive(t.Context(), who, strings.NewReader(text), intake.Upload{FileName: name})
	if err == nil {
		b, err = s.Auto(t.Context(), who, b)
	}
	if err == nil {
		b, err = s.Check(t.Context(), who, b.ID, nil)
	}
	if err == nil {
		b, err = s.Apply(t.Context(), who, b.ID, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	if !b.Counts.AddUp() || b.Counts.Ready != b.Counts.Added+b.Counts.Updated {
		t.Fatalf("%s: %+v does not add up", b.FileName, b.Counts)
	}
	return b
}

// TestNobodyBringsInHisOwnFamily lets an officer apply a file with his own
// card, known by his card, by his number alone, or by a member of the family.
func TestNobodyBringsInHisOwnFamily(t *testing.T) {
	for name, own := range map[string][2]string{"card": {"", oldCard}, "number": {headNumber, ""}, "wife": {wifeNumber, ""}} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				s := newService(t, d)
				apply(t, s, check(t, s, receive(t, s, "dulu.csv", people(t, 2))))
				who := clerk(t, d, own[0], own[1])
				b := bringAs(t, s, who, "dtsen.csv", dtsenHeader+rankedRow(t, 1, "JUMADI "+word(0), 1)+rankedRow(t, 2, "JUMADI "+word(1), 2))
				if b.Counts.Updated != 1 || b.Counts.Look != 1 || findings(t, s, b)["own_family"] != 1 {
					t.Fatalf("%+v %v", b.Counts, findings(t, s, b))
				}
				if f := cardOf(t, d, oldCard); f.Desil != 0 {
					t.Fatalf("he gave himself desil %d", f.Desil)
				}
				b = bringAs(t, s, who, "asn.csv", "NIP;NIK;NAMA;INSTANSI\n198001012005011001;"+headNumber+";JUMADI "+word(0)+";DINAS\n")
				if b.Target != "fact" || b.Counts.Look != 1 || findings(t, s, b)["own_family"] != 1 {
					t.Fatalf("%s %+v %v", b.Target, b.Counts, findings(t, s, b))
				}
			})
		})
	}
}

// TestAVillageFileStaysInTheVillage brings in, as a village operator, rows that
// name people and cards of another village.
func TestAVillageFileStaysInTheVillage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		text := people(t, 3)
		apply(t, s, check(t, s, receive(t, s, "dulu.csv", text)))
		here := personOf(t, d, headNumber).Village
		var other region.Region
		for _, v := range region.Villages("210305") {
			if v.Code[6] == '2' {
				other = v
				break
			}
		}
		if other.Code == "" || other.Code == here {
			t.Fatal("no second village")
		}
		rows := strings.SplitAfter(strings.NewReplacer("21;3;4;"+village(t), "21;3;5;"+string(other.Code[6:])+";"+strings.ToUpper(other.Name),
			"JL. LAUT", "JL. CURIAN").Replace(text), "\n")
		// The head of the first family as is; a newcomer on the card of the second.
		newcomer := strings.Replace(strings.Replace(rows[3], "210399020180", "210399020179", 1), "JUMADI", "ZULKARNAIN BACHTIAR", 1)
		newcomer = strings.Replace(newcomer, "1980-01-02", "1979-01-02", 1)
		who := db.Actor{Name: "desa", Role: "village_operator", Scope: region.NewScope("2103", other.Code)}
		b := bringAs(t, s, who, "desa.csv", rows[0]+rows[1]+newcomer)
		if b.Counts.Look != 2 || b.Counts.Added+b.Counts.Updated != 0 || findings(t, s, b)["same_outside"] != 2 {
			t.Fatalf("%+v %v", b.Counts, findings(t, s, b))
		}
		b = bringAs(t, s, who, "asn.csv", "NIP;NIK;NAMA;INSTANSI\n198001012005011001;"+headNumber+";JUMADI "+word(0)+";DINAS\n")
		if b.Counts.Look != 1 || findings(t, s, b)["same_outside"] != 1 {
			t.Fatalf("%+v %v", b.Counts, findings(t, s, b))
		}
	})
}

// TestOnlyTheRegencySpeaksForTheSource lets a village operator call his file an
// extract of the civil registry: it fills gaps and overwrites nothing, also
// when the office applies it.
func TestOnlyTheRegencySpeaksForTheSource(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newService(t, d)
		text := strings.ReplaceAll(people(t, 2), ";RANAI;", ";;")
		apply(t, s, check(t, s, receive(t, s, "dulu.csv", text)))
		apply(t, s, check(t, s, receive(t, s, "dtsen.csv", dtsenHeader+rankedRow(t, 1, "JUMADI "+word(0), 7))))
		who := db.Actor{Name: "desa", Role: "village_operator", Scope: region.NewScope("2103", personOf(t, d, headNumber).Village)}
		changed := strings.NewReplacer(";;1980", ";SEDANAU;1980", "ROHANI", "AISYAH", "JL. LAUT", "JL. DARAT").Replace(text)
		bringAs(t, s, who, "desa.csv", changed)
		p, f := personOf(t, d, headNumber), cardOf(t, d, oldCard)
		if p.MotherName != "ROHANI" || f.Address != "JL. LAUT" || p.BirthPlace != "SEDANAU" {
			t.Fatalf("a village overwrote: mother %q, address %q, birth place %q", p.MotherName, f.Address, p.BirthPlace)
		}
		b, err := s.Receive(t.Context(), who, strings.NewReader(dtsenHeader+rankedRow(t, 1, "JUMADI "+word(0), 1)), intake.Upload{FileName: "desil.csv"})
		if err != nil {
			t.Fatal(err)
		}
		if b, err = s.Auto(t.Context(), who, b); err != nil {
			t.Fatal(err)
		}
		apply(t, s, check(t, s, b))
		if f := cardOf(t, d, oldCard); f.Desil != 7 {
			t.Fatalf("a village set desil %d", f.Desil)
		}
		apply(t, s, check(t, s, receive(t, s, "capil.csv", changed+"\n")))
		if p := personOf(t, d, headNumber); p.MotherName != "AISYAH" {
			t.Fatalf("the civil registry did not overwrite: %q", p.MotherName)
		}
	})
}
