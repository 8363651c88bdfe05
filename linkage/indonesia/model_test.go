package indonesia

import (
	"slices"
	"testing"

	"tepat/linkage"
)

func everyField() map[Role]string {
	return map[Role]string{NIK: "NIK", KK: "NO_KK", Name: "NAMA", BirthDate: "TGL_LHR", BirthPlace: "TMPT_LHR", SexRole: "JK", Mother: "IBU",
		Village: "DESA", Kecamatan: "KEC", RT: "RT", RW: "RW", Address: "ALAMAT", Phone: "HP"}
}

// checkModel finds what a table would refuse.
func checkModel(t *testing.T, m *linkage.Model, fields map[Role]string) {
	t.Helper()
	cleaners := Cleaners()
	columns := map[string]bool{}
	given := map[string]bool{}
	for _, f := range fields {
		given[f] = true
	}
	for _, c := range m.Columns {
		columns[c.Name] = true
		for _, f := range c.From {
			if !given[f] {
				t.Errorf("column %s reads %q", c.Name, f)
			}
		}
		for _, name := range c.Clean {
			if cleaners[name] == nil {
				t.Errorf("column %s wants cleaner %q", c.Name, name)
			}
		}
	}
	for _, c := range m.Comparisons {
		for _, l := range c.Levels {
			checkTest(t, l.Test, columns)
			if l.TF != nil && !columns[l.TF.Column] {
				t.Errorf("frequency of column %q", l.TF.Column)
			}
		}
		if c.Levels[len(c.Levels)-1].Test.Op != linkage.Else || len(c.Levels) > 14 {
			t.Errorf("levels of %s", c.Name)
		}
	}
	for _, r := range m.Blocking {
		for _, k := range r.Keys {
			if !columns[k.Column] {
				t.Errorf("rule on column %q", k.Column)
			}
		}
	}
	if len(m.Comparisons) > 15 || len(m.Blocking) == 0 {
		t.Errorf("%d comparisons, %d rules", len(m.Comparisons), len(m.Blocking))
	}
}

func checkTest(t *testing.T, x linkage.Test, columns map[string]bool) {
	t.Helper()
	for _, c := range x.Columns {
		if !columns[c] {
			t.Errorf("test %s of column %q", x.Op, c)
		}
	}
	if x.Op == linkage.Custom && Tests()[x.Func] == nil {
		t.Errorf("test %q is not there", x.Func)
	}
	for _, o := range x.Of {
		checkTest(t, o, columns)
	}
}

func TestModelUsesWhatExists(t *testing.T) {
	all := everyField()
	m := Model(linkage.LinkAndDedupe, all)
	checkModel(t, m, all)
	if len(m.Blocking) < 13 || m.Household != "kk" || len(m.Comparisons) != 10 {
		t.Errorf("%d rules, household %q, %d comparisons", len(m.Blocking), m.Household, len(m.Comparisons))
	}
	roles := slices.Sorted(mapsKeys(all))
	for mask := 1; mask < 1<<len(roles); mask += 37 {
		some := map[Role]string{Name: "NAMA"}
		for i, r := range roles {
			if mask>>i&1 == 1 {
				some[r] = all[r]
			}
		}
		checkModel(t, Model(linkage.Dedupe, some), some)
	}
}

func mapsKeys(m map[Role]string) func(func(Role) bool) {
	return func(yield func(Role) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func TestABirthDateMayComeFromTheNIK(t *testing.T) {
	clean := Cleaners()
	for _, c := range [][3]string{
		{CleanerBirth, "15 Mei 1990 2103990101800001", "1990-05-15"},
		{CleanerBirth, "2103991505900001", "1990-05-15"},
		{CleanerBirth, "1990 2103991505900001", "1990-05-15"},
		{CleanerBirth, "1991 2103991505900001", "1991-00-00"},
		{CleanerBirth, "15-05-1990", "1990-05-15"},
		{CleanerBirth, "NATUNA, 15 MEI 1990", "1990-05-15"},
		{CleanerSex, "PEREMPUAN 2103991505900001", "P"},
		{CleanerSex, "2103995505900001", "P"},
		{CleanerSex, "L", "L"},
		{CleanerNIKDate, "2103995505900001", "1990-05-15"},
		{CleanerBirth, "", ""},
	} {
		if got := clean[c[0]](c[1]); got != c[2] {
			t.Errorf("%s(%q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}
