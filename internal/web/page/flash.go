package page

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

const flashCookie = "tepat-kabar"

// notice is the strip above the next page: what was just done, and its undo.
type notice struct {
	Text string `json:"t"`
	Undo string `json:"u,omitempty"` // path that takes it back by POST
	Bad  bool   `json:"b,omitempty"`
}

// newFlashKey makes the key that keeps others from writing our notices; they
// live for one redirect, so it need not survive a restart.
func newFlashKey() []byte {
	key := make([]byte, 32)
	rand.Read(key) //nolint:errcheck // never fails (crypto/rand)
	return key
}

// Flash shows the text key, filled with args, above the next page; call it
// before Redirect. undo is the path that takes the deed back by POST, or "".
// args must not hold a NIK or KK in digits.
func (r *Request) Flash(undo, key string, args ...any) {
	r.setFlash(notice{Text: r.T(key, args...), Undo: undo})
}

// FlashBad is Flash for a deed that did not happen.
func (r *Request) FlashBad(key string, args ...any) {
	r.setFlash(notice{Text: r.T(key, args...), Bad: true})
}

func (r *Request) setFlash(n notice) {
	raw, err := json.Marshal(n)
	if err != nil || len(raw) > 2500 {
		return // a notice that cannot be kept is not worth failing the deed
	}
	body := base64.RawURLEncoding.EncodeToString(raw)
	http.SetCookie(r.W, &http.Cookie{Name: flashCookie, Value: body + "." + r.kernel.sign(body), Path: "/", MaxAge: 120,
		HttpOnly: true, Secure: r.kernel.cfg.Secure, SameSite: http.SameSiteLaxMode})
}

// takeFlash returns the waiting notice, once.
func (r *Request) takeFlash() *notice {
	c, err := r.R.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(r.W, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: r.kernel.cfg.Secure, SameSite: http.SameSiteLaxMode})
	body, mac, _ := strings.Cut(c.Value, ".")
	if !hmac.Equal([]byte(mac), []byte(r.kernel.sign(body))) {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return nil
	}
	var n notice
	if err := json.Unmarshal(raw, &n); err != nil {
		return nil
	}
	return &n
}

func (k *Kernel) sign(body string) string {
	m := hmac.New(sha256.New, k.flashKey)
	m.Write([]byte(body))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}
