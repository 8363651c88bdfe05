package indonesia

// CleanSex gives "L" for a man and "P" for a woman, "" for anything else:
// L, LK, LAKI-LAKI, PRIA, M, MALE, 1; P, PR, PEREMPUAN, WANITA, W, F, 2.
func CleanSex(s string) string {
	if len(s) == 1 {
		switch s[0] {
		case 'L', 'l', 'M', 'm', '1':
			return "L"
		case 'P', 'p', 'W', 'w', 'F', 'f', '2':
			return "P"
		}
		return ""
	}
	var t text
	t.split(s, true)
	if t.count == 0 {
		return ""
	}
	switch b := t.bytes(0); string(b) {
	case "L", "LK", "LAKI", "LAKILAKI", "LELAKI", "PRIA", "M", "MALE", "COWOK", "1", "01":
		return "L"
	case "P", "PR", "PRP", "PEREMPUAN", "WANITA", "W", "F", "FEMALE", "CEWEK", "2", "02":
		return "P"
	}
	return ""
}

// CleanPhone gives an Indonesian telephone number as 62 and the digits after
// the zero, of 10 to 14 digits together, "" for anything else. A lost leading
// zero is put back; of two numbers in a cell the first is taken.
func CleanPhone(s string) string {
	var b [20]byte
	n := copy(b[:], "62")
	start := n
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			if n == len(b) {
				return ""
			}
			b[n] = c
			n++
		case (c == '/' || c == ',' || c == ';' || c == '&') && n-start >= 9:
			i = len(s)
		case c == 'E' || c == 'e':
			return ""
		}
	}
	d := b[start:n]
	switch {
	case hasPrefix(d, "0062"):
		d = d[4:]
	case hasPrefix(d, "62"):
		d = d[2:]
	}
	for len(d) > 0 && d[0] == '0' {
		d = d[1:]
	}
	if len(d) < 8 || len(d) > 12 || onlyOne(d) {
		return ""
	}
	return string(append(append(make([]byte, 0, 16), "62"...), d...))
}

func onlyOne(b []byte) bool {
	for _, c := range b {
		if c != b[0] {
			return false
		}
	}
	return true
}
