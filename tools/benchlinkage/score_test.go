package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// TestJudgeAgreesWithBruteForce counts all pairs of small answers by hand.
func TestJudgeAgreesWithBruteForce(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(rt, "records")
		person := rapid.SliceOfN(rapid.IntRange(0, 8), n, n).Draw(rt, "people")
		cluster := rapid.SliceOfN(rapid.IntRange(0, 8), n, n).Draw(rt, "clusters")
		truth, answer := "sumber,id,orang\n", "cluster_id,source,id\n"
		var both, found, match int64
		var precision, recall float64
		for i := range n {
			truth += fmt.Sprintf("a,%c%05d,p%d\n", 'A'+i%3, i, person[i])
			answer += fmt.Sprintf("\"c,%d\",a,%c%05d\n", cluster[i], 'A'+i%3, i)
			var b, f, m float64
			for j := range n {
				sameCluster, samePerson := cluster[i] == cluster[j], person[i] == person[j]
				add := func(yes bool, share *float64, pairs *int64) {
					if yes {
						*share++
						if j < i {
							*pairs++
						}
					}
				}
				add(sameCluster && samePerson, &b, &both)
				add(sameCluster, &f, &found)
				add(samePerson, &m, &match)
			}
			precision, recall = precision+b/f/float64(n), recall+b/m/float64(n)
		}
		for name, text := range map[string]string{"truth.csv": truth, "answer.csv": answer} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				rt.Fatal(err)
			}
		}
		p, err := readPeople(filepath.Join(dir, "truth.csv"))
		if err != nil {
			rt.Fatal(err)
		}
		q, err := judge(filepath.Join(dir, "answer.csv"), p, "id", "cluster_id")
		if err != nil {
			rt.Fatal(err)
		}
		if p.pairs != match || q.P != ratio(both, found) || q.R != ratio(both, match) || math.Abs(q.B3-harmonic(precision, recall)) > 1e-9 {
			rt.Fatalf("%+v, want %d of %d and %d, B³ %.6f", q, both, found, match, harmonic(precision, recall))
		}
	})
}

func TestJudgeRefusesAnotherAnswer(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	p, err := readPeople(write("truth.csv", "sumber,id,orang\na,A1,x\na,A2,x\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"a record less": "cluster_id,id\n1,A1\n",
		"a stranger":    "cluster_id,id\n1,A1\n1,A3\n",
		"no column":     "cluster,id\n1,A1\n1,A2\n",
		"a short row":   "cluster_id,id\n1\n",
	} {
		if _, err := judge(write("answer.csv", text), p, "id", "cluster_id"); err == nil {
			t.Errorf("%s was judged", name)
		}
	}
}
