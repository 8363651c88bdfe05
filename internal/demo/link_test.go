package demo

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/internal/fault"
	"tepat/internal/region"
)

func writeLinkage(t *testing.T, o LinkageOptions) (string, []File) {
	t.Helper()
	dir := t.TempDir()
	files, err := WriteLinkage(t.Context(), o, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dir, files
}

func TestLinkageIsTheSameForASeed(t *testing.T) {
	o := LinkageOptions{Regency: "7203", Records: 20_000, Seed: 5}
	_, first := writeLinkage(t, o)
	_, second := writeLinkage(t, o)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("files differ (-first +second):\n%s", diff)
	}
	o.Seed++
	_, other := writeLinkage(t, o)
	for i := range other {
		if other[i].SHA256 == first[i].SHA256 {
			t.Errorf("another seed wrote the same %s", other[i].Path)
		}
	}
}

// TestLinkageTruth holds for some regencies, sizes and seeds: as many records as
// asked for, the one file holds the rows of the three, every record has one
// person, the civil registry holds a person once, and every whole number is of
// kecamatan 99.
func TestLinkageTruth(t *testing.T) {
	for i, regency := range []region.Code{"2103", "7203", "7271", "2103", "7203", "3273"} {
		o := LinkageOptions{Regency: regency, Records: 1000 + 700*i, People: 1000 + 90*i, Seed: mix(uint64(i))}
		dir, _ := writeLinkage(t, o)
		truth := linkageTruth(t, dir)
		all := readCSV(t, dir, "gabungan.csv", ',')[1:]
		if len(all) != o.Records || len(truth) != o.Records {
			t.Fatalf("%d records with %d truths, want %d", len(all), len(truth), o.Records)
		}
		at := map[string][][]string{}
		civil := map[string]bool{}
		for _, row := range all {
			at[row[0]] = append(at[row[0]], row[1:])
			person := truth[row[0]+" "+row[1]]
			if person == "" {
				t.Fatalf("%s %s is nobody", row[0], row[1])
			}
			if row[0] == SourceCivil && civil[person] {
				t.Fatalf("%s is twice in the civil registry", person)
			}
			civil[person] = civil[person] || row[0] == SourceCivil
			for _, number := range row[2:4] {
				if len(number) == 16 && number[4:6] != "99" {
					t.Fatalf("%s %s carries a number outside kecamatan 99", row[0], row[1])
				}
			}
		}
		for _, source := range []string{SourceCivil, SourceWelfare, SourceVillage} {
			if diff := cmp.Diff(readCSV(t, dir, source+".csv", ',')[1:], at[source]); diff != "" {
				t.Fatalf("%s differs in the one file:\n%s", source, diff)
			}
		}
	}
}

// linkageTruth maps source and id to the person.
func linkageTruth(t *testing.T, dir string) map[string]string {
	t.Helper()
	truth := map[string]string{}
	for _, row := range readCSV(t, dir, "truth.csv", ',')[1:] {
		truth[row[0]+" "+row[1]] = row[2]
	}
	return truth
}

// TestLinkageRates keeps the sources at the overlap and the damage that
// LinkageErrors promises, per mille of the rows of a source.
func TestLinkageRates(t *testing.T) {
	dir, _ := writeLinkage(t, LinkageOptions{Regency: "7203", Records: 100_000, Seed: 2})
	truth := linkageTruth(t, dir)
	clean := map[string][]string{} // by person
	for _, row := range readCSV(t, dir, "dukcapil.csv", ',')[1:] {
		clean[truth[SourceCivil+" "+row[0]]] = row
	}
	for _, c := range []struct {
		source string
		want   map[string][2]int
	}{
		{SourceWelfare, map[string][2]int{"rows": {330, 400}, "known": {930, 985}, "nik blank": {40, 60}, "nik wrong": {45, 70}, "kk other": {80, 160},
			"name other": {160, 230}, "born blank": {15, 27}, "born other": {40, 75}, "village other": {30, 70}, "bare": {0, 5}, "twice": {8, 20}}},
		{SourceVillage, map[string][2]int{"rows": {160, 230}, "known": {930, 985}, "nik blank": {320, 460}, "nik wrong": {60, 130}, "kk other": {20, 80},
			"name other": {310, 450}, "born blank": {320, 470}, "born other": {40, 130}, "village other": {80, 140}, "bare": {220, 350}, "twice": {15, 35}}},
	} {
		rows := readCSV(t, dir, c.source+".csv", ',')[1:]
		got := linkageShares(rows, c.source, truth, clean)
		got["rows"] = len(rows) / 100
		for what, bounds := range c.want {
			if got[what] < bounds[0] || got[what] > bounds[1] {
				t.Errorf("%s: %s is %d per mille, want %v", c.source, what, got[what], bounds)
			}
		}
	}
}

func linkageShares(rows [][]string, source string, truth map[string]string, clean map[string][]string) map[string]int {
	n, seen := map[string]int{}, map[string]bool{}
	known := 0
	for _, row := range rows {
		person := truth[source+" "+row[0]]
		tally(&known, true)
		mark := func(what string, yes bool) {
			if yes {
				n[what]++
			}
		}
		mark("twice", seen[person])
		seen[person] = true
		born := row[6]
		if strings.Contains(born, "/") {
			born = born[6:] + "-" + born[3:5] + "-" + born[:2]
		}
		mark("nik blank", row[1] == "")
		mark("born blank", born == "")
		mark("bare", row[1] == "" && born == "")
		org := clean[person]
		mark("known", org != nil)
		if org == nil {
			continue
		}
		mark("nik wrong", row[1] != "" && row[1] != org[1])
		mark("kk other", row[2] != "" && row[2] != org[2])
		mark("name other", row[3] != org[3])
		mark("born other", born != "" && born != org[6])
		mark("village other", row[9] != org[9])
	}
	for what := range n {
		n[what] = n[what] * 1000 / known
	}
	return n
}

// TestLinkageHardPeople looks for those whom linkage finds hard.
func TestLinkageHardPeople(t *testing.T) {
	dir, _ := writeLinkage(t, LinkageOptions{Regency: "2103", Records: 100_000, Seed: 1})
	truth := linkageTruth(t, dir)
	clean, byCard := map[string][]string{}, map[string][]string{}
	twins, namesakes, mononyms := 0, 0, 0
	for _, row := range readCSV(t, dir, "dukcapil.csv", ',')[1:] {
		clean[truth[SourceCivil+" "+row[0]]] = row
		tally(&mononyms, !strings.Contains(row[3], " "))
		for _, other := range byCard[row[2]] {
			born, name, _ := strings.Cut(other, "|")
			tally(&twins, born == row[6])
			tally(&namesakes, name == row[3])
		}
		byCard[row[2]] = append(byCard[row[2]], row[6]+"|"+row[3])
	}
	lost, moved := 0, 0
	for _, row := range readCSV(t, dir, "dtsen.csv", ',')[1:] {
		org := clean[truth[SourceWelfare+" "+row[0]]]
		if org == nil {
			continue
		}
		tally(&lost, row[1] != org[1] && len(row[1]) == 16 && row[1] == org[1][:15]+"0")
		tally(&moved, row[2] != "" && row[2] != org[2] && row[9] != org[9])
	}
	for what, n := range map[string]int{"twins": twins, "a child with the name of the parent": namesakes, "people of one name": mononyms, "Excel's lost digit": lost, "people elsewhere": moved} {
		if n < 20 {
			t.Errorf("only %d: %s", n, what)
		}
	}
}

// TestLinkageGoesOnInTheNextRegency needs more people than one regency has.
func TestLinkageGoesOnInTheNextRegency(t *testing.T) {
	dir, _ := writeLinkage(t, LinkageOptions{Regency: "7203", People: 2000, Records: 10_000, Seed: 1})
	regencies, people := map[string]bool{}, map[string]bool{}
	for _, row := range readCSV(t, dir, "dukcapil.csv", ',')[1:] {
		regencies[row[1][:4]] = true
	}
	rows := readCSV(t, dir, "truth.csv", ',')[1:]
	for _, row := range rows {
		people[row[2]] = true
	}
	if len(rows) != 10_000 || len(regencies) != 3 || len(people) < 4000 {
		t.Errorf("%d records of %d people in regencies %v", len(rows), len(people), regencies)
	}
	codes := regenciesFrom("7203")
	if codes[0] != "7203" || codes[1].Province() != "72" || len(codes) < 500 {
		t.Errorf("%d regencies beginning with %v", len(codes), codes[:2])
	}
}

func TestWriteLinkageRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		o   LinkageOptions
		key string
	}{
		"no such regency": {LinkageOptions{Regency: "9999", Records: 5000}, "demo.regency"},
		"too few":         {LinkageOptions{Regency: "2103", Records: 10}, "demo.size"},
		"too many":        {LinkageOptions{Regency: "2103", Records: 10_000_001}, "demo.size"},
	} {
		_, err := WriteLinkage(t.Context(), c.o, t.TempDir(), nil)
		if f := fault.From(err); f == nil || f.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := WriteLinkage(ctx, LinkageOptions{Regency: "2103"}, t.TempDir(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
