package account

import (
	"slices"
	"strings"
	"time"

	"tepat/internal/fault"
	"tepat/internal/i18n"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// User is an account of one person. NIK and KK are the officer's own, for the
// conflict-of-interest register; they may be empty for auditors and
// administrators. SignedInAt is zero before the first sign-in.
type User struct {
	ID         id.User
	Regency    region.Code
	Username   string
	Name       string
	Role       Role
	Scope      region.Scope
	Position   string
	NIP        string
	NIK        nik.NIK
	KK         nik.KK
	Active     bool
	MustChange bool // a one-time password must be changed before anything else
	Lang       string
	Version    int64
	CreatedAt  time.Time
	ChangedAt  time.Time
	SignedInAt time.Time

	stamp string // changes with the password; a session carries it
}

// CleanLang returns lang when the interface speaks it, else the default.
func CleanLang(lang string) string {
	if slices.Contains(i18n.Langs[:], lang) {
		return lang
	}
	return i18n.Default
}

// Details are what an administrator writes about a person. Areas holds codes
// of kecamatan and villages, or the regency's own code for all of it.
type Details struct {
	Name     string
	Role     Role
	Areas    []region.Code
	Position string
	NIP      string
	NIK      nik.NIK
	KK       nik.KK
}

const (
	maxName     = 100 // characters
	maxPosition = 120
)

// check cleans d and judges it without the database.
func (d *Details) check() error {
	d.Name, d.Position, d.NIP = squeeze(d.Name), squeeze(d.Position), strings.ReplaceAll(d.NIP, " ", "")
	switch {
	case d.Name == "":
		return fault.NewInvalid("account.name_required").At("name")
	case len([]rune(d.Name)) > maxName:
		return fault.NewInvalid("account.too_long", maxName).At("name")
	case len([]rune(d.Position)) > maxPosition:
		return fault.NewInvalid("account.too_long", maxPosition).At("position")
	case !d.Role.Known():
		return fault.NewInvalid("account.role_unknown").At("role")
	case d.NIP != "" && (len(d.NIP) != 18 || !digits(d.NIP)):
		return fault.NewInvalid("account.nip").At("nip")
	case d.Role.TouchesPeople() && d.NIK == "":
		return fault.NewInvalid("account.nik_required").At("nik")
	case d.Role.TouchesPeople() && d.KK == "":
		return fault.NewInvalid("account.kk_required").At("kk")
	}
	return nil
}

// CleanUsername lowers and trims what was typed; the same person types
// "Budi " and "budi".
func CleanUsername(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

// checkUsername wants 3 to 40 of a–z, 0–9, dot, hyphen and underscore, a letter
// first: a NIK can then never be a username.
func checkUsername(name string) error {
	if len(name) < 3 || len(name) > 40 || name[0] < 'a' || name[0] > 'z' {
		return fault.NewInvalid("account.username").At("username")
	}
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return fault.NewInvalid("account.username").At("username")
		}
	}
	return nil
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
