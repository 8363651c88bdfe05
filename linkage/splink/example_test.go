package splink_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"tepat/linkage"
	"tepat/linkage/indonesia"
	"tepat/linkage/splink"
)

func ExampleRead() {
	settings := `{
	  "link_type": "dedupe_only", "sql_dialect": "duckdb",
	  "blocking_rules_to_generate_predictions": ["l.surname = r.surname and substr(l.first_name, 1, 2) = substr(r.first_name, 1, 2)"],
	  "comparisons": [{"output_column_name": "surname", "comparison_levels": [
	    {"sql_condition": "surname_l IS NULL OR surname_r IS NULL", "is_null_level": true},
	    {"sql_condition": "surname_l = surname_r", "label_for_charts": "equal", "m_probability": 0.9, "u_probability": 0.01},
	    {"sql_condition": "jaro_winkler_similarity(surname_l, surname_r) >= 0.9", "label_for_charts": "alike"},
	    {"sql_condition": "ELSE"}]}]}`
	s, err := splink.Read(strings.NewReader(settings))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range s.Model.Comparisons[0].Levels {
		fmt.Println(l.Label, l.Test.Op, l.Test.Threshold)
	}
	fmt.Println(s.Model.Blocking[0])
	// Output:
	// equal exact 0
	// alike jaro_winkler 0.9
	// ELSE else 0
	// surname + first_name prefix 2
}

// TestTheIndonesianModelInSplink reduces the model for Indonesian records to
// what Splink can run, and takes it there and back.
func TestTheIndonesianModelInSplink(t *testing.T) {
	m := indonesia.Model(linkage.LinkAndDedupe, map[indonesia.Role]string{
		indonesia.NIK: "NIK", indonesia.KK: "NO_KK", indonesia.Name: "NAMA", indonesia.BirthDate: "TGL_LHR", indonesia.SexRole: "JK", indonesia.Mother: "IBU",
		indonesia.Village: "DESA", indonesia.Kecamatan: "KEC", indonesia.RT: "RT", indonesia.Address: "ALAMAT", indonesia.Phone: "HP", indonesia.BirthPlace: "TMPT"})
	if err := splink.New(m, splink.Spark).Write(&bytes.Buffer{}); err == nil {
		t.Fatal("the words of names were written")
	}
	for _, d := range []splink.Dialect{splink.DuckDB, splink.Spark} {
		small, left := splink.Reduce(m, d)
		if len(left) == 0 || len(small.Comparisons) < 8 || len(small.Blocking) < 4 {
			t.Errorf("%d comparisons, %d rules, without %v", len(small.Comparisons), len(small.Blocking), left)
		}
		var b bytes.Buffer
		if err := splink.New(small, d).Write(&b); err != nil {
			t.Fatal(err)
		}
		s, err := splink.Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Model.Comparisons) != len(small.Comparisons) || len(s.Model.Blocking) != len(small.Blocking) {
			t.Errorf("%d comparisons and %d rules came back", len(s.Model.Comparisons), len(s.Model.Blocking))
		}
	}
}
