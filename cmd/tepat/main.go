// Command tepat is the integrated social-assistance system of a regency: one
// program that serves, imports, verifies and keeps itself.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"tepat/internal/app"
)

// Exit codes, for scripts.
const (
	exitOK       = 0
	exitFailed   = 1 // the command could not do its work
	exitUsage    = 2 // the command line is wrong
	exitFindings = 3 // the work is done and found something: verify, check, doctor
)

// errFindings ends a command that worked and found something.
var errFindings = errors.New("ada temuan")

// cli is the whole command line. Every flag can be set by a TEPAT_ variable or
// in a JSON file given by --config.
type cli struct {
	Data        string          `help:"Folder data pemasangan ini." default:"data/2103" env:"TEPAT_DATA" placeholder:"FOLDER"`
	Database    string          `help:"Berkas SQLite atau postgres://…; kosong berarti tepat.db di folder data." env:"TEPAT_DATABASE" placeholder:"DSN"`
	Secure      bool            `help:"Ada proxy TLS di depan: cookie hanya lewat HTTPS." env:"TEPAT_SECURE"`
	Proxy       []string        `help:"Alamat atau jaringan proxy yang dipercaya menyebut asal permintaan; dengan --secure kosong berarti proxy di mesin ini." env:"TEPAT_PROXY" placeholder:"ALAMAT"`
	Signer      string          `help:"Alamat penandatangan yang dijalankan terpisah." env:"TEPAT_SIGNER" placeholder:"ALAMAT"`
	SignerToken string          `help:"Berkas token penandatangan itu." env:"TEPAT_SIGNER_TOKEN" placeholder:"BERKAS"`
	Witness     []string        `help:"Alamat saksi; boleh lebih dari satu." env:"TEPAT_WITNESS" placeholder:"URL"`
	ClockOffset time.Duration   `help:"Geser jam, hanya untuk uji coba." env:"TEPAT_CLOCK_OFFSET" placeholder:"LAMA"`
	JSON        bool            `help:"Jawaban sebagai JSON, untuk skrip." name:"json" env:"TEPAT_JSON"`
	Quiet       bool            `help:"Tanpa catatan kerja di layar." short:"q" env:"TEPAT_QUIET"`
	Config      kong.ConfigFlag `help:"Berkas JSON berisi setelan di atas." env:"TEPAT_CONFIG" placeholder:"BERKAS"`

	Serve      serveCmd      `cmd:"" help:"Layani peramban (dan jalankan penandatangan)."`
	Run        runCmd        `cmd:"" help:"Coba Tepat: buat kabupaten contoh bila folder data kosong, lalu layani."`
	Init       initCmd       `cmd:"" help:"Mulai pemasangan kosong untuk satu kabupaten/kota."`
	Demo       demoCmd       `cmd:"" help:"Buat kabupaten contoh: berkas instansi dan basis data."`
	Import     importCmd     `cmd:"" help:"Masukkan berkas csv atau xlsx."`
	Link       linkCmd       `cmd:"" help:"Temukan baris csv tentang orang yang sama, tanpa pemasangan."`
	Duplicates duplicatesCmd `cmd:"" help:"Dugaan ganda: cari, putuskan, setujui, urungkan."`
	Verify     verifyCmd     `cmd:"" help:"Periksa buku jejak dan semua data terhadapnya."`
	Signer_    signerCmd     `cmd:"" name:"signer" help:"Penandatangan buku jejak, proses dan pengguna tersendiri."`
	Witness_   witnessCmd    `cmd:"" name:"witness" help:"Saksi di mesin inspektorat: ikut menandatangani dan menyimpan salinan."`
	Migrate    migrateCmd    `cmd:"" help:"Perbarui bentuk basis data."`
	User       userCmd       `cmd:"" help:"Kelola pengguna dari baris perintah."`
	Backup     backupCmd     `cmd:"" help:"Buat cadangan utuh dalam satu berkas."`
	Restore    restoreCmd    `cmd:"" help:"Pulihkan cadangan ke folder data kosong."`
	Doctor     doctorCmd     `cmd:"" help:"Periksa setelan, berkas, dan kesehatan pemasangan."`
	Routes     routesCmd     `cmd:"" help:"Daftar semua alamat dengan hak dan pagarnya."`
	Load       loadCmd       `cmd:"" help:"Uji beban: serahkan bantuan lewat web dan catat setiap jawaban."`
	Check      checkCmd      `cmd:"" help:"Bandingkan jawaban yang dicatat load dengan basis data."`
	Bench      benchCmd      `cmd:"" help:"Ukur mesin ini."`
	Version    versionCmd    `cmd:"" help:"Versi program."`
}

// config turns the common flags into the application's configuration.
func (c *cli) config(addr string) app.Config {
	return app.Config{Data: filepath.Clean(c.Data), Database: c.Database, Addr: addr, Secure: c.Secure, Proxies: c.Proxy, Signer: c.Signer,
		SignerToken: c.SignerToken, Witnesses: c.Witness, ClockOffset: c.ClockOffset}
}

func (c *cli) logger() *slog.Logger {
	if c.Quiet {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, nil))
}

// env is what every command gets: where to write and what was asked.
type env struct {
	*cli
	out io.Writer
	ctx context.Context
}

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parser, err := kong.New(&c, kong.Name("tepat"), kong.Description(about), kong.UsageOnError(), kong.Vars{"sample_password": app.SamplePassword},
		kong.Configuration(kong.JSON, "/etc/tepat/tepat.json"), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(os.Stderr, "tepat:", err)
		return exitFailed
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		parser.Errorf("%s", err)
		return exitUsage
	}
	err = parsed.Run(&env{&c, os.Stdout, ctx})
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFindings):
		return exitFindings
	}
	fmt.Fprintln(os.Stderr, "tepat:", app.Say(err))
	return exitFailed
}

const about = `Tepat: sistem bantuan sosial terpadu kabupaten.

Contoh:
  tepat run                                    coba dengan kabupaten contoh
  tepat init --regency 21.03 --data /srv/tepat mulai pemasangan kantor
  tepat serve --data /srv/tepat                layani peramban
  tepat import --apply dukcapil.csv            masukkan berkas
  tepat link a.csv b.csv --report laporan.html cari orang yang sama
  tepat verify                                 buktikan tidak ada yang diubah diam-diam

Kode keluar: 0 baik, 1 gagal, 2 salah perintah, 3 ada temuan.`

type versionCmd struct{}

func (versionCmd) Run(e *env) error {
	v := version()
	if e.JSON {
		return printJSON(e.out, v)
	}
	_, err := fmt.Fprintf(e.out, "tepat %s (%s, %s)\n", v["version"], v["commit"], v["go"])
	return err
}

func version() map[string]string {
	v := map[string]string{"version": "0.1.0", "commit": "-", "go": "-"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v["go"] = info.GoVersion
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			v["commit"] = s.Value[:12]
		}
	}
	return v
}
