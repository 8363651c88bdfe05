package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"tepat/internal/account"
	"tepat/internal/i18n"
	"tepat/internal/ledger"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

// Diagnosis is what the doctor found.
type Diagnosis struct {
	Problems []Problem         `json:"problems"`
	Facts    map[string]string `json:"facts"`
}

// Bad reports whether something keeps the office from working.
func (d Diagnosis) Bad() bool {
	for _, p := range d.Problems {
		if p.Fatal {
			return true
		}
	}
	return false
}

// Diagnose looks at settings, files and database and names what is wrong.
func Diagnose(ctx context.Context, cfg Config) Diagnosis {
	d := Diagnosis{Problems: cfg.Check(), Facts: map[string]string{}}
	a, err := Open(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		d.Problems = append(d.Problems, Problem{"data", Say(err), true})
		return d
	}
	defer a.Close()
	d.Facts["kabupaten"] = a.Scope().Label()
	d.Facts["basis data"] = string(a.DB.Engine())
	if word, err := a.DB.IntegrityCheck(ctx); err != nil || word != "ok" {
		d.Problems = append(d.Problems, Problem{"database", fmt.Sprintf("Pemeriksaan berkas basis data: %s %v. Pulihkan dari cadangan.", word, err), true})
	}
	d.ledger(ctx, a)
	sizes, err := a.Sizes()
	if err != nil {
		d.Problems = append(d.Problems, Problem{"data", err.Error(), false})
	}
	for name, n := range sizes {
		d.Facts["ukuran "+name] = fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	if _, err := os.Stat(a.blobKey()); err != nil {
		d.Problems = append(d.Problems, Problem{"kunci", "Kunci berkas tidak ada: dokumen yang diunggah tidak akan terbuka. Pulihkan dari cadangan.", true})
	}
	return d
}

func (d *Diagnosis) ledger(ctx context.Context, a *App) {
	state, err := ledger.StateOf(ctx, a.DB.Read(), string(a.Regency))
	if err != nil {
		d.Problems = append(d.Problems, Problem{"buku jejak", Say(err), true})
		return
	}
	d.Facts["entri buku jejak"] = fmt.Sprint(state.Size)
	d.Facts["sidik"] = state.Fingerprint
	if key, _, err := a.signerMemory(ctx); err == nil && key != "" {
		d.Facts["kunci publik buku jejak"] = key
	}
	if len(a.Witnesses) == 0 {
		d.Problems = append(d.Problems, Problem{"witness", "Belum ada saksi. Tanpa saksi di luar, pemilik basis data bisa menulis ulang semuanya. Pasang `tepat witness` di inspektorat.", false})
	}
}

// RouteTable returns every route without opening an installation.
func RouteTable() []page.Route { return (&App{}).Routes() }

// RoleName is the office's word for a role.
func (a *App) RoleName(r account.Role) string { return a.Text("role." + string(r)) }

// Text is a sentence without arguments, for the terminal.
func (a *App) Text(key string) string {
	cat, err := i18n.Load(Texts()...)
	if err != nil {
		return key
	}
	return cat.Printer(i18n.Default).T(key)
}

// Sentences spells the findings of a report.
func (a *App) Sentences(r *ledger.Report) []string {
	cat, err := i18n.Load(Texts()...)
	if err != nil {
		return []string{err.Error()}
	}
	p := cat.Printer(i18n.Default)
	out := make([]string, len(r.Findings))
	for i, f := range r.Findings {
		out[i] = p.T(f.Key, f.Args...)
	}
	return out
}

// UserLine is a user for the command line.
type UserLine struct {
	Username string `json:"username"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Area     string `json:"area"`
	State    string `json:"state"`
}

// Users lists the accounts of the installation.
func (a *App) Users(ctx context.Context) ([]UserLine, error) {
	list, err := account.Users(ctx, a.DB.Read(), a.Scope(), account.Filter{})
	if err != nil {
		return nil, err
	}
	out := make([]UserLine, len(list))
	for i, u := range list {
		state := "aktif"
		if !u.Active {
			state = "nonaktif"
		}
		out[i] = UserLine{u.Username, u.Name, string(u.Role), u.Scope.Label(), state}
	}
	return out, nil
}

// FirstAdmin invites the administrator of a new installation.
func (a *App) FirstAdmin(ctx context.Context, username, name string) (string, error) {
	_, password, err := a.Invite(ctx, username, account.Details{Name: name, Role: account.Admin, Areas: []region.Code{a.Regency}})
	return password, err
}
