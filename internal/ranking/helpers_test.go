package ranking

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"tepat/internal/region"
)

// stringsInCode returns every string in the code that looks like a text's key.
func stringsInCode(t *testing.T) []string {
	t.Helper()
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var used []string
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), ".go") || strings.HasSuffix(n.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), n.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(node ast.Node) bool {
			lit, ok := node.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, err := strconv.Unquote(lit.Value)
			if err == nil && strings.HasPrefix(s, "ranking.") && s == strings.ToLower(s) {
				used = append(used, s)
			}
			return true
		})
	}
	return used
}

// regency makes n candidates the way a programme brings them.
func regency(n int) []Candidate {
	out := make([]Candidate, n)
	keys := make([]int64, 3*n)
	for i := range out {
		k := keys[3*i : 3*i+3 : 3*i+3]
		k[0], k[1], k[2] = int64(i*7919%(n/2+1)), int64(60+i%40), int64(i%2)
		out[i] = Candidate{
			ID: fmt.Sprintf("0192f0c1-aaaa-7bbb-8ccc-%012d", i), Keys: k, Cost: 700_000,
			Village: region.Code(fmt.Sprintf("2103%02d20%02d", 1+i%17, 1+i%9)),
		}
		if i%20 == 0 {
			out[i].Missing = 1
		}
	}
	return out
}

func BenchmarkRank320000(b *testing.B) {
	cs := regency(320_000)
	spec := Spec{Quota: 9_742, Reserve: 1_000, Seed: "benih", Keys: []KeySpec{
		{"peringkat_kab_kota", Ascending, MissingAfter}, {"age", Descending, MissingAfter}, {"lives_alone", Descending, MissingAfter}}}
	for k := range 17 {
		spec.Floors = append(spec.Floors, Floor{region.Code(fmt.Sprintf("2103%02d", k+1)), 100})
	}
	for b.Loop() {
		r, err := Rank(spec, cs)
		if err != nil || r.In != spec.Quota {
			b.Fatal(err)
		}
	}
}

func BenchmarkDigest320000(b *testing.B) {
	spec := Spec{Quota: 9_742, Seed: "benih", Keys: []KeySpec{
		{"peringkat_kab_kota", Ascending, MissingAfter}, {"age", Descending, MissingAfter}, {"lives_alone", Descending, MissingAfter}}}
	r, err := Rank(spec, regency(320_000))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := r.Digest(); err != nil {
			b.Fatal(err)
		}
	}
}
