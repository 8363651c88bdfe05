package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"tepat/internal/demo"
	"tepat/internal/ledger"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Figure is one line of `tepat bench`.
type Figure struct {
	What  string  `json:"what"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Note  string  `json:"note,omitempty"`
}

// BenchOptions size the measurements.
type BenchOptions struct {
	People   int
	Database string // "" is a SQLite file in the folder
	Dir      string // empty folder for everything
}

// Machine says what the figures were taken on, by cores and memory only.
func Machine() string {
	memory := "?"
	if b, err := os.ReadFile("/proc/meminfo"); err == nil {
		fields := strings.Fields(string(b))
		if kb, err := strconv.Atoi(fields[1]); err == nil {
			memory = fmt.Sprintf("%d GB", (kb+1<<19)>>20)
		}
	}
	return fmt.Sprintf("%d cores, %s memory, %s/%s", runtime.NumCPU(), memory, runtime.GOOS, runtime.GOARCH)
}

// Bench measures the main work on an invented regency and says each figure as
// it is known. Ratios compare with a bare prepared insert of the same rows by
// the same driver, in the same run.
func Bench(ctx context.Context, opt BenchOptions, say func(Figure)) error {
	cfg := Config{Data: filepath.Join(opt.Dir, "data"), Database: opt.Database, Addr: "localhost:0"}
	took, err := benchFiles(ctx, cfg, opt)
	if err != nil {
		return err
	}
	say(Figure{"berkas instansi dibuat", float64(opt.People) / took.Seconds(), "orang/detik", ""})
	if err := cfg.SaveSettings(Settings{Regency: "7203", Agency: "Dinas Sosial", Sample: true}); err != nil {
		return err
	}
	a, err := Open(ctx, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.benchImport(ctx, opt, say); err != nil {
		return err
	}
	if err := a.benchReads(ctx, say); err != nil {
		return err
	}
	begun := time.Now()
	r, err := a.Verify(ctx, VerifyWith{})
	if err != nil {
		return err
	}
	if !r.OK() {
		return fmt.Errorf("verify: %d temuan", len(r.Findings))
	}
	say(Figure{"buku jejak dan data dihitung ulang", float64(r.Rows+r.Size) / time.Since(begun).Seconds(), "baris/detik",
		fmt.Sprintf("%d entri, %d baris", r.Size, r.Rows)})
	return nil
}

func benchFiles(ctx context.Context, cfg Config, opt BenchOptions) (time.Duration, error) {
	w, err := demo.Generate(demo.Options{Regency: "7203", People: opt.People, Seed: 3})
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(cfg.sampleDir(), 0o700); err != nil {
		return 0, err
	}
	begun := time.Now()
	_, err = w.WriteFiles(ctx, cfg.sampleDir(), nil)
	return time.Since(begun), err
}

func (a *App) benchImport(ctx context.Context, opt BenchOptions, say func(Figure)) error {
	path := filepath.Join(a.sampleDir(), "dukcapil.csv")
	actor := a.System("bench")
	begun := time.Now()
	b, err := a.ImportFile(ctx, actor, path, ImportOptions{}, nil)
	if err != nil {
		return err
	}
	check := time.Since(begun)
	bare, err := a.DB.BareInsert(ctx, b.Counts.Rows)
	if err != nil {
		return err
	}
	say(Figure{"impor: tiap baris diperiksa dan dicatat", float64(b.Counts.Rows) / check.Seconds(), "baris/detik",
		fmt.Sprintf("%d baris; %.1f kali sisipan polos", b.Counts.Rows, check.Seconds()/bare.Seconds())})
	begun = time.Now()
	b, err = a.Intake.Apply(ctx, actor, b.ID, nil)
	if err != nil {
		return err
	}
	say(Figure{"impor: dimasukkan ke registri", float64(b.Counts.Ready) / time.Since(begun).Seconds(), "orang/detik",
		fmt.Sprintf("%d ditambah", b.Counts.Added)})
	return nil
}

func (a *App) benchReads(ctx context.Context, say func(Figure)) error {
	scope, q := a.Scope(), a.DB.Read()
	kecamatan := region.Children(a.Regency)
	names := []string{"siti aminah", "muhammad yusuf", "abdul", "rahma", "ahmad sal", "nurhayati"}
	var family registry.Family
	reads := []struct {
		what string
		n    int
		fn   func(i int) error
	}{
		{"daftar dengan hitungan saringan", 200, func(i int) error {
			f := registry.Filter{Areas: []region.Code{kecamatan[i%len(kecamatan)].Code}, Desil: []int{1 + i%4}}
			cells, err := registry.Tallies(ctx, q, scope)
			if err != nil {
				return err
			}
			registry.FacetsOf(cells, f)
			list, err := registry.FamilyList(ctx, q, scope, registry.Filter{Areas: f.Areas}, 50*(i%20), 50)
			if len(list) > 0 {
				family = list[0]
			}
			return err
		}},
		{"pencarian nama", 200, func(i int) error {
			_, err := registry.Search(ctx, q, scope, names[i%len(names)])
			return err
		}},
		{"profil keluarga", 400, func(int) error {
			if _, err := registry.Members(ctx, q, string(a.Regency), family.ID); err != nil {
				return err
			}
			_, err := registry.History(ctx, q, string(a.Regency), 50, string(family.ID))
			return err
		}},
		{"buku jejak, halaman pertama", 100, func(int) error {
			_, err := ledger.Entries(ctx, q, ledger.Filter{Scope: scope, Limit: 50})
			return err
		}},
	}
	for _, r := range reads {
		p50, p95, err := percentiles(r.n, r.fn)
		if err != nil {
			return fmt.Errorf("%s: %w", r.what, err)
		}
		say(Figure{r.what, p95, "md p95", fmt.Sprintf("p50 %.1f md", p50)})
	}
	return nil
}

// percentiles runs fn n times and returns the median and the 95th percentile
// in milliseconds.
func percentiles(n int, fn func(i int) error) (float64, float64, error) {
	took := make([]time.Duration, n)
	for i := range n {
		begun := time.Now()
		if err := fn(i); err != nil {
			return 0, 0, err
		}
		took[i] = time.Since(begun)
	}
	slices.Sort(took)
	ms := func(p float64) float64 { return float64(took[int(p*float64(n-1))].Microseconds()) / 1000 }
	return ms(0.5), ms(0.95), nil
}
