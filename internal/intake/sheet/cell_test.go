package sheet

import "testing"

func TestDigitsNeverPassThroughAFloat(t *testing.T) {
	cases := []struct {
		kind CellKind
		text string
		want string
		how  Precision
	}{
		{Text, "2103991505900001", "2103991505900001", Typed},
		{Text, " 2103991505900001 ", "2103991505900001", Typed},
		{Text, "2,10307E+15", "2,10307E+15", Lost},
		{Text, "2.10307E+15", "2.10307E+15", Lost},
		{Text, "E+15", "E+15", NotDigits},
		{Text, "12E", "12E", NotDigits},
		{Text, "SITI", "SITI", NotDigits},
		{Text, "", "", NotDigits},
		{Number, "2103991505900001", "2103991505900001", Numeric},
		{Number, "2103991505900010", "2103991505900010", Doubtful},
		{Number, "2.1039915059E+15", "2103991505900000", Doubtful},
		{Number, "2.103991505900001E15", "2103991505900001", Numeric},
		{Number, "9271990101019999", "9271990101019999", Doubtful},
		{Number, "9007199254740992", "9007199254740992", Numeric},
		{Number, "9007199254740993", "9007199254740993", Doubtful},
		{Number, "99999999999999999999999", "99999999999999999999999", Doubtful},
		{Number, "123456789012345", "123456789012345", Numeric},
		{Number, "7.0", "7", Numeric},
		{Number, "0", "0", Numeric},
		{Number, "007", "7", Numeric},
		{Number, "1200E-2", "12", Numeric},
		{Number, "0.5", "0.5", NotDigits},
		{Number, "12.5E0", "12.5E0", NotDigits},
		{Number, "-3", "-3", NotDigits},
		{Number, "1E999999999", "1E999999999", NotDigits},
		{Date, "33008", "33008", NotDigits},
	}
	for _, c := range cases {
		got, how := Cell{Text: c.text, Kind: c.kind}.Digits()
		if got != c.want || how != c.how {
			t.Errorf("Digits(%q) = %q, %d, want %q, %d", c.text, got, how, c.want, c.how)
		}
	}
}

func TestDatesOfBothEpochs(t *testing.T) {
	cases := []struct {
		text string
		mac  bool
		want string // empty: no date
	}{
		{"33008", false, "1990-05-15"},
		{"31546", true, "1990-05-15"},
		{"33008.75", false, "1990-05-15"},
		{"33007.9999999999", false, "1990-05-15"},
		{"1", false, "1900-01-01"},
		{"59", false, "1900-02-28"},
		{"60", false, ""},
		{"61", false, "1900-03-01"},
		{"2958465", false, "9999-12-31"},
		{"2958466", false, ""},
		{"1", true, "1904-01-02"},
		{"0", false, ""},
		{"0.5", false, ""},
		{"-5", false, ""},
		{"1E300", false, ""},
		{"x", false, ""},
		{"1990-05-15T00:00:00", false, "1990-05-15"},
		{"1990-02-31T00:00:00", false, ""},
	}
	for _, c := range cases {
		d, ok := Cell{Text: c.text, Kind: Date, Epoch1904: c.mac}.Date()
		if ok != (c.want != "") || d.String() != c.want {
			t.Errorf("Date(%q, 1904 %v) = %v, %v, want %q", c.text, c.mac, d, ok, c.want)
		}
	}
	if _, ok := (Cell{Text: "1990-05-15", Kind: Text}).Date(); ok {
		t.Error("text is not a date cell")
	}
}

func TestDateFormats(t *testing.T) {
	cases := map[string]bool{
		"dd/mm/yyyy": true, "[$-421]d mmmm yyyy;@": true, "mmm-yy": true, "mm:ss.0": true, "DD-MM-YY": true,
		"General": false, "0.00": false, `"Rp"#,##0`: false, "[$Rp-421]#,##0": false, `0 "hari"`: false,
		"[Red]0;[Blue]d": false, `\d0`: false, "@": false, "": false, `0"d`: false, "_d0": false, "Standard": false,
	}
	for code, want := range cases {
		if got := isDateFormat(code); got != want {
			t.Errorf("isDateFormat(%q) = %v", code, got)
		}
	}
}

func TestColumnNames(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := ColumnName(i); got != want {
			t.Errorf("ColumnName(%d) = %q, want %q", i, got, want)
		}
		if got, ok := columnOf([]byte(want + "7")); !ok || got != i {
			t.Errorf("columnOf(%q) = %d, %v", want, got, ok)
		}
	}
}
