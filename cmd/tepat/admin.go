package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"

	"tepat/internal/account"
	"tepat/internal/app"
	"tepat/internal/nik"
	"tepat/internal/region"
)

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

type migrateCmd struct{}

func (migrateCmd) Run(e *env) error {
	a, err := app.Open(e.ctx, e.config(""), e.logger())
	if err != nil {
		return err
	}
	defer a.Close()
	_, err = fmt.Fprintln(e.out, "Bentuk basis data sudah yang terbaru.")
	return err
}

type userCmd struct {
	Add  userAddCmd  `cmd:"" help:"Tambah pengguna; kata sandi sekali pakai dicetak."`
	List userListCmd `cmd:"" help:"Daftar pengguna."`
}

type userAddCmd struct {
	Username string   `arg:"" help:"Nama masuk."`
	Name     string   `help:"Nama lengkap." required:""`
	Role     string   `help:"Peran: village_operator, field_worker, operator, verifier, section_head, head, treasurer, distributor, auditor, admin." required:""`
	Area     []string `help:"Kode wilayah kerja; kosong berarti seluruh kabupaten."`
	Position string   `help:"Jabatan."`
	NIK      string   `help:"NIK petugas sendiri, untuk daftar benturan kepentingan; wajib kecuali admin dan inspektorat." env:"TEPAT_USER_NIK" placeholder:"16 ANGKA"`
	KK       string   `help:"Nomor KK petugas sendiri." env:"TEPAT_USER_KK" placeholder:"16 ANGKA"`
}

func (c userAddCmd) Run(e *env) error {
	a, err := app.Open(e.ctx, e.config(""), e.logger())
	if err != nil {
		return err
	}
	defer a.Close()
	d := account.Details{Name: c.Name, Role: account.Role(c.Role), Position: c.Position}
	d.NIK, _ = nik.ParseNIK(c.NIK) // an unusable number is empty, and account says that it is missing
	d.KK, _ = nik.ParseKK(c.KK)
	for _, s := range c.Area {
		code, err := region.ParseCode(s)
		if err != nil {
			return err
		}
		d.Areas = append(d.Areas, code)
	}
	if len(d.Areas) == 0 {
		d.Areas = []region.Code{a.Regency}
	}
	_, password, err := a.Invite(e.ctx, c.Username, d)
	if err != nil {
		return err
	}
	if e.JSON {
		return printJSON(e.out, map[string]string{"username": c.Username, "one_time_password": password})
	}
	_, err = fmt.Fprintf(e.out, "Pengguna %s dibuat. Kata sandi sekali pakai: %s\n", c.Username, password)
	return err
}

type userListCmd struct{}

func (userListCmd) Run(e *env) error {
	a, err := app.Open(e.ctx, e.config(""), e.logger())
	if err != nil {
		return err
	}
	defer a.Close()
	list, err := a.Users(e.ctx)
	if err != nil {
		return err
	}
	if e.JSON {
		return printJSON(e.out, list)
	}
	for _, u := range list {
		fmt.Fprintf(e.out, "%-16s %-24s %-18s %-30s %s\n", u.Username, u.Name, u.Role, u.Area, u.State)
	}
	return nil
}

type boundariesCmd struct {
	File string `arg:"" help:"Berkas GeoJSON berisi kecamatan." type:"existingfile"`
}

func (c boundariesCmd) Run(e *env) error {
	a, err := app.Open(e.ctx, e.config(""), e.logger())
	if err != nil {
		return err
	}
	defer a.Close()
	n, err := a.ImportBoundaries(e.ctx, c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "Batas %d kecamatan tersimpan; peta Beranda kini memakai bentuk sebenarnya.\n", n)
	return err
}

type backupCmd struct {
	File string `arg:"" help:"Berkas cadangan yang akan dibuat."`
}

func (c backupCmd) Run(e *env) error {
	a, err := app.Open(e.ctx, e.config(""), e.logger())
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Backup(e.ctx, c.File); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "Cadangan selesai: %s. Simpan satu salinan di luar kantor.\n", c.File)
	return err
}

type restoreCmd struct {
	File string `arg:"" help:"Berkas cadangan."`
}

func (c restoreCmd) Run(e *env) error {
	cfg := e.config("")
	m, err := app.Restore(e.ctx, cfg, c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "Dipulihkan ke %s dari cadangan %s.\nSebelum melayani: tepat verify --data %s --mirror <folder saksi>\n", cfg.Data, m.Made, cfg.Data)
	return err
}

type doctorCmd struct {
	Addr   string `help:"Alamat yang akan dipakai serve." default:"localhost:8080" env:"TEPAT_ADDR"`
	Repair bool   `help:"Buat ulang data turunan (indeks nama, hitungan) yang berbeda dari asalnya; server harus berhenti."`
}

func (c doctorCmd) Run(e *env) error {
	d := app.Diagnose(e.ctx, e.config(c.Addr), c.Repair)
	if e.JSON {
		if err := printJSON(e.out, d); err != nil {
			return err
		}
	} else {
		printDiagnosis(e, d)
	}
	if d.Bad() {
		return errFindings
	}
	return nil
}

func printDiagnosis(e *env, d app.Diagnosis) {
	for _, p := range d.Problems {
		mark := "!"
		if p.Fatal {
			mark = "✗"
		}
		fmt.Fprintf(e.out, "%s %s: %s\n", mark, p.Setting, p.Saying)
	}
	keys := make([]string, 0, len(d.Facts))
	for k := range d.Facts {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Fprintf(e.out, "  %-24s %s\n", k, d.Facts[k])
	}
	if len(d.Problems) == 0 {
		fmt.Fprintln(e.out, "✓ Tidak ada yang perlu dibetulkan.")
	}
}

type routesCmd struct{}

func (routesCmd) Run(e *env) error {
	routes := app.RouteTable()
	if e.JSON {
		return printJSON(e.out, routes)
	}
	for _, r := range routes {
		fmt.Fprintf(e.out, "%-5s %-52s %-20s %-12s %-22s %s\n", r.Method, r.Path, r.Action, r.Loader, r.FourEyes, r.Audit)
	}
	return nil
}
