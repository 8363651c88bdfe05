package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tepat/internal/app"
	"tepat/internal/civil"
	"tepat/internal/demo"
	"tepat/internal/intake"
	"tepat/internal/region"
)

type demoCmd struct {
	Regency   string `help:"Kode kabupaten/kota." default:"21.03" env:"TEPAT_REGENCY"`
	People    int    `help:"Banyaknya penduduk, 1.000 sampai 10.000.000; 0 berarti sebanyak aslinya." default:"0"`
	Seed      uint64 `help:"Benih; benih sama menghasilkan berkas sama." default:"1"`
	AsOf      string `help:"Keadaan per tanggal, seperti 2024-12-31; kosong berarti hari ini." placeholder:"TANGGAL"`
	Quota     int    `help:"Banyaknya tempat program contoh; 0 berarti kira-kira satu dari tiga puluh keluarga." default:"0"`
	Pending   bool   `help:"Biarkan seluruh daftar bayar menunggu, untuk uji jatuh."`
	FilesOnly bool   `help:"Hanya tulis berkas instansi, tanpa basis data."`
	Linkage   string `help:"Hanya tulis sumber berlabel untuk mengukur pencocokan ke folder ini; --people ialah banyaknya catatan (0: 100.000)." placeholder:"FOLDER"`
	Case      string `help:"Tulis juga berkas sebuah kasus: natuna-2024." enum:",natuna-2024" default:"" hidden:""`
}

func (c demoCmd) Run(e *env) error {
	code, err := region.ParseCode(c.Regency)
	if err != nil {
		return err
	}
	if c.Linkage != "" {
		return c.linkage(e, code)
	}
	asOf, err := civil.Parse(c.AsOf)
	if err != nil {
		return err
	}
	begun := time.Now()
	bar := newBar(e)
	files, err := app.MakeDemo(e.ctx, e.config(""), app.DemoOptions{Regency: code, People: c.People, Seed: c.Seed, AsOf: asOf, Quota: c.Quota, Pending: c.Pending, FilesOnly: c.FilesOnly, Case: c.Case},
		e.logger(), bar.step)
	bar.end()
	if err != nil {
		return err
	}
	if e.JSON {
		return printJSON(e.out, files)
	}
	_, err = fmt.Fprintf(e.out, "%s: %d berkas contoh di %s/contoh, selesai dalam %s\n", code.Dotted(), len(files), e.Data, time.Since(begun).Round(100*time.Millisecond))
	return err
}

// linkage writes labelled sources and touches no database.
func (c demoCmd) linkage(e *env, code region.Code) error {
	begun := time.Now()
	bar := newBar(e)
	files, err := demo.WriteLinkage(e.ctx, demo.LinkageOptions{Regency: code, Records: c.People, Seed: c.Seed}, c.Linkage,
		func(done, total int, _ string) { bar.step("Menulis sumber berlabel", int64(done), int64(total)) })
	bar.end()
	if err != nil {
		return err
	}
	if e.JSON {
		return printJSON(e.out, files)
	}
	for _, f := range files {
		fmt.Fprintf(e.out, "%-14s %10d baris\n", f.Path, f.Rows)
	}
	_, err = fmt.Fprintf(e.out, "di %s, selesai dalam %s\n", c.Linkage, time.Since(begun).Round(100*time.Millisecond))
	return err
}

// bar is a progress line on a terminal, and a line per phase in a log.
type bar struct {
	live  bool
	phase string
	last  time.Time
}

func newBar(e *env) *bar {
	info, err := os.Stderr.Stat()
	return &bar{live: err == nil && info.Mode()&os.ModeCharDevice != 0 && !e.JSON}
}

func (b *bar) step(phase string, done, total int64) {
	if phase != b.phase {
		if b.live && b.phase != "" {
			fmt.Fprintln(os.Stderr)
		}
		b.phase = phase
		if !b.live {
			fmt.Fprintln(os.Stderr, phase)
		}
		b.last = time.Time{}
	}
	if !b.live || time.Since(b.last) < 100*time.Millisecond && done < total {
		return
	}
	b.last = time.Now()
	share := int64(0)
	if total > 0 {
		share = min(done*100/total, 100)
	}
	fmt.Fprintf(os.Stderr, "\r%-34s [%-30s] %3d%%", phase, strings.Repeat("█", int(share*30/100)), share)
}

func (b *bar) end() {
	if b.live && b.phase != "" {
		fmt.Fprintln(os.Stderr)
	}
}

type importCmd struct {
	Files   []string `arg:"" help:"Berkas csv atau xlsx." type:"existingfile"`
	Layout  string   `help:"Nama tata letak; kosong berarti dikenali dari judul kolom." placeholder:"NAMA"`
	Sender  string   `help:"Instansi atau desa pengirim."`
	Subject string   `help:"Program yang dimaksud berkas (kode untuk daftar penerima, pengenal untuk daftar calon)."`
	Apply   bool     `help:"Masukkan baris yang siap; tanpa ini hanya diperiksa."`
	As      string   `help:"Nama masuk yang bertindak; kosong berarti sistem." placeholder:"NAMA"`
}

func (c importCmd) Run(e *env) error {
	a, err := app.Open(e.ctx, e.config(""), e.logger())
	if err != nil {
		return err
	}
	defer a.Close()
	actor := a.System("baris perintah")
	if c.As != "" {
		if actor, err = a.ActAs(e.ctx, c.As); err != nil {
			return err
		}
	}
	var results []importResult
	for _, path := range c.Files {
		begun := time.Now()
		bar := newBar(e)
		b, err := a.ImportFile(e.ctx, actor, path, app.ImportOptions{Sender: c.Sender, Subject: c.Subject, Layout: c.Layout, Apply: c.Apply},
			func(done, total int64, phase string) { bar.step(a.Text(phase), done, total) })
		bar.end()
		if err != nil {
			return fmt.Errorf("%s: %s", filepath.Base(path), app.Say(err))
		}
		r := newImportResult(b, time.Since(begun))
		if results = append(results, r); !e.JSON {
			r.print(e)
		}
	}
	if e.JSON {
		return printJSON(e.out, results)
	}
	return nil
}

type importResult struct {
	Batch   string        `json:"batch"`
	File    string        `json:"file"`
	Layout  string        `json:"layout"`
	State   intake.State  `json:"state"`
	Counts  intake.Counts `json:"counts"`
	Seconds float64       `json:"seconds"`
}

func newImportResult(b intake.Batch, took time.Duration) importResult {
	return importResult{string(b.ID), b.FileName, b.Layout, b.State, b.Counts, took.Seconds()}
}

func (r importResult) print(e *env) {
	c := r.Counts
	fmt.Fprintf(e.out, "%s (%s): %d baris = %d siap + %d sama + %d perlu dibetulkan + %d perlu dilihat + %d dilewati",
		r.File, r.Layout, c.Rows, c.Ready, c.Same, c.Fix, c.Look, c.Skipped)
	if r.State == intake.Applied {
		fmt.Fprintf(e.out, "; %d ditambah, %d diperbarui", c.Added, c.Updated)
	}
	fmt.Fprintf(e.out, " (%.1f s)\n", r.Seconds)
}
