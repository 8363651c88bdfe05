package program

import (
	"slices"

	"tepat/internal/evidence"
	"tepat/internal/region"
	"tepat/internal/rules"
)

// external are programmes that others give and whose lists offices receive
// (domain brief §3.1). The regency's own programmes stand in its table.
var external = map[string][2]string{
	"PKH":        {"PKH", "PKH"},
	"SEMBAKO":    {"Sembako (BPNT)", "Sembako (BPNT)"},
	"BLT-DD":     {"BLT Dana Desa", "village-fund cash (BLT-DD)"},
	"BLTS-KESRA": {"BLTS Kesra", "BLTS Kesra"},
	"PBI-JK":     {"PBI-JK", "PBI-JK"},
	"PIP":        {"PIP", "PIP"},
	"BST":        {"BST Kemensos", "BST of the ministry"},
	"BSU":        {"BSU", "wage subsidy (BSU)"},
	"ATENSI":     {"ATENSI", "ATENSI"},
	"PENA":       {"PENA", "PENA"},
	"RUTILAHU":   {"Rutilahu", "housing aid (Rutilahu)"},
}

// externalPrograms lists the codes of programmes that others give, sorted.
func externalPrograms() []string {
	out := make([]string, 0, len(external))
	for code := range external {
		out = append(out, code)
	}
	slices.Sort(out)
	return out
}

// factNames are the kinds of fact that rules may name.
var factNames = []struct {
	kind evidence.Kind
	id   string
	en   string
}{
	{evidence.ASN, "ASN, TNI, atau Polri", "civil servant, army or police"},
	{evidence.Pension, "penerima pensiun", "pensioner"},
	{evidence.VillageOfficial, "perangkat desa", "village official"},
	{evidence.Death, "meninggal", "dead"},
	{evidence.Left, "pindah ke luar kabupaten", "moved out of the regency"},
}

// elsewhere stands for "outside the regency, we do not know where": a code that
// no region has, so that it lies in no area at all.
const elsewhere region.Code = "99"

// areaName spells areas for sentences.
func areaName(c region.Code) string {
	if c == elsewhere {
		return "luar kabupaten"
	}
	return c.Title()
}

// vocabulary lists what rules may name: the own programmes first, then the
// external ones, then whatever else lists were received of.
func vocabulary(own []Program, listed map[string]bool) rules.Vocabulary {
	v := rules.Vocabulary{Area: areaName}
	seen := map[string]bool{}
	add := func(code, nameID, nameEN string) {
		if seen[code] || len(v.Programs) == rules.MaxTerms {
			return
		}
		seen[code] = true
		v.Programs = append(v.Programs, rules.Term{Code: code, NameID: nameID, NameEN: nameEN})
	}
	for _, p := range own {
		add(p.Code, p.Name, p.Name)
	}
	for _, code := range externalPrograms() {
		add(code, external[code][0], external[code][1])
	}
	for _, code := range sortedKeys(listed) {
		add(code, code, code)
	}
	for _, f := range factNames {
		v.Facts = append(v.Facts, rules.Term{Code: string(f.kind), NameID: f.id, NameEN: f.en})
	}
	return v
}

func sortedKeys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
