package sheet

import (
	"regexp"
	"strings"
	"unicode"
)

// columnNumber is the " (5)" or "[5]" that some forms put behind a header.
var columnNumber = regexp.MustCompile(`[\s\p{Z}]*[(\[][\s\p{Z}]*-?\d{1,3}[\s\p{Z}]*[)\]][\s\p{Z}]*$`)

// Slug brings a header into the form in which headers are compared: lower-case letters
// and digits only, without a column number behind it. "No. KK", "NO_KK", "NoKK (3)" and
// "N O\nK K" are all "nokk".
func Slug(header string) string {
	header = columnNumber.ReplaceAllString(header, "")
	var b strings.Builder
	b.Grow(len(header))
	for _, r := range header {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
