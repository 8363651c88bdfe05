// Command matchmodel trains the model that the registry brings along, from
// invented sources, and writes it where the build embeds it:
//
//	go run ./tools/matchmodel
//
// It owns that one file. It refuses real data: an office trains its own model
// in the program, from its own registry.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"tepat/internal/demo"
	"tepat/internal/registry"
	"tepat/linkage"
	"tepat/linkage/csvfile"
	"tepat/linkage/indonesia"
)

const target = "internal/registry/match_model.json"

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "matchmodel:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "matchmodel-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if _, err := demo.WriteLinkage(ctx, demo.LinkageOptions{Regency: "7203", Records: 400_000, Seed: 11}, dir, nil); err != nil {
		return err
	}
	m, err := train(ctx, dir)
	if err != nil {
		return err
	}
	shorten(m)
	var out bytes.Buffer
	if err := m.Save(&out); err != nil {
		return err
	}
	return os.WriteFile(target, out.Bytes(), 0o644)
}

// train learns from the sources, which hold no mothers, and adds those.
func train(ctx context.Context, dir string) (*linkage.Model, error) {
	fields := registry.MatchFields()
	roles := map[indonesia.Role]string{}
	for role, field := range registry.MatchRoles() {
		if role != indonesia.Mother {
			roles[role] = field
		}
	}
	m := indonesia.Model(linkage.LinkAndDedupe, roles)
	m.Seed = 1
	t, err := linkage.NewTable(m, slices.DeleteFunc(fields, func(f string) bool { return f == "mother" }), registry.MatchOptions())
	if err != nil {
		return nil, err
	}
	for _, source := range []string{demo.SourceCivil, demo.SourceWelfare, demo.SourceVillage} {
		report, err := csvfile.ReadFile(ctx, t, filepath.Join(dir, source+".csv"), csvfile.Options{Source: source, Clean: source == demo.SourceCivil, ID: "id",
			Columns: map[string]string{"name": "nama", "birth": "tanggal_lahir", "sex": "jenis_kelamin", "village": "desa"}})
		if err != nil {
			return nil, err
		}
		fmt.Println(source, report.Records)
	}
	said, err := m.Train(ctx, t, registry.MatchOptions())
	if err != nil {
		return nil, err
	}
	fmt.Printf("%d iterations, %d candidates, %.0f matches, %v\n", said.Iterations, said.Candidates, said.Matches, said.Warnings)
	m.KeepFrequencies(t, 60)
	delete(m.Frequencies, "village") // places are of the regency, names of the people
	return withMother(m), nil
}

// withMother returns the whole model with what m learned. Mothers' names get
// the probabilities of an older generation's names as civil registries write
// them: a little less alike between sources than the names of people
// themselves, and often shared in a house, as brothers and sisters do.
func withMother(m *linkage.Model) *linkage.Model {
	out := registry.NewMatchModel()
	learned := map[string]linkage.Comparison{}
	for _, c := range m.Comparisons {
		learned[c.Name] = c
	}
	mother := map[string][3]float64{"same": {.78, .0012, .33}, "same by ear": {.07, .0015, .01}, "a short form": {.06, .004, .02}, "alike": {.04, .012, .02},
		"a word in common": {.02, .05, .05}, "other": {.03, .9313, .57}}
	var house []float64
	for i := range out.Comparisons {
		c := &out.Comparisons[i]
		if known, ok := learned[c.Name]; ok {
			*c = known
			continue
		}
		for k := range c.Levels {
			p := mother[c.Levels[k].Label]
			c.Levels[k].M, c.Levels[k].U = p[0], p[1]
			house = append(house, p[2])
		}
	}
	out.Prior, out.Threshold, out.Seed, out.Frequencies = m.Prior, m.Threshold, m.Seed, m.Frequencies
	out.HouseholdU, out.HouseholdPrior, out.RelativesU, out.RelativesPrior = m.HouseholdU, m.HouseholdPrior, m.RelativesU, m.RelativesPrior
	for _, class := range []map[string][]float64{out.HouseholdU, out.RelativesU} {
		if len(class) > 0 {
			class["mother"] = house
		}
	}
	return out
}

// shorten rounds what was learned to six digits: more say nothing, and sixteen
// look like somebody's number to the test that watches for those.
func shorten(m *linkage.Model) {
	six := func(p *float64) { *p, _ = strconv.ParseFloat(strconv.FormatFloat(*p, 'g', 6, 64), 64) }
	for _, c := range m.Comparisons {
		for k := range c.Levels {
			six(&c.Levels[k].M)
			six(&c.Levels[k].U)
			if c.Levels[k].TF != nil {
				six(&c.Levels[k].TF.Base)
			}
		}
	}
	for _, class := range []map[string][]float64{m.HouseholdU, m.RelativesU} {
		for _, list := range class {
			for i := range list {
				six(&list[i])
			}
		}
	}
	for _, p := range []*float64{&m.Prior, &m.HouseholdPrior, &m.RelativesPrior, &m.Threshold} {
		six(p)
	}
	for _, values := range m.Frequencies {
		for v, share := range values {
			six(&share)
			values[v] = share
		}
	}
}
