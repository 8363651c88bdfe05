package main

import "testing"

func TestTidy(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{"Ujumbou.", "Ujumbou"},
		{"Teuw*", "Teuw"},
		{`Ra"as`, "Ra'as"},
		{`T"Singa`, "T'Singa"},
		{"Udek Du’en", "Udek Du'en"},
		{"Bua ' Tarrung", "Bua' Tarrung"},
		{"Way 'U'", "Way 'U'"},
		{"Pani'i", "Pani'i"},
		{"Na IX - X", "Na IX-X"},
		{"Abar- abir", "Abar-abir"},
		{"Oro-oro Ombo", "Oro-oro Ombo"},
		{"Konda/ Kondaga", "Konda/Kondaga"},
		{"Lubuk Pakam I,II", "Lubuk Pakam I, II"},
		{"Telaga baru", "Telaga Baru"},
		{"wonokromo", "Wonokromo"},
		{"2 x 11 Kayu Tanam", "2 x 11 Kayu Tanam"},
		{"Rantau KarauTengah", "Rantau Karau Tengah"},
		{"SoE", "SoE"},
		{"KI'E", "Ki'e"},
		{"RD. PJKA", "RD. PJKA"},
		{"Ogoamas II", "Ogoamas II"},
		{"Cemaga Utara (Singgang Bulan)", "Cemaga Utara (Singgang Bulan)"},
		{"  Ranai \u00a0 Kota ", "Ranai Kota"},
	} {
		if got := tidy(c.raw); got != c.want {
			t.Errorf("tidy(%q) = %q, want %q", c.raw, got, c.want)
		}
		if got := tidy(c.want); got != c.want {
			t.Errorf("tidy is not stable: %q becomes %q", c.want, got)
		}
	}
}
