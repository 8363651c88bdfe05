package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/i18n"
	"tepat/internal/ledger"
	"tepat/internal/region"
	"tepat/internal/registry"
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

// Diagnose looks at settings, files and database and names what is wrong. With
// repair it makes derived tables anew that differ from what they follow from;
// nothing may serve the installation meanwhile.
func Diagnose(ctx context.Context, cfg Config, repair bool) Diagnosis {
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
	d.derived(ctx, a, repair)
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

// derived compares what is kept for speed with what it follows from.
func (d *Diagnosis) derived(ctx context.Context, a *App, repair bool) {
	const setting = "data turunan"
	var drift registry.Drift
	err := a.DB.Snapshot(ctx, func(q db.Querier) error {
		var err error
		drift, err = registry.DriftOf(ctx, q, string(a.Regency))
		return err
	})
	switch {
	case err != nil:
		d.Problems = append(d.Problems, Problem{setting, Say(err), true})
	case drift == registry.Drift{}:
		d.Facts[setting] = "sama dengan asalnya"
	case !repair:
		d.Problems = append(d.Problems, Problem{setting, drifted(drift) + " Hentikan server, lalu jalankan `tepat doctor --repair`.", true})
	default:
		if err = a.Own(); err == nil {
			err = a.DB.Write(ctx, a.System("dokter"), func(tx *db.Tx) error { return registry.Rebuild(ctx, tx) })
		}
		if err != nil {
			d.Problems = append(d.Problems, Problem{setting, drifted(drift) + " Belum dibetulkan: " + Say(err), true})
			return
		}
		d.Facts[setting] = "dibuat ulang. " + drifted(drift)
	}
}

func drifted(d registry.Drift) string {
	var out []string
	if d.Cells > 0 {
		out = append(out, fmt.Sprintf("Hitungan keluarga di %d sel berbeda dari daftarnya.", d.Cells))
	}
	if d.Names {
		out = append(out, "Indeks pencarian nama berbeda dari nama orang.")
	}
	return strings.Join(out, " ")
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
