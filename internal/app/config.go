package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tepat/internal/fault"
	"tepat/internal/region"
	"tepat/internal/web/signin"
)

// Config is everything an office can set. Flags and TEPAT_* variables fill it;
// what is stored in the data folder (Settings) fills the rest.
type Config struct {
	Data        string        // folder of this installation
	Database    string        // SQLite file or postgres://…; "" is Data/tepat.db
	Addr        string        // where to listen, "localhost:8080"
	Secure      bool          // a proxy in front speaks TLS: cookies are Secure
	Proxies     []string      // addresses or networks of proxies whose X-Forwarded-For is believed
	Signer      string        // address of a signer run separately; "" starts one as a child
	SignerToken string        // file with its token; "" is the child's
	Witnesses   []string      // addresses of witnesses
	ClockOffset time.Duration // added to the system clock, for drills and tests
}

// Settings are written once into the data folder by `tepat init` or
// `tepat demo` and belong to the installation, not to the command line.
type Settings struct {
	Regency region.Code `json:"regency"` // "2103"
	Agency  string      `json:"agency"`  // "Dinas Sosial"
	Sample  bool        `json:"sample"`  // invented people
	Origin  string      `json:"origin"`  // name of the log, fixed for ever
}

// Paths inside the data folder.
func (c Config) settingsFile() string { return filepath.Join(c.Data, "tepat.json") }
func (c Config) blobDir() string      { return filepath.Join(c.Data, "berkas") }
func (c Config) blobKey() string      { return filepath.Join(c.Data, "kunci", "berkas.key") }
func (c Config) signerDir() string    { return filepath.Join(c.Data, "penandatangan") }
func (c Config) signerToken() string {
	if c.SignerToken != "" {
		return c.SignerToken
	}
	return filepath.Join(c.Data, "kunci", "penandatangan.token")
}

// DSN is the database to open.
func (c Config) DSN() string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.Data, "tepat.db")
}

// proxies are the proxies that are believed: those that the office names, or,
// when one speaks TLS and none is named, the one on this machine.
func (c Config) proxies() ([]netip.Prefix, error) {
	if len(c.Proxies) == 0 && c.Secure {
		return signin.Proxies([]string{"127.0.0.0/8", "::1"})
	}
	return signin.Proxies(c.Proxies)
}

// Now is the clock of the installation.
func (c Config) Now() time.Time { return time.Now().Add(c.ClockOffset) }

// ErrNotInstalled means that the data folder holds no installation yet.
var ErrNotInstalled = errors.New("folder data ini belum berisi Tepat; mulai dengan `tepat init` atau `tepat demo`")

// LoadSettings reads the installation's settings.
func (c Config) LoadSettings() (Settings, error) {
	b, err := os.ReadFile(c.settingsFile())
	if errors.Is(err, fs.ErrNotExist) {
		return Settings{}, fmt.Errorf("%s: %w", c.Data, ErrNotInstalled)
	}
	if err != nil {
		return Settings{}, err
	}
	var s Settings
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("%s: %w", c.settingsFile(), err)
	}
	if s.Regency.Level() != region.Regency {
		return s, fmt.Errorf("%s: %q bukan kode kabupaten/kota", c.settingsFile(), s.Regency)
	}
	return s, nil
}

// SaveSettings writes the settings of a new installation; an existing one is
// never overwritten, because the origin of a log must not change.
func (c Config) SaveSettings(s Settings) error {
	if s.Regency.Level() != region.Regency {
		return fmt.Errorf("%q bukan kode kabupaten/kota", s.Regency)
	}
	if s.Origin == "" {
		s.Origin = "tepat/" + string(s.Regency)
	}
	if err := os.MkdirAll(filepath.Join(c.Data, "kunci"), 0o700); err != nil {
		return err
	}
	b, err := json.MarshalIndent(s, "", "\t")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.settingsFile(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fault.NewConflict("app.not_empty", c.Data)
	}
	if err != nil {
		return err
	}
	if _, err := f.Write(append(b, '\n')); err != nil {
		f.Close()
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Problem is a setting that the doctor names.
type Problem struct {
	Setting string `json:"setting"`
	Saying  string `json:"saying"`
	Fatal   bool   `json:"fatal"`
}

// Check looks at the configuration without opening anything.
func (c Config) Check() []Problem {
	var out []Problem
	bad := func(setting, saying string, fatal bool) { out = append(out, Problem{setting, saying, fatal}) }
	if c.Data == "" {
		bad("data", "Folder data belum ditentukan. Beri --data atau TEPAT_DATA.", true)
	}
	host, _, err := net.SplitHostPort(c.Addr)
	switch {
	case err != nil:
		bad("addr", fmt.Sprintf("Alamat %q tidak terbaca. Contoh: localhost:8080 atau 0.0.0.0:8080.", c.Addr), true)
	case host != "localhost" && host != "127.0.0.1" && host != "::1" && !c.Secure:
		bad("addr", "Melayani jaringan tanpa TLS: kata sandi dan data warga lewat tanpa sandi. Pasang proxy TLS di depan dan beri --secure.", false)
	}
	if _, err := signin.Proxies(c.Proxies); err != nil {
		bad("proxy", "Alamat proxy tidak terbaca: "+err.Error()+". Contoh: 127.0.0.1 atau 10.0.0.0/8.", true)
	}
	if c.ClockOffset != 0 {
		bad("clock-offset", "Jam digeser "+c.ClockOffset.String()+": hanya untuk uji coba, jangan dipakai kantor.", false)
	}
	if strings.HasPrefix(c.Database, "postgres") && !strings.Contains(c.Database, "sslmode=") {
		bad("database", "Tulis sslmode secara terang, misalnya sslmode=verify-full, atau sslmode=disable untuk server di mesin yang sama.", false)
	}
	if info, err := os.Stat(c.Data); err == nil && info.Mode().Perm()&0o077 != 0 {
		bad("data", "Folder data terbaca pengguna lain di komputer ini. Jalankan: chmod 700 "+filepath.Base(c.Data), false)
	}
	return out
}
