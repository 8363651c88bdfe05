package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/demo"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/region"
)

// DemoOptions say which regency is invented.
type DemoOptions struct {
	Regency   region.Code
	People    int        // 0 is the regency's real number
	Seed      uint64     // the same seed and day give the same files, byte for byte
	AsOf      civil.Date // zero is today
	FilesOnly bool       // write the agencies' files and stop
	Quota     int        // places of the sample programme; 0 is about one family in thirty
	Pending   bool       // leave the whole pay list to be handed over, for crash tests
	Case      string     // also write the files of a worked case: CaseNatuna2024
}

// CaseNatuna2024 is the worked case of demo.Natuna2024, for tests of the whole
// chain. With FilesOnly it is written alone.
const CaseNatuna2024 = "natuna-2024"

// Step tells how far the demo is: a phase in Indonesian and a share of it.
type Step func(phase string, done, total int64)

// sampleDir holds the files that the invented agencies sent.
func (c Config) sampleDir() string { return filepath.Join(c.Data, "contoh") }

// MakeDemo invents a regency, writes the files of its agencies and takes them
// in through the same commands that an office uses, acting as the officers of
// SampleUsers. It returns the files.
func MakeDemo(ctx context.Context, cfg Config, opt DemoOptions, log *slog.Logger, step Step) ([]demo.File, error) {
	if opt.AsOf.IsZero() {
		opt.AsOf = civil.ZoneOfProvince(string(opt.Regency.Province())).Today(cfg.Now())
	}
	w, err := demo.Generate(demo.Options{Regency: opt.Regency, People: opt.People, Seed: opt.Seed, AsOf: opt.AsOf})
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.sampleDir(), 0o700); err != nil {
		return nil, err
	}
	if opt.Case == CaseNatuna2024 {
		if files, err := writeNatuna2024(w, filepath.Join(cfg.sampleDir(), opt.Case)); err != nil || opt.FilesOnly {
			return files, err
		}
	}
	files, err := w.WriteFiles(ctx, cfg.sampleDir(), func(done, total int, _ string) { step("Menulis berkas instansi", int64(done), int64(total)) })
	if err != nil || opt.FilesOnly {
		return files, err
	}
	if err := cfg.SaveSettings(Settings{Regency: opt.Regency, Agency: "Dinas Sosial", Sample: true}); err != nil {
		return nil, err
	}
	a, err := Open(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if err := a.AddSampleUsers(ctx); err != nil {
		return nil, err
	}
	if err := a.takeIn(ctx, files, step); err != nil {
		return nil, err
	}
	step("Menjalankan program contoh", 0, 1)
	if err := a.runSampleProgram(ctx, opt); err != nil {
		return nil, err
	}
	operator, err := a.ActAs(ctx, "operator")
	if err != nil {
		return nil, err
	}
	if _, _, err := a.FindDuplicates(ctx, operator, true, func(done, total int64, _ string) { step("Mencari data ganda", done, total) }); err != nil {
		return nil, err
	}
	_, err = a.Ledger.Sequence(ctx, a.DB, string(a.Regency))
	return files, err
}

func writeNatuna2024(w *demo.World, dir string) ([]demo.File, error) {
	c, err := demo.Natuna2024(w)
	if err != nil {
		return nil, err
	}
	files, err := c.WriteFiles(dir)
	if err != nil {
		return nil, err
	}
	registry, err := c.WriteRegistry(dir)
	return append(files, registry...), err
}

// arrival is a kind of file of the demo: where it lies, who sent it, and what
// an operator would answer when asked. Order matters: people first.
type arrival struct {
	pattern string
	sender  string
	subject string
}

var arrivals = []arrival{
	{"dukcapil.csv", "Disdukcapil", ""},
	{"dtsen_keluarga.csv", "BPS", ""},
	{"pkh_bnba.xlsx", "Kemensos", "PKH"},
	{"sembako_bnba.csv", "Kemensos", "SEMBAKO"},
	{"blt-dd/*.xlsx", "DPMD", "BLT-DD"},
	{"asn.csv", "BKPSDM", ""},
	{"kematian.csv", "Disdukcapil", ""},
}

func (a *App) takeIn(ctx context.Context, files []demo.File, step Step) error {
	operator, err := a.ActAs(ctx, "operator")
	if err != nil {
		return err
	}
	for _, arr := range arrivals {
		if err := a.takeInOne(ctx, operator, arr, step); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) takeInOne(ctx context.Context, operator db.Actor, arr arrival, step Step) error {
	paths, err := filepath.Glob(filepath.Join(a.sampleDir(), arr.pattern))
	if err != nil {
		return err
	}
	slices.Sort(paths)
	for i, path := range paths {
		opt := ImportOptions{Sender: arr.sender, Subject: arr.subject, Apply: true}
		_, err := a.ImportFile(ctx, operator, path, opt, func(done, total int64, _ string) {
			if len(paths) > 1 {
				done, total = int64(i), int64(len(paths))
			}
			step("Memasukkan "+arr.pattern, done, total)
		})
		if f := fault.From(err); f != nil && f.Key == "intake.no_rows" {
			continue // a village without recipients sends an empty sheet
		}
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	return nil
}

// ImportOptions are what the command line knows about a file.
type ImportOptions struct {
	Sender  string
	Subject string
	Layout  string // "" recognises it
	Apply   bool   // put the ready rows in; otherwise only check
}

// ImportFile brings one file in as an operator would with the wizard: it
// receives, recognises, checks and, when asked, applies it.
func (a *App) ImportFile(ctx context.Context, actor db.Actor, path string, opt ImportOptions, progress intake.Progress) (intake.Batch, error) {
	f, err := os.Open(path)
	if err != nil {
		return intake.Batch{}, err
	}
	defer f.Close()
	b, err := a.Intake.Receive(ctx, actor, f, intake.Upload{FileName: filepath.Base(path), Sender: opt.Sender, Subject: opt.Subject})
	if err != nil {
		return b, err
	}
	if opt.Layout != "" {
		b, err = a.Intake.SetMapping(ctx, actor, b.ID, intake.Choice{Sheet: b.Sheet, HeaderRow: b.HeaderRow, Layout: opt.Layout, Sender: opt.Sender, Subject: opt.Subject})
	} else {
		b, err = a.Intake.Auto(ctx, actor, b)
	}
	if err != nil {
		return b, a.giveUp(ctx, actor, b.ID, err)
	}
	if b, err = a.Intake.Check(ctx, actor, b.ID, progress); err != nil || !opt.Apply {
		return b, err
	}
	return a.Intake.Apply(ctx, actor, b.ID, progress)
}

// giveUp cancels a batch that nobody will come back to, and passes err on.
func (a *App) giveUp(ctx context.Context, actor db.Actor, batch id.Batch, err error) error {
	if batch == "" {
		return err
	}
	if _, cancelErr := a.Intake.Cancel(ctx, actor, batch, "tata letak tidak dikenali"); cancelErr != nil {
		a.Log.Warn("cancel", "err", cancelErr)
	}
	return err
}

// samplePDF is the smallest document that a reader opens: one empty page.
const samplePDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func samplePaper() *strings.Reader { return strings.NewReader(samplePDF) }
