package main

import (
	"errors"
	"fmt"
	"time"

	"tepat/internal/app"
	"tepat/internal/region"
)

type serveCmd struct {
	Addr string `help:"Alamat mendengarkan." default:"localhost:8080" env:"TEPAT_ADDR"`
}

func (c serveCmd) Run(e *env) error { return serve(e, c.Addr, nil) }

// serve opens the installation and works until it is told to stop.
func serve(e *env, addr string, users []app.SampleUser) error {
	begun := time.Now()
	a, err := app.Open(e.ctx, e.config(addr), e.logger())
	if err != nil {
		return err
	}
	err = a.Serve(e.ctx, func(addr string) {
		fmt.Fprintf(e.out, "Tepat siap di http://%s (%d md)\n", addr, time.Since(begun).Milliseconds())
		printUsers(e, a, users)
	})
	return errors.Join(err, a.Close())
}

type runCmd struct {
	Regency string `help:"Kode kabupaten/kota contoh." default:"21.03" env:"TEPAT_REGENCY"`
	Addr    string `help:"Alamat mendengarkan." default:"localhost:8080" env:"TEPAT_ADDR"`
	People  int    `help:"Banyaknya penduduk contoh; 0 berarti sebanyak aslinya." default:"0"`
}

func (c runCmd) Run(e *env) error {
	cfg := e.config(c.Addr)
	settings, err := cfg.LoadSettings()
	if errors.Is(err, app.ErrNotInstalled) {
		if err := (demoCmd{Regency: c.Regency, People: c.People, Seed: 1}).Run(e); err != nil {
			return err
		}
		settings, err = cfg.LoadSettings()
	}
	if err != nil {
		return err
	}
	var users []app.SampleUser
	if settings.Sample {
		users = app.SampleUsers(settings.Regency)
	}
	return serve(e, c.Addr, users)
}

// printUsers shows who can log in to the demo.
func printUsers(e *env, a *app.App, users []app.SampleUser) {
	if len(users) == 0 {
		return
	}
	fmt.Fprintf(e.out, "\nData contoh, semua orang rekaan. Masuk sebagai (kata sandi %q):\n", app.SamplePassword)
	for _, u := range users {
		fmt.Fprintf(e.out, "  %-12s %-18s %s\n", u.Username, u.Name, a.RoleName(u.Role))
	}
	fmt.Fprintln(e.out, "\nBerhenti dengan Ctrl+C.")
}

type initCmd struct {
	Regency string `help:"Kode kabupaten/kota." required:"" env:"TEPAT_REGENCY"`
	Agency  string `help:"Nama dinas." default:"Dinas Sosial"`
	Admin   string `help:"Nama masuk admin pertama." default:"admin"`
	Name    string `help:"Nama lengkap admin itu." default:"Administrator"`
	Origin  string `help:"Nama buku jejak, tetap selamanya; kosong berarti tepat/<kode>."`
	Sample  bool   `help:"Pengguna contoh dengan sandi yang diketahui semua orang, hanya untuk uji coba." name:"sample-users" hidden:""`
}

func (c initCmd) Run(e *env) error {
	code, err := region.ParseCode(c.Regency)
	if err != nil {
		return err
	}
	cfg := e.config("")
	if err := cfg.SaveSettings(app.Settings{Regency: code, Agency: c.Agency, Origin: c.Origin, Sample: c.Sample}); err != nil {
		return err
	}
	a, err := app.Open(e.ctx, cfg, e.logger())
	if err != nil {
		return err
	}
	defer a.Close()
	if c.Sample {
		return a.AddSampleUsers(e.ctx)
	}
	password, err := a.FirstAdmin(e.ctx, c.Admin, c.Name)
	if err != nil {
		return err
	}
	if e.JSON {
		return printJSON(e.out, map[string]string{"data": cfg.Data, "username": c.Admin, "one_time_password": password})
	}
	_, err = fmt.Fprintf(e.out, "Pemasangan siap di %s.\nMasuk sebagai %q dengan kata sandi sekali pakai %s, lalu ganti.\nBerikutnya: tepat serve --data %s\n",
		cfg.Data, c.Admin, password, cfg.Data)
	return err
}
