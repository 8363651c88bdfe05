package demo

import (
	"testing"

	"tepat/internal/civil"
	"tepat/internal/fault"
)

// TestNatuna2024 walks the files as an office would: the villages' answers
// first, then the agencies' lists against every member of the family, then the
// last death list, and must meet the reported counts at each step.
func TestNatuna2024(t *testing.T) {
	for seed := range uint64(3) {
		w := generate(t, Options{Regency: "2103", Seed: seed, AsOf: civil.Date{Year: 2024, Month: 12, Day: 31}})
		c, err := Natuna2024(w)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		dir := t.TempDir()
		if _, err := c.WriteFiles(dir); err != nil {
			t.Fatal(err)
		}
		walk(t, w, dir)
		if c.Total() != 1_574_400_000 {
			t.Errorf("costs %d", c.Total())
		}
	}
}

// office is what an office would hold while it works through the case.
type office struct {
	t      *testing.T
	dir    string
	card   map[string]string // NIK to KK, as the registry knows
	barred map[string]bool   // KK with a member on an agency's list
}

func walk(t *testing.T, w *World, dir string) {
	o := office{t, dir, map[string]string{}, map[string]bool{}}
	for f := range w.Families {
		for _, p := range f.Members {
			o.card[p.NIK.Reveal()] = f.KK.Reveal()
		}
	}
	rows := readCSV(t, dir, "kandidat-2024.csv", ',')[1:]
	places := map[string]bool{}
	for _, row := range rows {
		if row[5] != o.card[row[1]] {
			t.Fatalf("candidate %v is not on the card", row)
		}
		places[row[16]] = true
	}
	if len(rows) != Natuna2024Candidates || len(places) != Natuna2024Candidates {
		t.Fatalf("%d candidates, %d places", len(rows), len(places))
	}
	valid := o.answered(rows)
	o.bar("kematian-1.csv", ';', 0)
	if n := len(o.keep(valid)); len(valid) != Natuna2024Valid || n != Natuna2024Valid {
		t.Fatalf("%d are valid, %d after the first death list", len(valid), n)
	}
	o.bar("kematian-2.csv", ';', 0)
	o.bar("asn-2024.csv", ',', 1)
	o.bar("pkh-2024.csv", ',', 1)
	decreed := o.keep(valid)
	o.bar("kematian-3.csv", ';', 0)
	paid := o.keep(decreed)
	if len(decreed) != Natuna2024Decreed || len(paid) != Natuna2024Paid {
		t.Fatalf("%d decreed, %d paid", len(decreed), len(paid))
	}
	o.spread(paid)
}

// answered applies the villages' answers and counts their reasons.
func (o *office) answered(rows [][]string) [][]string {
	answers, reasons := map[string]string{}, map[string]int{}
	for _, row := range readSheet(o.t, o.dir, "validasi-desa.xlsx")[1:] {
		answers[row[1]] = row[7]
		if row[7] != "LAYAK" {
			reasons[row[8]]++
		}
	}
	for _, l := range Natuna2024Split() {
		if l.Step == VillageMeets && reasons[string(l.Reason)] != l.Rows {
			o.t.Errorf("%d leave for %s, want %d", reasons[string(l.Reason)], l.Reason, l.Rows)
		}
	}
	var valid [][]string
	for _, row := range rows {
		if answers[row[0]] == "LAYAK" {
			valid = append(valid, row)
		}
	}
	return valid
}

func (o *office) bar(file string, sep rune, column int) {
	for _, row := range readCSV(o.t, o.dir, file, sep)[1:] {
		if row[column] != "" {
			o.barred[o.card[row[column]]] = true
		}
	}
}

func (o *office) keep(rows [][]string) [][]string {
	var out [][]string
	for _, row := range rows {
		if !o.barred[row[5]] {
			out = append(out, row)
		}
	}
	return out
}

// spread checks that one family is paid once, in every kecamatan but one.
func (o *office) spread(paid [][]string) {
	kecamatan, families := map[string]bool{}, map[string]bool{}
	for _, row := range paid {
		kecamatan[row[12][:6]] = true
		families[row[5]] = true
	}
	if len(kecamatan) != 16 || kecamatan[noAid] || len(families) != Natuna2024Paid {
		o.t.Errorf("%d kecamatan, %d families", len(kecamatan), len(families))
	}
}

func TestTheSplitAddsUp(t *testing.T) {
	left := map[Step]int{}
	for _, l := range Natuna2024Split() {
		left[l.Step] += l.Rows
	}
	if left[VillageMeets] != Natuna2024Candidates-Natuna2024Valid || left[DecreeCheck] != Natuna2024Valid-Natuna2024Decreed ||
		left[PaymentFreeze] != Natuna2024Decreed-Natuna2024Paid {
		t.Errorf("the split is %v", left)
	}
}

func TestNatuna2024Refuses(t *testing.T) {
	for key, o := range map[string]Options{
		"demo.case_regency": {Regency: "7203", People: 2000},
		"demo.case_size":    {Regency: "2103", People: 2000},
	} {
		_, err := Natuna2024(generate(t, o))
		if f := fault.From(err); f == nil || f.Key != key {
			t.Errorf("%v, want %s", err, key)
		}
	}
}
