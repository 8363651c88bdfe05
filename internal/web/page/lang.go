package page

import (
	"net/http"
	"slices"

	"tepat/internal/i18n"
)

const langCookie = "tepat-bahasa"

// langOf picks the language: the cookie (chosen on this machine), else the
// account's, else the office's.
func langOf(req *http.Request, account string) string {
	if c, err := req.Cookie(langCookie); err == nil && slices.Contains(i18n.Langs[:], c.Value) {
		return c.Value
	}
	if slices.Contains(i18n.Langs[:], account) {
		return account
	}
	return i18n.Default
}

// SetLang remembers the language on this machine for a year.
func (r *Request) SetLang(lang string) {
	if !slices.Contains(i18n.Langs[:], lang) {
		return
	}
	http.SetCookie(r.W, &http.Cookie{Name: langCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: r.kernel.cfg.Secure, SameSite: http.SameSiteLaxMode})
}
