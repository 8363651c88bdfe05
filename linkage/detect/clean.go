package detect

import "strings"

// The cleaners that proposed models name: those of package linkage, and the two
// of Cleaners.
func cleanLetters() []string    { return []string{"known", "ascii", "lower", "letters"} }
func cleanLower() []string      { return []string{"known", "lower", "spaces"} }
func cleanDigits() []string     { return []string{"known", "digits"} }
func cleanCode() []string       { return []string{"known", "lower", "alnum"} }
func cleanDate() []string       { return []string{"known", "date"} }
func cleanMonthFirst() []string { return []string{"known", "date_mdy"} }
func cleanSex() []string        { return []string{"known", "sex"} }
func cleanMailUser() []string   { return []string{"known", "lower", "before_at"} }

// Cleaners are those that proposed models need beside the built-in ones; give
// them to linkage.Options.
func Cleaners() map[string]func(string) string {
	return map[string]func(string) string{"sex": sex, "before_at": beforeAt}
}

var sexes = map[string]string{"m": "m", "male": "m", "man": "m", "boy": "m", "l": "m", "lk": "m", "laki": "m", "laki-laki": "m", "laki - laki": "m", "laki2": "m",
	"pria": "m", "f": "f", "female": "f", "woman": "f", "girl": "f", "w": "f", "p": "f", "pr": "f", "perempuan": "f", "wanita": "f"}

// sex writes the sexes of either language as m and f; what is neither stays.
func sex(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if v, ok := sexes[s]; ok {
		return v
	}
	return s
}

func beforeAt(s string) string {
	user, _, _ := strings.Cut(strings.TrimSpace(s), "@")
	return user
}
