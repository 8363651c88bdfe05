package run

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tepat/linkage"
	"tepat/linkage/csvfile"
	"tepat/linkage/detect"
	"tepat/linkage/synth"
)

// put writes a file of a test.
func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func putSet(t *testing.T, dir, name string, s synth.Set) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	return put(t, dir, name, b.String())
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func rows(t *testing.T, path string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(read(t, path))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func link(t *testing.T, c Config) *Result {
	t.Helper()
	r, err := Run(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestThePersonMayStandInTheIdentity(t *testing.T) {
	dir := t.TempDir()
	a, b := synth.FEBRL{Originals: 200, Duplicates: 200, Seed: 2}.Pair()
	files := []string{putSet(t, dir, "a.csv", a), putSet(t, dir, "b.csv", b)}
	r := link(t, Config{Files: files, Columns: map[string]detect.Role{"person": detect.Unused}, Truth: "rec_id", Link: linkage.LinkOnly})
	if r.Quality.True != 200 || r.Quality.F1 < 0.98 {
		t.Errorf("%d true pairs, F1 %.4f", r.Quality.True, r.Quality.F1)
	}
	r = link(t, Config{Files: files, Columns: map[string]detect.Role{"person": detect.Unused}, Lang: "en"})
	if r.Quality != nil || !strings.Contains(r.Hint, `--truth "rec_id"`) {
		t.Errorf("hint %q", r.Hint)
	}
}

// Floors lie well below what is reached; they fail when detection or the order
// of the work breaks, not when a weight moves.
func TestFilesNobodyDescribedAreLinked(t *testing.T) {
	for _, c := range []struct {
		name  string
		set   synth.Set
		floor float64
	}{
		{"febrl", synth.FEBRL{Originals: 250, Duplicates: 250, FieldErrors: 2, RecordErrors: 4, Seed: 3}.Set(), 0.99},
		{"contacts", synth.Contacts{Records: 600, Seed: 3}.Set(), 0.93},
		{"census", synth.Census500(3), 0.85},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			out := filepath.Join(dir, "out.csv")
			r := link(t, Config{Files: []string{putSet(t, dir, "in.csv", c.set)}, Truth: "person", Out: out, Report: filepath.Join(dir, "r.html"), Lang: "en"})
			if r.Quality.F1 < c.floor {
				t.Errorf("F1 %.4f, want at least %.2f; warnings %v", r.Quality.F1, c.floor, r.Warnings)
			}
			if got := len(rows(t, out)); got != r.Records+1 {
				t.Errorf("%d lines for %d records", got, r.Records)
			}
			if page := read(t, filepath.Join(dir, "r.html")); !strings.Contains(page, "Measured against labels") || !strings.HasSuffix(strings.TrimSpace(page), "</html>") {
				t.Error("the report is not whole")
			}
		})
	}
}

func TestTheResultDoesNotHangOnWorkers(t *testing.T) {
	dir := t.TempDir()
	in := putSet(t, dir, "in.csv", synth.Contacts{Records: 400, Seed: 5}.Set())
	var got [2][3]string
	for i, workers := range []int{1, 3} {
		name := func(s string) string { return filepath.Join(dir, fmt.Sprint(workers)+s) }
		link(t, Config{Files: []string{in}, Columns: map[string]detect.Role{"person": detect.Unused}, Workers: workers, Out: name(".csv"), Edges: name("e.csv"), Model: name(".json")})
		got[i] = [3]string{read(t, name(".csv")), read(t, name("e.csv")), read(t, name(".json"))}
	}
	if got[0] != got[1] {
		t.Error("one worker and three write different files")
	}
}

func TestTheWeightsOfAnEdgeAddUp(t *testing.T) {
	dir := t.TempDir()
	edges := filepath.Join(dir, "e.csv")
	link(t, Config{Files: []string{putSet(t, dir, "in.csv", synth.Contacts{Records: 300, Seed: 7}.Set())}, Edges: edges, EdgesFrom: 0.01})
	all := rows(t, edges)
	if len(all) < 50 {
		t.Fatalf("%d edges", len(all)-1)
	}
	for _, row := range all[1:] {
		total, err := strconv.ParseFloat(row[4], 64)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range row[7:] {
			w, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			total -= w
		}
		if total > 0.02 || total < -0.02 {
			t.Errorf("the weights of %v miss the sum by %.3f", row[:4], total)
		}
	}
}

func TestAModelIsTrainedOnceAndUsedAgain(t *testing.T) {
	dir := t.TempDir()
	in := putSet(t, dir, "in.csv", synth.FEBRL{Originals: 200, Duplicates: 200, Seed: 9}.Set())
	model := filepath.Join(dir, "model.json")
	r := link(t, Config{Files: []string{in}, TrainOnly: true, Model: model, Truth: "person"})
	if r.Training == nil || r.Digest == "" {
		t.Fatalf("nothing was trained: %+v", r)
	}
	if strings.Contains(read(t, model), truthColumn) {
		t.Error("the labels travel in the model")
	}
	again := link(t, Config{Files: []string{in}, UseModel: model, Truth: "person", Explain: []string{"rec-1-org", "rec-1-dup-0"}})
	if again.Training != nil || again.Quality.F1 < 0.99 {
		t.Errorf("trained again %v, F1 %.4f", again.Training != nil, again.Quality.F1)
	}
	if x := again.Explained; x == nil || !x.Linked || len(x.Explanation.Fields) < 5 {
		t.Errorf("explained %+v", x)
	}
	_, err := Run(t.Context(), Config{Files: []string{in}, UseModel: model, Explain: []string{"rec-1-org", "nobody"}}, nil)
	if !errors.Is(err, ErrNoRecord) {
		t.Errorf("an unknown record: %v", err)
	}
}

// family is a small file in the manner of an Indonesian office; the people are
// invented.
func family(n int, header string, damage func(i int, name string) string) string {
	given := []string{"SITI AMINAH", "ABDUL RAHMAN", "NURHAYATI", "MUHAMMAD RIZAL", "HALIMAH", "YUSUF", "KARTINI", "BAHARUDDIN", "ROSMIATI", "LAHADJI", "SUTRISNO", "WAYAN SUKERTI"}
	family := []string{"TOMBOLOTUTU", "LAMAKAMPALI", "DG MATONA", "PASARIBU", "LAPORO", "SAMPETODING", "YOTOLEMBAH"}
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range n {
		name := given[i*7%len(given)] + " " + family[i*5/3%len(family)]
		day, month, year := 1+i*11%28, 1+i*5%12, 1950+i*13%60
		nik := fmt.Sprintf("720399%02d%02d%02d%04d", day, month, year%100, 1+i%40)
		kk := fmt.Sprintf("72039901011%05d", i/3)
		fmt.Fprintf(&b, "%s%d;%s;%s;%s;%02d-%02d-%d;DESA %c\n", header[:1], i, nik, kk, damage(i, name), day, month, year, 'A'+rune(i/3%9))
	}
	return b.String()
}

func TestFilesWithOtherHeadersFitOntoEachOther(t *testing.T) {
	dir := t.TempDir()
	a := put(t, dir, "dukcapil.csv", family(600, "id;nik;no_kk;nama_lgkp;tgl_lhr;nama_kel", func(_ int, name string) string { return name }))
	b := put(t, dir, "desa.csv", family(400, "no;NIK;KK;Nama;Tanggal Lahir;Desa", func(i int, name string) string {
		if i%4 == 0 {
			return strings.Replace(name, "SITI", "ST.", 1)
		}
		return name
	}))
	out := filepath.Join(dir, "out.csv")
	r := link(t, Config{Files: []string{a, b}, Clean: []string{"dukcapil"}, Out: out, Lang: "id"})
	if r.Records != 1000 || !r.Files[0].Clean || r.Files[1].Clean {
		t.Fatalf("read %+v", r.Files)
	}
	if got := len(r.Columns); got != 7 { // five fields and the names of the rows of two files
		t.Errorf("%d columns: %+v", got, r.Columns)
	}
	same := 0
	of := map[string]string{}
	for _, row := range rows(t, out)[1:] {
		of[row[1]+row[2]] = row[0]
	}
	for i := range 400 {
		if of[fmt.Sprint("dukcapili", i)] == of[fmt.Sprint("desan", i)] {
			same++
		}
	}
	if same < 380 {
		t.Errorf("%d of 400 people were found in both files", same)
	}
}

func TestOneFileMayHoldSeveralSources(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("sumber,id,nama,tanggal_lahir,keterangan\n")
	for i := range 200 {
		fmt.Fprintf(&b, "x,%d,WARGA KE %s,19%02d-%02d-%02d,=1+1\ny,%d,WARGA KE %s,19%02d-%02d-%02d,-5\n", i, word(i), i%90, 1+i%12, 1+i%28, i, word(i), i%90, 1+i%12, 1+i%28)
	}
	out := filepath.Join(dir, "out.csv")
	r := link(t, Config{Files: []string{put(t, dir, "in.csv", b.String())}, Source: "sumber", Clean: []string{"x", "y"}, Keep: true, Out: out})
	got := rows(t, out)
	if r.Records != 400 || got[1][1] != "x" || got[400][1] != "y" {
		t.Fatalf("%d records, first %v", r.Records, got[1])
	}
	at := -1
	for i, h := range got[0] {
		if h == "keterangan" {
			at = i
		}
	}
	if at < 0 || got[1][at] != "'=1+1" || got[400][at] != "-5" {
		t.Errorf("kept cells: %v %v", got[0], got[1])
	}
}

func word(i int) string {
	return string([]rune{'A' + rune(i%26), 'E', 'B' + rune(i/26), 'O', 'A' + rune(i*7%26), 'I', 'K' + rune(i%9)})
}

func TestLabelsMeasureAndTeach(t *testing.T) {
	dir := t.TempDir()
	in := putSet(t, dir, "in.csv", synth.FEBRL{Originals: 200, Duplicates: 200, Seed: 4}.Set())
	labels := put(t, dir, "labels.csv", "id_a,id_b,match\nrec-0-org,rec-0-dup-0,1\nrec-1-org,rec-1-dup-0,ya\nrec-1-org,rec-2-org,0\nrec-9-org,nobody,1\n")
	r := link(t, Config{Files: []string{in}, Labels: labels, Learn: true, Lang: "en"})
	if r.Quality == nil || r.Quality.F1 != 1 || r.Quality.True != 2 {
		t.Errorf("measured %+v", r.Quality)
	}
	if !strings.Contains(strings.Join(r.Warnings, "\n"), "1 labels name records that are not there") {
		t.Errorf("warnings %v", r.Warnings)
	}
	if b, err := json.Marshal(r); err != nil || !bytes.Contains(b, []byte(`"pairs_linked"`)) {
		t.Errorf("the result is no JSON: %v", err)
	}
}

func TestSplinkSettingsAreWrittenAndRead(t *testing.T) {
	dir := t.TempDir()
	in := put(t, dir, "in.csv", "id,first_name,surname\n1,ana,silva\n2,rui,gomes\n3,ana,silva\n4,eva,lima\n")
	model := put(t, dir, "model.json", `{"link_type":"dedupe_only","probability_two_random_records_match":0.1,"sql_dialect":"duckdb","unique_id_column_name":"id",
"blocking_rules_to_generate_predictions":[{"blocking_rule":"l.\"surname\" = r.\"surname\"","sql_dialect":"duckdb"}],
"comparisons":[{"output_column_name":"first_name","comparison_levels":[
{"sql_condition":"\"first_name_l\" IS NULL OR \"first_name_r\" IS NULL","label_for_charts":"null","is_null_level":true},
{"sql_condition":"\"first_name_l\" = \"first_name_r\"","label_for_charts":"same","m_probability":0.9,"u_probability":0.01},
{"sql_condition":"ELSE","label_for_charts":"else","m_probability":0.1,"u_probability":0.99}]}]}`)
	out := filepath.Join(dir, "again.json")
	r := link(t, Config{Files: []string{in}, UseSplink: model, Splink: out, Threshold: 0.5})
	if r.Training != nil || r.Links != 1 {
		t.Errorf("trained %v, %d links", r.Training != nil, r.Links)
	}
	if !strings.Contains(read(t, out), `"unique_id_column_name": "id"`) {
		t.Error("the settings lack the name of the identity")
	}
}

func TestWhatWouldLoseDataIsRefused(t *testing.T) {
	dir := t.TempDir()
	in := put(t, dir, "in.csv", "id,nama\n1,ANI\n2,BUDI\n")
	empty := put(t, dir, "kosong.csv", "")
	header := put(t, dir, "judul.csv", "id,nama\n")
	zip := put(t, dir, "buku.csv", "PK\x03\x04rest")
	for _, c := range []struct {
		name string
		c    Config
		want error
	}{
		{"no file", Config{}, ErrEmpty},
		{"missing file", Config{Files: []string{filepath.Join(dir, "tidak.csv")}}, ErrNoFile},
		{"folder", Config{Files: []string{dir}}, ErrNoFile},
		{"empty file", Config{Files: []string{empty}}, ErrEmpty},
		{"only a header", Config{Files: []string{header}}, nil},
		{"not csv", Config{Files: []string{zip}}, nil},
		{"over the input", Config{Files: []string{in}, Out: in}, ErrOverwrite},
		{"two outputs in one", Config{Files: []string{in}, Out: dir + "/x", Edges: dir + "/x"}, ErrOverwrite},
		{"file twice", Config{Files: []string{in, in}}, ErrTwice},
		{"no folder", Config{Files: []string{in}, Out: dir + "/tidak/ada.csv"}, ErrNoFile},
		{"unknown column", Config{Files: []string{in}, UniqueID: "nomor"}, ErrColumn},
		{"unknown role", Config{Files: []string{in}, Columns: map[string]detect.Role{"nama": "nm"}}, ErrRole},
		{"nothing to compare", Config{Files: []string{in}, Columns: map[string]detect.Role{"nama": detect.Unused}}, detect.ErrNothing},
		{"broken model", Config{Files: []string{in}, UseModel: zip}, ErrModel},
	} {
		_, err := Run(t.Context(), c.c, nil)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if got := read(t, in); got != "id,nama\n1,ANI\n2,BUDI\n" {
		t.Errorf("the input is now %q", got)
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*.part")); err != nil || len(left) > 0 {
		t.Errorf("half files are left: %v %v", left, err)
	}
}

// Files that offices send on a bad day end with a result and a note.
func TestOddFilesAreSurvivedAndTold(t *testing.T) {
	repeat := func(n int, line func(i int) string) string {
		var b strings.Builder
		b.WriteString("id,nama,tanggal_lahir,desa\n")
		for i := range n {
			b.WriteString(line(i) + "\n")
		}
		return b.String()
	}
	plain := func(i int) string {
		return fmt.Sprintf("%d,WARGA %s,19%02d-01-%02d,%s", i, word(i), i%97, 1+i%28, word(i%7))
	}
	for _, c := range []struct{ name, text, note string }{
		{"one identity for forty", repeat(300, func(i int) string {
			if i < 40 {
				return strings.Replace(plain(i), fmt.Sprint(i, ","), "7,", 1)
			}
			return plain(i)
		}), "share the identity"},
		{"all the same", repeat(3000, func(i int) string { return fmt.Sprintf("%d,SITI,1990-01-01,LABEAN", i) }), ""},
		{"one common name", repeat(3000, func(i int) string {
			return fmt.Sprintf("%d,SITI,19%02d-%02d-%02d,%s", i, i%97, 1+i%12, 1+i%28, word(i%50))
		}), ""},
		{"all missing", repeat(200, func(i int) string { return fmt.Sprintf("%d,,,", i) }), ""},
		{"ragged and NUL", repeat(200, func(i int) string { return plain(i) + strings.Repeat(",x", i%3) + strings.Repeat("\x00", i%2) }), "too few or too many"},
		{"open quote", repeat(100, plain) + "999,\"WARGA TANPA AKHIR,1990-01-01,X\n", ""},
		{"one record", repeat(1, plain), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			r, err := Run(t.Context(), Config{Files: []string{put(t, dir, "in.csv", c.text)}, Out: filepath.Join(dir, "out.csv"), Report: filepath.Join(dir, "r.html"), Lang: "en"}, nil)
			if err != nil {
				if c.note == "" && (errors.Is(err, detect.ErrNothing) || errors.Is(err, csvfile.ErrFormat)) {
					return
				}
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(r.Warnings, "\n"), c.note) {
				t.Errorf("warnings %v lack %q", r.Warnings, c.note)
			}
		})
	}
}

func TestBlockingTakesTheNarrowRulesFirst(t *testing.T) {
	rule := func(columns ...string) linkage.Rule {
		var r linkage.Rule
		for _, c := range columns {
			r.Keys = append(r.Keys, linkage.Key{Column: c})
		}
		return r
	}
	candidates := []linkage.Rule{rule("a", "b"), rule("a"), rule("c"), rule("d"), rule("e")}
	sizes := []linkage.RuleSize{{Alone: 50_000}, {Alone: 700_000}, {Alone: 390_000}, {Alone: 90_000_000}, {Alone: 0}}
	got := choose(candidates, sizes, 100_000, 0)
	if diff := cmp.Diff([]linkage.Rule{rule("a"), rule("c")}, got); diff != "" {
		t.Error(diff)
	}
	broad := choose(candidates[3:4], sizes[3:4], 100_000, 0)
	if len(broad) != 1 {
		t.Errorf("with nothing but a broad rule: %+v", broad)
	}
}
