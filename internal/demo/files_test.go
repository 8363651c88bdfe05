package demo

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tepat/internal/nik"
)

func writeFiles(t testing.TB, w *World) (string, []File) {
	t.Helper()
	dir := t.TempDir()
	files, err := w.WriteFiles(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dir, files
}

// TestTheSameSeedWritesTheSameBytes compares hashes of two worlds, on one
// processor and on all.
func TestTheSameSeedWritesTheSameBytes(t *testing.T) {
	o := Options{Regency: "2103", People: 5000, Seed: 42}
	_, first := writeFiles(t, generate(t, o))
	before := runtime.GOMAXPROCS(1)
	_, second := writeFiles(t, generate(t, o))
	runtime.GOMAXPROCS(before)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("files differ (-first +second):\n%s", diff)
	}
	o.Seed++
	_, other := writeFiles(t, generate(t, o))
	if other[0].SHA256 == first[0].SHA256 {
		t.Error("another seed wrote the same dukcapil.csv")
	}
}

// TestTheBytesAreThese pins the output itself, so that a change of any list or
// draw is seen and chosen. The hash is of dukcapil.csv.
func TestTheBytesAreThese(t *testing.T) {
	const want = "c52eef6b8845fab95b1dab9e25f552ec8c0f1c2fda89b25d59074fd317a8f7aa"
	_, files := writeFiles(t, generate(t, Options{Regency: "2103", People: 1000, Seed: 1}))
	if files[0].Path != "dukcapil.csv" || files[0].SHA256 != want {
		t.Errorf("%s is now %s", files[0].Path, files[0].SHA256)
	}
}

func TestFileNamesHoldNoNumberOfAPerson(t *testing.T) {
	_, files := writeFiles(t, generate(t, Options{Regency: "7203", People: 3000, Seed: 1}))
	if len(files) != 9+158 {
		t.Errorf("%d files, want 167", len(files))
	}
	for _, f := range files {
		digits := strings.Trim(filepath.Base(f.Path), "abcdefghijklmnopqrstuvwxyz_-.")
		if len(digits) > 10 {
			t.Errorf("%s holds %s", f.Path, digits)
		}
	}
}

func TestTheTruthResolvesEveryRow(t *testing.T) {
	for _, regency := range []string{"2103", "7203"} {
		w := generate(t, Options{Regency: "2103", People: 8000, Seed: 3})
		if regency == "7203" {
			w = generate(t, Options{Regency: "7203", People: 8000, Seed: 3})
		}
		dir, files := writeFiles(t, w)
		people := map[string]Person{}
		for f := range w.Families {
			for _, p := range f.Members {
				people[p.Key.String()] = p
			}
		}
		about := map[string]int{}
		agree, read := 0, map[string][][]string{}
		for _, row := range readCSV(t, dir, "truth.csv", ',')[1:] {
			p, ok := people[row[0]]
			if !ok {
				t.Fatalf("%v is about nobody", row)
			}
			about[row[2]]++
			if read[row[2]] == nil {
				read[row[2]] = readAny(t, dir, row[2])
			}
			line, err := strconv.Atoi(row[3])
			if err != nil || line < 2 || line > len(read[row[2]]) {
				t.Fatalf("%v points outside the file", row)
			}
			if resembles(read[row[2]][line-1], p) {
				agree++
			}
		}
		rows := 0
		for _, f := range files {
			if strings.HasPrefix(f.Path, "truth") {
				continue
			}
			rows += f.Rows
			if about[f.Path] != f.Rows {
				t.Errorf("%s has %d rows, the truth knows %d", f.Path, f.Rows, about[f.Path])
			}
		}
		if agree*1000 < rows*997 {
			t.Errorf("%d of %d rows look like the person they are about", agree, rows)
		}
	}
}

// resembles reports whether a row shows the person by NIK or by name.
func resembles(row []string, p Person) bool {
	for _, cell := range row {
		if cell == "" {
			continue
		}
		n := p.NIK.Reveal()
		if cell == n && n != "" || cell == p.Name || len(cell) == 16 && n != "" && cell[:15] == n[:15] {
			return true
		}
	}
	return false
}

func readAny(t *testing.T, dir, path string) [][]string {
	if strings.HasSuffix(path, ".xlsx") {
		return readSheet(t, dir, path)
	}
	sep := map[string]rune{"dukcapil.csv": ';', "kematian.csv": ';', "pindah.csv": ';', "sembako_bnba.csv": '|'}[path]
	if sep == 0 {
		sep = ','
	}
	return readCSV(t, dir, path, sep)
}

func readCSV(t *testing.T, dir, path string, sep rune) [][]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.Comma = sep
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return rows
}

func readSheet(t *testing.T, dir, path string) [][]string {
	t.Helper()
	book, err := excelize.OpenFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestDukcapilIsWhole(t *testing.T) {
	w := generate(t, Options{Regency: "7203", People: 5000, Seed: 9})
	dir, _ := writeFiles(t, w)
	rows := readCSV(t, dir, "dukcapil.csv", ';')
	if got := strings.Join(rows[0], ","); got != dukcapilHeader {
		t.Errorf("header %s", got)
	}
	if len(rows) != 1+w.People() {
		t.Errorf("%d rows, want %d", len(rows)-1, w.People())
	}
	other := 0
	for _, row := range rows[1:] {
		if row[20] != "72" || row[22] != "3" {
			t.Fatalf("region cells %v", row[20:])
		}
		if number, level := nik.ParseNIK(row[0]); level != "" {
			t.Fatalf("NIK %q: %s", row[0], level)
		} else if born, _, ok := number.Birth(w.AsOf()); ok && born.String() != row[5] {
			other++
		}
	}
	if other == 0 || other > 40 {
		t.Errorf("%d births differ from the NIK, want a few", other)
	}
}

// TestCleanMeansClean: without dirt every number is the true one.
func TestCleanMeansClean(t *testing.T) {
	w := generate(t, Options{Regency: "2103", People: 5000, Seed: 9, Dirt: &Dirt{}})
	dir, files := writeFiles(t, w)
	known := map[string]bool{"": true}
	for f := range w.Families {
		for _, p := range f.Members {
			known[p.NIK.Reveal()] = true
		}
	}
	column := map[string]int{"dukcapil.csv": 0, "dtsen_keluarga.csv": 2, "pkh_bnba.xlsx": 3, "sembako_bnba.csv": 1, "asn.csv": 1, "kematian.csv": 0, "pindah.csv": 2}
	for _, f := range files {
		at, ok := column[f.Path]
		skip := 1
		if strings.HasPrefix(f.Path, bltDir) {
			at, ok, skip = 1, true, 2
		}
		if !ok {
			continue
		}
		rows := readAny(t, dir, f.Path)
		if len(rows)-skip != f.Rows {
			t.Errorf("%s has %d rows, says %d", f.Path, len(rows)-skip, f.Rows)
		}
		for _, row := range rows[skip:] {
			if !known[row[at]] {
				t.Fatalf("%s: %s is nobody's NIK", f.Path, row[at])
			}
		}
	}
}

func TestProgressAndCancel(t *testing.T) {
	w := generate(t, Options{Regency: "2103", People: 20_000, Seed: 1})
	last, phase := -1, ""
	_, err := w.WriteFiles(t.Context(), t.TempDir(), func(done, total int, what string) {
		if done < last || total != 20_000 {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last, phase = done, what
	})
	if err != nil || last != 20_000 || phase != "closing" {
		t.Errorf("ended at %d, %s: %v", last, phase, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.WriteFiles(ctx, t.TempDir(), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
}
