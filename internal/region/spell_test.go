package region

import "testing"

func TestCodesSpellThemselves(t *testing.T) {
	for code, want := range map[Code][3]string{
		"2103051008": {"Sedanau", "Kelurahan Sedanau", "Sedanau, Bunguran Barat"},
		"210305":     {"Bunguran Barat", "Kecamatan Bunguran Barat", "Bunguran Barat"},
		"2103":       {"Natuna", "Kabupaten Natuna", "Natuna"},
		"2103059999": {"21.03.05.9999", "21.03.05.9999", "21.03.05.9999, Bunguran Barat"},
		"":           {"", "", ""},
	} {
		if got := [3]string{code.Name(), code.Title(), code.Where()}; got != want {
			t.Errorf("%s is spelled %q, want %q", code, got, want)
		}
	}
}
