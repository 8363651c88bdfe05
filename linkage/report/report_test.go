package report

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"tepat/linkage"
)

func level(label string, m, u float64, tf bool) linkage.Level {
	l := linkage.Level{Label: label, Test: linkage.Test{Op: linkage.Exact}, M: m, U: u}
	if tf {
		l.TF = &linkage.TF{Column: "nama", Weight: 1}
	}
	return l
}

// told is a page with all its parts; the people are invented.
func told() Data {
	yes := true
	m := &linkage.Model{Prior: 2e-6, Seed: 1, Household: "kk", Threshold: 0.93, Comparisons: []linkage.Comparison{
		{Name: "nama", Levels: []linkage.Level{level("the same", 0.62, 0.0004, true), level("words alike or initials", 0.3, 0.003, true), level("alike (0.88)", 0.05, 0.02, false), level("different", 0.03, 0.9766, false)}},
		{Name: "nik", Levels: []linkage.Level{level("the same", 0.86, 1e-7, false), level("one digit slipped", 0.09, 3e-7, false), level("different", 0.05, 0.9999, false)}},
		{Name: "kk", Levels: []linkage.Level{level("the same", 0.7, 2e-6, false), level("different", 0.3, 0.99, false)}},
	}}
	e := linkage.Explanation{Weight: 27.4, Probability: 0.9968, Prior: -18.9, Household: -1.2, Fields: []linkage.Evidence{
		{Comparison: "nama", Level: "words alike or initials", A: "SITI AMINAH", B: "ST AMINAH", Weight: 8.1, TF: 1.5},
		{Comparison: "nik", Level: "one digit slipped", A: "7203994507890001", B: "7203994507890007", Weight: 18.2},
		{Comparison: "kk", Missing: true, A: "7203990101120001"},
		{Comparison: "tempat <b>lahir</b>", Level: "different", A: "PALU", B: "DONGGALA", Weight: -1.1},
	}}
	return Data{
		Lang: "id", Made: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Program: "tepat 0.1.0",
		Files:   []File{{Name: "dukcapil.csv", Records: 52310, Clean: true}, {Name: "desa.csv", Records: 8121}},
		Columns: []Column{{"nama", "full_name", "judul menyebut \"nama\"; terisi 100%"}, {"nik", "person_id", "16 angka berisi tanggal lahir"}},
		Model:   m, Digest: strings.Repeat("ab", 32), Trained: true, Training: linkage.Training{Iterations: 14, Converged: true, Sampled: 1000000, Patterns: 812, Matches: 7411.6},
		Rules: []linkage.RuleSize{{Text: "nik", Blocks: 6100, Largest: 4, Pairs: 6900, Added: 6900}, {Text: "nama sound + tanggal_lahir year", Blocks: 21000, Largest: 2400, Pairs: 190000, Added: 184000,
			Oversize: []linkage.Block{{Key: "STI + 1970", Size: 2400, Pairs: 2878800, Kept: 96000, Done: "split by birth month, then windows of 40 by name"}}}},
		Compared: 190900, Threshold: 0.93, Timings: []Timing{{"membaca", 0.31, 60431, "baris"}, {"melatih", 0.8, 0, ""}}, Warnings: []string{"12 baris tanpa pengenal diberi nomor"},
		Bins:     []Bin{{-8, -6, 120000}, {-6, -4, 40210}, {-4, -2, 9000}, {-2, 0, 2100}, {0, 4, 800}, {4, 8, 320}, {8, 12, 140}, {12, 16, 90}, {16, 20, 60}, {20, 24, 700}, {24, 28, 2500}, {28, 32, 3900}, {32, 40, 260}},
		Bands:    []Band{{From: 0.99, To: 0.999, Pairs: 212, Shown: []Pair{{A: "dukcapil 17", B: "desa 901", Same: &yes, Explanation: e}}}, {From: 0.1, To: 0.5, Pairs: 0}},
		Clusters: Clusters{Records: 60431, Clusters: 53100, Links: 7331, Sizes: []Size{{1, 46200}, {2, 6510}, {3, 350}, {4, 40}}},
		Quality: &Quality{Labelled: true, Precision: 0.981, Recall: 0.912, F1: 0.9452, Low: [3]float64{0.977, 0.905, 0}, High: [3]float64{0.984, 0.919, 0}, BCubedF1: 0.97, Coverage: 0.943,
			Thresholds: []Threshold{{11, 0.5, 0.97, 0.92, 0.944, 7500}, {15, 0.95, 0.982, 0.908, 0.9436, 7280}}},
	}
}

func render(t *testing.T, d Data) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d); err != nil {
		t.Fatal(err)
	}
	if path := os.Getenv("REPORT_OUT"); path != "" {
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestThePageStandsAlone(t *testing.T) {
	page := render(t, told())
	for _, outside := range []string{"<script", "http:", "https:", "<link", "@import", "url(", "ZgotmplZ"} {
		if strings.Contains(page, outside) {
			t.Errorf("the page contains %s", outside)
		}
	}
	for _, part := range []string{"Seberapa baik hasilnya", "Apa artinya setiap kecocokan", "Contoh pasangan", "Besar kelompok", "Blok yang terlalu besar", "Bagaimana kolom dibaca",
		"60.431", "190.900", "menentukan rumah tangga", "selang 95%", "12 baris tanpa pengenal", strings.Repeat("ab", 32), "label: orang yang sama"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
	for _, tag := range []string{"section", "table", "svg", "div", "tr", "td", "span", "details"} {
		open, closed := len(regexp.MustCompile("<"+tag+"[ >]").FindAllString(page, -1)), strings.Count(page, "</"+tag+">")
		if open != closed {
			t.Errorf("%d <%s>, %d closed", open, tag, closed)
		}
	}
}

func TestNumbersOfPersonsStayHiddenAndTheirDifferenceIsMarked(t *testing.T) {
	d := told()
	page := render(t, d)
	if strings.Contains(page, "7203994507890001") || strings.Contains(page, "7203990101120001") {
		t.Error("a number of a person stands whole on the page")
	}
	if !strings.Contains(page, "7203••••••••000<mark>7</mark>") {
		t.Error("the differing digit is not marked")
	}
	if !strings.Contains(page, "tempat &lt;b&gt;lahir&lt;/b&gt;") {
		t.Error("names of columns are not escaped")
	}
	d.Reveal = true
	if page = render(t, d); !strings.Contains(page, "7203990101120001") {
		t.Error("revealing shows nothing")
	}
}

func TestBothLanguagesSayEverything(t *testing.T) {
	for key, t2 := range texts {
		if t2[0] == "" || t2[1] == "" {
			t.Errorf("%s lacks a language", key)
		}
	}
	d := told()
	d.Lang = "en"
	if page := render(t, d); !strings.Contains(page, "Record linkage report") || strings.Contains(page, "Bobot") {
		t.Error("the English page is not English")
	}
	if got := sayer("id")("exchanged with surname"); got != "tertukar dengan surname" {
		t.Errorf("level in Indonesian: %s", got)
	}
}

func TestAnEmptyRunStillHasAPage(t *testing.T) {
	page := render(t, Data{Model: &linkage.Model{}})
	if !strings.Contains(page, "</html>") {
		t.Error("the page does not end")
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{"7203994507890001": "7203••••••••0001", "081234567890": "0812••••7890", "6988048": "69•••48", "1989-07-05": "1989-07-05",
		"19890705": "19890705", "SITI AMINAH": "SITI AMINAH", "94103": "94103", "": ""} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%s) = %s, want %s", in, got, want)
		}
	}
}
