package rules

import (
	"os"
	"testing"
	"time"

	"tepat/internal/civil"
	"tepat/internal/region"
)

// The vocabulary of the tests.
func vocabulary() Vocabulary {
	return Vocabulary{
		Programs:   []Term{{Code: "pkh", NameID: "PKH"}, {Code: "sembako", NameID: "Sembako"}, {Code: "lansia", NameID: "BST lansia", NameEN: "Elderly cash"}},
		Facts:      []Term{{Code: "pension"}, {Code: "asn"}, {Code: "dtks", NameID: "terdaftar di DTKS"}},
		Components: []Term{{Code: "elderly", NameID: "lanjut usia"}, {Code: "severe_disability", NameID: "disabilitas berat"}},
		Area:       func(c region.Code) string { return map[region.Code]string{"2103": "Kabupaten Natuna"}[c] },
	}
}

func load(t testing.TB, name string) RuleSet {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

func compiled(t testing.TB, rs RuleSet) *Compiled {
	t.Helper()
	c, err := Compile(rs, vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var decreeDay = civil.Date{Year: 2025, Month: time.August, Day: 1}

func date(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// elder is an invented person who meets both versions.
func elder() Subject {
	s := Subject{
		Birth: date("1950-07-01"), Desil: 3, DesilState: DesilRanked, Village: "2103992001",
		Alive: Yes, Sex: "P", Head: Yes, Members: []civil.Date{date("1950-07-01")},
	}
	for _, set := range []*Truths{&s.Receives, &s.FamilyReceives, &s.Facts, &s.FamilyFacts, &s.Components} {
		set.Fill(3, No)
	}
	s.FamilyFacts.Set(2, Yes) // DTKS
	return s
}

// The regency's cash for the elderly, as announced in April and as decreed in
// August 2025 (domain brief §3.1): the same people judged by both versions.
func TestNatunaElderlyUnderTwoVersions(t *testing.T) {
	v1, v2 := compiled(t, load(t, "lansia-v1.json")), compiled(t, load(t, "lansia-v2.json"))
	tests := []struct {
		name   string
		change func(*Subject)
		v1, v2 Truth
		why    string // v2
	}{
		{"meets both", func(*Subject) {}, Yes, Yes, "Memenuhi semua syarat."},
		{"67 years old comes in with v2", func(s *Subject) { s.Birth = date("1958-01-01") }, No, Yes, "Memenuhi semua syarat."},
		{"65 on the very day", func(s *Subject) { s.Birth = date("1960-08-01") }, No, Yes, "Memenuhi semua syarat."},
		{"64 until tomorrow", func(s *Subject) { s.Birth = date("1960-08-02") }, No, No,
			"Tidak layak karena nomor 1: Umur 64 tahun (syarat: paling rendah 65 tahun)."},
		{"desil 7 falls out with v2", func(s *Subject) { s.Desil = 7 }, Yes, No,
			"Tidak layak karena nomor 2: Desil 7 (syarat: 1 sampai 5)."},
		{"not yet ranked is reviewed", func(s *Subject) { s.DesilState = DesilUnranked }, Yes, Unknown,
			"Perlu ditinjau karena nomor 2 belum pasti: Belum berperingkat (syarat: 1 sampai 5)."},
		{"PKH in the family", func(s *Subject) { s.FamilyReceives.Set(0, Yes) }, Yes, No,
			"Tidak layak karena nomor 5: Menerima PKH (ditolak bila: menerima)."},
		{"Sembako oneself", func(s *Subject) { s.Receives.Set(1, Yes) }, No, No,
			"Tidak layak karena nomor 6: Menerima Sembako (ditolak bila: menerima)."},
		{"already on this programme", func(s *Subject) { s.Receives.Set(2, Yes) }, Yes, Yes, "Memenuhi semua syarat."},
		{"pensioner", func(s *Subject) { s.Facts.Set(0, Yes) }, No, No,
			"Tidak layak karena nomor 7: Tercatat sebagai penerima pensiun (ditolak bila: tercatat)."},
		{"pension unknown is reviewed", func(s *Subject) { s.Facts.Set(0, Unknown) }, Unknown, Unknown,
			"Perlu ditinjau karena nomor 7 belum pasti: Belum diketahui apakah penerima pensiun (ditolak bila: tercatat)."},
		{"dead, and nothing else matters", func(s *Subject) { s.Alive = No; s.Facts.Set(0, Unknown) }, No, No,
			"Tidak layak karena nomor 4: Sudah meninggal (syarat: hidup)."},
		{"lives elsewhere", func(s *Subject) { s.Village = "7203992001" }, No, No,
			"Tidak layak karena nomor 3: Berdomisili di 72.03.99.2001 (syarat: Kabupaten Natuna)."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := elder()
			tt.change(&s)
			got1, got2 := v1.Evaluate(&s, decreeDay), v2.Evaluate(&s, decreeDay)
			if got1.Truth != tt.v1 || got2.Truth != tt.v2 {
				t.Errorf("v1 %v, v2 %v; want %v, %v", got1.Truth, got2.Truth, tt.v1, tt.v2)
			}
			if why := v2.Why(got2, &s, decreeDay, "id"); why != tt.why {
				t.Errorf("why = %q\nwant  %q", why, tt.why)
			}
		})
	}
}

func TestExplainSaysEachClauseWithTheValueUsed(t *testing.T) {
	s := elder()
	s.Desil, s.DesilState = 0, DesilAbsent
	s.FamilyReceives.Set(0, Yes)
	lines := compiled(t, load(t, "lansia-v2.json")).Explain(&s, decreeDay, "id")
	want := []string{
		"1 ✓ Umur 75 tahun (syarat: paling rendah 65 tahun)",
		"2 ? Tidak ditemukan di DTSEN (syarat: 1 sampai 5)",
		"3 ✓ Berdomisili di 21.03.99.2001 (syarat: Kabupaten Natuna)",
		"4 ✓ Masih hidup (syarat: hidup)",
		"5 ✗ Menerima PKH (ditolak bila: menerima)",
		"6 ✓ Tidak menerima bantuan apa pun selain BST lansia dan PKH (ditolak bila: menerima)",
		"7 ✓ Tidak tercatat sebagai penerima pensiun atau ASN (ditolak bila: tercatat)",
	}
	for i, l := range lines {
		if got := l.Number + " " + l.Truth.Mark() + " " + l.Text; got != want[i] {
			t.Errorf("line %d = %q\nwant %q", i, got, want[i])
		}
	}
}

func TestSentencesArePrintable(t *testing.T) {
	c := compiled(t, load(t, "lansia-v2.json"))
	want := map[string][]string{
		"id": {
			"Orang layak bila SEMUA ini benar:",
			"Umur paling rendah 65 tahun pada tanggal penetapan",
			"Desil nasional 1 sampai 5",
			"Berdomisili di Kabupaten Natuna",
			"Masih hidup",
			"Ditolak bila SALAH SATU ini benar:",
			"Menerima PKH (dihitung: sekeluarga)",
			"Menerima bantuan apa pun selain BST lansia dan PKH (dihitung: dirinya sendiri)",
			"Tercatat sebagai penerima pensiun atau ASN (dihitung: dirinya sendiri)",
		},
		"en": {
			"A person is eligible when ALL of these hold:",
			"Aged at least 65 years on the day of the decree",
			"National desil 1 to 5",
			"Lives in Kabupaten Natuna",
			"Is alive",
			"Rejected when ANY of these holds:",
			"Receives PKH (counted: the whole family)",
			"Receives any aid other than Elderly cash and PKH (counted: the person alone)",
			"Is on record as pensioner or civil servant (ASN) (counted: the person alone)",
		},
	}
	for lang, sentences := range want {
		got := c.Sentences(lang)
		if len(got) != len(sentences) {
			t.Fatalf("%s: %d sentences, want %d", lang, len(got), len(sentences))
		}
		for i, l := range got {
			if l.Sentence != sentences[i] {
				t.Errorf("%s %d = %q, want %q", lang, i, l.Sentence, sentences[i])
			}
		}
	}
}

// A decree printed with these digests must stay checkable for ever.
func TestDigestIsOverTheStoredBytes(t *testing.T) {
	for name, want := range map[string]string{
		"lansia-v1.json": "56b8aab8340090bc9c9791ba4b379db1c94d4be1858a079cd937389da02feeea",
		"lansia-v2.json": "aab9bd4b0a75c088c7add7565054d14de7e5565779557385132037bfeabf40be",
	} {
		stored, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if got := Digest(stored); got != want {
			t.Errorf("%s: digest %s, want %s", name, got, want)
		}
		again, err := load(t, name).Marshal()
		if err != nil || string(again) != string(stored) {
			t.Errorf("%s: Marshal gives other bytes (%v):\n%s", name, err, again)
		}
	}
}

func TestGroupsAndPolicies(t *testing.T) {
	sixty, four := 60, 4
	rs := RuleSet{Unit: Family, Require: []Clause{
		{ID: "desil", Kind: Desil, Max: &four, IfUnknown: Fail},
		{ID: "rawan", Kind: Any, Clauses: []Clause{
			{ID: "lansia", Kind: MemberAge, Min: &sixty},
			{ID: "difabel", Kind: Component, Components: []string{"severe_disability"}},
		}},
	}, Reject: []Clause{{ID: "asn", Kind: Fact, Facts: []string{"asn"}, Scope: ScopeFamily, IfUnknown: Pass}}}
	c := compiled(t, rs)

	s := elder()
	s.Components.Set(1, Unknown)
	s.FamilyFacts.Set(1, Unknown)
	s.Facts.Set(1, Unknown)
	v := c.Evaluate(&s, decreeDay)
	if v.Truth != Yes || v.Raw != Unknown {
		t.Errorf("truth %v raw %v, want yes by policy over unknown", v.Truth, v.Raw)
	}
	if open := c.Open(v); len(open) != 1 || c.Number(open[0]) != "3" {
		t.Errorf("open %v: the settled group must not appear", open)
	}

	s.DesilState = DesilUnranked
	v = c.Evaluate(&s, decreeDay)
	want := "Tidak layak karena nomor 1, yang dianggap gugur bila datanya tidak ada: Belum berperingkat (syarat: paling tinggi 4)."
	if got := c.Why(v, &s, decreeDay, "id"); v.Truth != No || got != want {
		t.Errorf("%v %q\nwant %q", v.Truth, got, want)
	}
	s.DesilState, s.Members = DesilRanked, nil
	v = c.Evaluate(&s, decreeDay)
	if v.Truth != Unknown || c.Number(v.Deciding) != "2" {
		t.Errorf("truth %v by %s, want unknown by 2", v.Truth, c.Number(v.Deciding))
	}
	if open := c.Open(v); len(open) != 3 || c.Number(open[0]) != "2a" || c.Number(open[1]) != "2b" {
		t.Errorf("open %v, want 2a, 2b and 3", open)
	}
	got := rs.Require[1].Sentence("id")
	if want := "Salah satu dari ini: a) Ada anggota keluarga berumur paling rendah 60 tahun pada tanggal penetapan; b) Memiliki komponen severe disability"; got != want {
		t.Errorf("sentence %q", got)
	}
}
