package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"tepat/linkage"
	"tepat/linkage/detect"
	linkrun "tepat/linkage/run"
)

type linkCmd struct {
	Files []string `arg:"" help:"Berkas csv; tiap berkas satu sumber." placeholder:"BERKAS"`

	Out    string `help:"Tulis kelompok ke sini: cluster_id, source, id. Kosong berarti clusters.csv, kecuali dengan --train-only atau --explain." placeholder:"BERKAS"`
	Edges  string `help:"Tulis pasangan yang dihubungkan dengan bobot tiap kolom." placeholder:"BERKAS"`
	Model  string `help:"Tulis model hasil pelatihan." placeholder:"BERKAS"`
	Report string `help:"Tulis laporan html yang berdiri sendiri." placeholder:"BERKAS"`
	Splink string `help:"Tulis model sebagai setelan Splink 4." placeholder:"BERKAS"`

	UseModel  string `help:"Pakai model tersimpan, tanpa melatih." placeholder:"BERKAS"`
	UseSplink string `help:"Pakai setelan Splink 4; dilatih bila belum berisi peluang." placeholder:"BERKAS"`
	Retrain   bool   `help:"Latih ulang model yang dipakai."`
	TrainOnly bool   `help:"Hanya latih dan simpan model."`

	UniqueID string            `help:"Kolom pengenal baris." placeholder:"KOLOM"`
	Source   string            `help:"Kolom yang menyebut sumber tiap baris, untuk satu berkas berisi beberapa sumber." placeholder:"KOLOM"`
	Column   map[string]string `help:"Peran kolom bila dugaannya keliru, seperti nm=full_name; unused berarti tidak dipakai." placeholder:"KOLOM=PERAN"`
	Clean    []string          `help:"Sumber yang memuat tiap orang paling banyak sekali." placeholder:"SUMBER"`
	LinkType string            `help:"dedupe_only, link_only, atau link_and_dedupe." enum:",dedupe_only,link_only,link_and_dedupe" default:""`
	Generic  bool              `help:"Tanpa pengetahuan tentang nama dan nomor Indonesia."`

	Threshold float64 `help:"Peluang yang dianggap orang yang sama; 0 berarti dipilih sendiri pada F1 harapan terbesar." default:"0"`
	EdgesFrom float64 `help:"Tulis juga pasangan mulai peluang ini; 0 berarti mulai ambang." default:"0"`
	Chains    bool    `help:"Gabungkan setiap rantai hubungan, tanpa menjaga agar dua orang tidak menyatu."`
	MaxPairs  int64   `help:"Paling banyak pasangan yang dibandingkan; 0 berarti menurut banyaknya baris." default:"0"`
	Workers   int     `help:"Banyaknya inti; 0 berarti semua." default:"0"`
	Seed      uint64  `help:"Benih; benih sama menghasilkan berkas sama." default:"1"`

	Truth   string   `help:"Kolom orang yang sebenarnya: hanya untuk mengukur." placeholder:"KOLOM"`
	Labels  string   `help:"Berkas pasangan yang sudah diputuskan: id_a, id_b, match." placeholder:"BERKAS"`
	Learn   bool     `help:"Belajar juga dari --labels."`
	Explain twoWords `help:"Jelaskan satu pasangan: dua pengenal, atau sumber:pengenal." placeholder:"ID ID"`
	Keep    bool     `help:"Ulangi kolom asli di berkas kelompok."`
	Reveal  string   `help:"Tampilkan nomor panjang utuh di laporan: none atau all." enum:"none,all" default:"none"`
	Lang    string   `help:"Bahasa laporan dan alasan: id atau en." enum:"id,en" default:"id"`
}

// twoWords takes the two words after a flag.
type twoWords []string

// Decode reads both.
func (w *twoWords) Decode(ctx *kong.DecodeContext) error {
	var a, b string
	if err := ctx.Scan.PopValueInto("ID", &a); err != nil {
		return err
	}
	if err := ctx.Scan.PopValueInto("ID", &b); err != nil {
		return err
	}
	*w = twoWords{a, b}
	return nil
}

// Validate refuses combinations that would do nothing or guess at a meaning.
func (c *linkCmd) Validate() error {
	switch {
	case c.UseModel != "" && c.UseSplink != "":
		return errors.New("--use-model dan --use-splink tidak dapat bersama")
	case c.TrainOnly && c.Model == "" && c.Splink == "" && c.Report == "":
		return errors.New("--train-only perlu --model, --splink, atau --report")
	case c.Threshold < 0 || c.Threshold >= 1 || c.EdgesFrom < 0 || c.EdgesFrom >= 1:
		return errors.New("--threshold dan --edges-from adalah peluang dari 0 sampai kurang dari 1")
	case c.Learn && c.Labels == "":
		return errors.New("--learn perlu --labels")
	case c.Workers < 0 || c.MaxPairs < 0:
		return errors.New("--workers dan --max-pairs tidak boleh negatif")
	}
	return nil
}

func (c *linkCmd) Run(e *env) error {
	begun := time.Now()
	bar := newLinkBar(e, c.Lang)
	keepSmall(c.Files)
	r, err := linkrun.Run(e.ctx, c.config(), bar.step)
	bar.end()
	if err != nil {
		return linkError(err)
	}
	if e.JSON {
		return printJSON(e.out, r)
	}
	return c.print(e, r, time.Since(begun))
}

// keepSmall has the collector work for the memory rather than let it grow to
// twice what is in use: 10,000,000 records then take 3.7 GB instead of 5.2, for
// a tenth more processor time. Below 3.6 GB nothing changes. GOMEMLIMIT wins.
func keepSmall(files []string) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	limit := int64(3600 << 20)
	total := int64(0)
	for _, f := range files {
		if info, err := os.Stat(f); err == nil { // a missing file is told by the run
			total += info.Size()
		}
	}
	debug.SetMemoryLimit(max(limit, total*18/5))
}

func (c *linkCmd) config() linkrun.Config {
	columns := map[string]detect.Role{}
	for name, role := range c.Column {
		columns[name] = detect.Role(role)
	}
	out := c.Out
	if out == "" && !c.TrainOnly && len(c.Explain) == 0 {
		out = "clusters.csv"
	}
	return linkrun.Config{Files: c.Files, Clean: c.Clean, Columns: columns, UniqueID: c.UniqueID, Source: c.Source, Truth: c.Truth, Labels: c.Labels, Learn: c.Learn,
		Link: linkage.LinkType(c.LinkType), Generic: c.Generic, UseModel: c.UseModel, UseSplink: c.UseSplink, Retrain: c.Retrain, TrainOnly: c.TrainOnly,
		Threshold: c.Threshold, EdgesFrom: c.EdgesFrom, MaxPairs: c.MaxPairs, Workers: c.Workers, Seed: c.Seed, Chains: c.Chains, Explain: c.Explain,
		Out: out, Edges: c.Edges, Model: c.Model, Report: c.Report, Splink: c.Splink, Keep: c.Keep, Reveal: c.Reveal == "all", Lang: c.Lang,
		Program: "tepat " + version()["version"], Now: time.Now}
}

// linkProblems are what can be wrong with what was named, for people.
var linkProblems = []struct {
	is   error
	text string
}{
	{linkrun.ErrOverwrite, "%s: berkas hasil tidak boleh menimpa berkas masukan atau hasil lain; pilih nama lain"},
	{linkrun.ErrTwice, "%s: berkas disebut dua kali"},
	{linkrun.ErrNoFile, "%s: berkas atau folder tidak ada atau tidak dapat dibuka"},
	{linkrun.ErrEmpty, "%s: tidak ada baris untuk dicocokkan"},
	{linkrun.ErrColumn, "kolom %q tidak ada di berkas; periksa judul kolomnya"},
	{linkrun.ErrNoRecord, "tidak ada baris dengan pengenal %q; dengan beberapa sumber tulis sumber:pengenal"},
	{linkrun.ErrLabels, "%s: berkas label perlu judul id_a, id_b, dan match (1 atau 0)"},
	{linkrun.ErrModel, "%s: model tidak dapat dipakai"},
	{linkrun.ErrSplink, "%s: Splink tidak mengenal sebagian isi model; coba --generic"},
	{linkrun.ErrSources, "kolom %q menyebut lebih dari 64 sumber; apakah benar kolom sumber?"},
}

func linkError(err error) error {
	var p *linkrun.Problem
	switch {
	case errors.Is(err, detect.ErrNothing):
		return errors.New("tidak ada kolom yang dapat dibandingkan: judulnya tidak dikenal, atau setiap baris berisi nilai yang sama; sebut perannya bila ada, misalnya --column nm=full_name")
	case !errors.As(err, &p):
		return err
	case errors.Is(p, linkrun.ErrRole):
		return fmt.Errorf("peran %q tidak dikenal; yang ada: %s", p.About, roleNames())
	}
	for _, known := range linkProblems {
		if errors.Is(p, known.is) {
			text := fmt.Sprintf(known.text, p.About)
			if p.Err != nil && !errors.Is(p.Err, os.ErrNotExist) {
				text += ": " + p.Err.Error()
			}
			return errors.New(text)
		}
	}
	return err
}

func roleNames() string {
	var names []string
	for _, r := range detect.Roles() {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}

// linkBar shows a bar for each phase on a terminal and one line with what it
// took in a log.
type linkBar struct {
	bar   *bar
	quiet bool
	lang  string
	phase string
	begun time.Time
	most  int64
}

func newLinkBar(e *env, lang string) *linkBar {
	return &linkBar{bar: newBar(e), quiet: e.Quiet, lang: lang}
}

func (b *linkBar) step(phase string, done, total int64) {
	if b.quiet {
		return
	}
	if phase != b.phase {
		b.finish()
		b.phase, b.begun, b.most = phase, time.Now(), 0
	}
	b.most = max(b.most, done)
	if b.bar.live {
		b.bar.step(linkrun.PhaseName(phase, b.lang), done, total)
	}
}

func (b *linkBar) finish() {
	if b.phase == "" || b.bar.live {
		return
	}
	count := ""
	if b.most > 0 {
		count = thousands(b.most)
	}
	fmt.Fprintf(os.Stderr, "%-18s %14s %8.2f s\n", linkrun.PhaseName(b.phase, b.lang), count, time.Since(b.begun).Seconds())
}

func (b *linkBar) end() {
	b.finish()
	b.bar.end()
	b.phase = ""
}

// thousands writes 1234567 as 1.234.567.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}
