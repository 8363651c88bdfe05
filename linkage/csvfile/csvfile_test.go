package csvfile

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tepat/linkage"
)

func table(t testing.TB, fields ...string) *linkage.Table {
	t.Helper()
	m := &linkage.Model{Link: linkage.Dedupe}
	for _, f := range fields {
		m.Columns = append(m.Columns, linkage.Column{Name: f, Kind: linkage.Text})
	}
	tab, err := linkage.NewTable(m, fields, linkage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

func dump(tab *linkage.Table, fields ...string) []string {
	var out []string
	for i := range tab.Len() {
		_, id := tab.ID(i)
		for _, f := range fields {
			id += "/" + tab.Value(i, f)
		}
		out = append(out, id)
	}
	return out
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name, text string
		o          Options
		want       []string
	}{
		{"comma", "id,a,b\n7,x,y\n8,z,\n", Options{ID: "id"}, []string{"7/x/y", "8/z/"}},
		{"numbered", "a,b\nx,y\nz,w", Options{}, []string{"1/x/y", "2/z/w"}},
		{"mark, semicolon, CRLF", "\xef\xbb\xbfa;b\r\nx;y\r\nz;\r\n", Options{}, []string{"1/x/y", "2/z/"}},
		{"tab", "a\tb\nx, q\ty\n", Options{}, []string{"1/x, q/y"}},
		{"bar", "a|b\nx|y\n", Options{}, []string{"1/x/y"}},
		{"quotes", "a,b\n\"x, \"\"q\"\"\",\"y\nz\"\n\"\",w\n", Options{}, []string{"1/x, \"q\"/y\nz", "2//w"}},
		{"quote inside a cell", "a,b\n5\" pipe,y\n\"x\"z,w\n", Options{}, []string{"1/5\" pipe/y", "2/xz/w"}},
		{"other names and order", "B,A\ny,x\n", Options{Columns: map[string]string{"a": "A", "b": "B"}}, []string{"1/x/y"}},
		{"empty lines", "a,b\n\nx,y\n\r\n\nz,w\n\n", Options{}, []string{"1/x/y", "2/z/w"}},
		{"header alone", "a,b\n", Options{}, nil},
		{"numbers where the identity is empty", "id,a,b\n7,x,y\n,z,w\n", Options{ID: "id"}, []string{"7/x/y", "2/z/w"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tab := table(t, "a", "b")
			rep, err := Read(t.Context(), tab, strings.NewReader(c.text), c.o)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, dump(tab, "a", "b")); d != "" {
				t.Error(d)
			}
			if rep.Records != int64(len(c.want)) || rep.Ragged != 0 {
				t.Errorf("%+v", rep)
			}
		})
	}
}

func TestErrorsNameLineAndRemedy(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "empty"},
		{"no such column", "a,c\n", `no column "b"`},
		{"UTF-16", "\xff\xfea\x00,\x00", "UTF-16"},
		{"spreadsheet", "PK\x03\x04....", "spreadsheet"},
		{"open quote", "a,b\nx,y\nz,\"w\nv,u\n", "line 3"},
		{"open quote in the header", "a,\"b\nx,y\n", "line 1"},
		{"CR alone", "a,b\rx,y\r", "CR alone"},
	} {
		tab := table(t, "a", "b")
		_, err := Read(t.Context(), tab, strings.NewReader(c.text), Options{})
		if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// long yields text without ever holding it.
func long(parts ...any) io.Reader {
	var readers []io.Reader
	for i := 0; i < len(parts); i += 2 {
		s, n := parts[i].(string), parts[i+1].(int)
		readers = append(readers, &repeat{s: s, n: n})
	}
	return io.MultiReader(readers...)
}

type repeat struct {
	s  string
	n  int
	at int
}

func (r *repeat) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) && r.n > 0 {
		k := copy(b[n:], r.s[r.at:])
		n += k
		if r.at += k; r.at == len(r.s) {
			r.at, r.n = 0, r.n-1
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func TestPoison(t *testing.T) {
	const mega = 1 << 20
	for _, c := range []struct {
		name string
		in   io.Reader
		want string // of the error; "" for a report
		rep  Report
	}{
		{"a line of 100 MB", long("a,b\nx,y\n", 1, "q", 100*mega, "\nz,w\n", 1), "", Report{Records: 2, TooLong: 1}},
		{"a line of 2 MB", long("a,b\nx,y\n", 1, "q", 2*mega, "\nz,w\n", 1), "", Report{Records: 2, TooLong: 1}},
		{"a quote that never ends", long("a,b\nx,y\n\"z,w\n", 1, "v,u\n", 25*mega), "line 3", Report{Records: 1}},
		{"NUL bytes", long("a,b\nx\x00,y\n\x00\x00,\x00\nz,w\n", 1), "", Report{Records: 3, NUL: 2}},
		{"ragged", long("a,b\nx\nx,y\nx,y,z\n", 1), "", Report{Records: 3, Ragged: 2}},
		{"nothing but NUL", long("a,b\n", 1, "\x00", 10*mega), "", Report{TooLong: 1}},
		{"nothing but line ends", long("a,b\n", 1, "\n", 10*mega), "", Report{}},
		{"nothing but commas", long("a,b\n", 1, ",", 10*mega), "", Report{TooLong: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			tab := table(t, "a", "b")
			rep, err := Read(context.Background(), tab, c.in, Options{})
			runtime.ReadMemStats(&after)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Fatalf("error %v, want %q", err, c.want)
			}
			if rep.Problems == nil && (rep.NUL+rep.Ragged+rep.TooLong > 0) {
				t.Error("counted but not told")
			}
			rep.Bytes, rep.Problems = 0, nil
			if d := cmp.Diff(c.rep, rep); d != "" {
				t.Error(d)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 300*mega {
				t.Errorf("%d MB allocated", grown/mega)
			}
		})
	}
}

func TestReadsWhatTheStandardLibraryWrites(t *testing.T) {
	cell := rapid.StringMatching("[a-c,;\"\n |é]{0,6}")
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 2), 1, 20).Draw(rt, "rows")
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		w.UseCRLF = rapid.Bool().Draw(rt, "crlf")
		w.Write([]string{"a", "b"})
		w.WriteAll(rows)
		head, err := ReadHead(bytes.NewReader(buf.Bytes()), Options{Comma: ','}, 1000)
		if err != nil {
			rt.Fatal(err)
		}
		var want [][]string
		for _, r := range rows {
			got := []string{r[0], r[1]}
			if w.UseCRLF {
				got[0], got[1] = strings.ReplaceAll(r[0], "\n", "\r\n"), strings.ReplaceAll(r[1], "\n", "\r\n")
			}
			want = append(want, got)
		}
		if d := cmp.Diff(want, head.Rows); d != "" {
			rt.Fatal(d)
		}
	})
}

func TestBlocksMakeNoDifference(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,a,b\n")
	for i := range 300_000 {
		fmt.Fprintf(&b, "%d,\"name, %d\n\"\"x\"\"\",v%d\n", i, i%1000, i%7)
	}
	var want []string
	for _, workers := range []int{1, 3} {
		tab := table(t, "a", "b")
		if _, err := Read(t.Context(), tab, strings.NewReader(b.String()), Options{ID: "id", Workers: workers}); err != nil {
			t.Fatal(err)
		}
		got := dump(tab, "a", "b")
		if len(got) != 300_000 || got[123_456] != "123456/name, 456\n\"x\"/v4" {
			t.Fatalf("%d records, %q", len(got), got[min(123_456, len(got)-1)])
		}
		if want != nil && !cmp.Equal(want, got) {
			t.Fatal("workers make a difference")
		}
		want = got
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a,b\n\"x\"\"\",y\n")
	f.Add("a;b\r\n\"")
	f.Fuzz(func(t *testing.T, text string) {
		tab := table(t, "a")
		rep, err := Read(t.Context(), tab, strings.NewReader(text), Options{})
		if err == nil && int64(tab.Len()) != rep.Records {
			t.Fatalf("%d records in the table, %+v", tab.Len(), rep)
		}
		if err != nil && !errors.Is(err, ErrFormat) {
			t.Fatal(err)
		}
	})
}
