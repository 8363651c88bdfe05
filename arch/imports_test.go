package arch

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

type pkg struct {
	ImportPath   string
	Dir          string
	Imports      []string
	GoFiles      []string
	TestGoFiles  []string
	XTestGoFiles []string
}

// listed returns every package of the module, by import path without "tepat/".
func listed(t *testing.T) map[string]pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles,TestGoFiles,XTestGoFiles", "tepat/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	pkgs := map[string]pkg{}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		if err != nil {
			t.Fatal(err)
		}
		pkgs[strings.TrimPrefix(p.ImportPath, "tepat/")] = p
	}
}

// shelf is the table of who may import whom: a package may import packages on
// earlier shelves, and on its own shelf those that stand before it when the
// shelf is ordered. A sub-package stands with its parent.
type shelf struct {
	name    string
	ordered bool
	pkgs    []string
}

var shelves = []shelf{
	// The public library of record linkage stands before everything: it may be
	// used without the rest of Tepat, so nothing in it imports internal packages.
	{"linkage", true, []string{"linkage/similar", "linkage/internal/calibrate", "linkage/internal/em", "linkage", "linkage/csvfile", "linkage/cluster", "linkage/measure",
		"linkage/indonesia", "linkage/splink", "linkage/synth", "linkage/detect", "linkage/report", "linkage/run"}},
	{"nouns", true, []string{"internal/fault", "internal/civil", "internal/money", "internal/id", "internal/nik", "internal/region", "internal/i18n"}},
	{"engines", false, []string{"internal/rules", "internal/ranking", "internal/export", "internal/intake/sheet", "internal/demo"}},
	{"platform", true, []string{"internal/db", "internal/ledger", "internal/db/dbtest", "internal/blob", "internal/jobs"}},
	{"records", true, []string{"internal/account", "internal/registry", "internal/boundary", "internal/intake", "internal/evidence", "internal/program", "internal/delivery", "internal/duplicate"}},
	{"report", false, []string{"internal/report", "internal/crashtest"}},
	{"rim kernel", false, []string{"internal/web/page"}},
	{"rim", false, []string{"internal/web/home", "internal/web/people", "internal/web/imports", "internal/web/validation", "internal/web/duplicates", "internal/web/programs",
		"internal/web/payout", "internal/web/audit", "internal/web/users", "internal/web/signin"}},
	{"rim routes", false, []string{"internal/web"}},
	{"wiring", false, []string{"internal/app"}},
	{"commands", false, []string{"cmd/tepat"}},
	{"outside", false, []string{"arch", "tools"}},
}

// place finds the shelf and position of a package; the longest name wins, so
// that internal/intake/sheet is not taken for internal/intake.
func place(path string) (int, int, string) {
	best, si, pi := "", -1, -1
	for i, s := range shelves {
		for j, name := range s.pkgs {
			if (path == name || strings.HasPrefix(path, name+"/")) && len(name) > len(best) {
				best, si, pi = name, i, j
			}
		}
	}
	return si, pi, best
}

func TestImportTable(t *testing.T) {
	for path, p := range listed(t) {
		si, pi, name := place(path)
		if si < 0 {
			t.Errorf("%s has no place in the import table: decide which noun it is and where it stands", path)
			continue
		}
		for _, imp := range p.Imports {
			rest, ok := strings.CutPrefix(imp, "tepat/")
			if !ok {
				continue
			}
			sj, pj, other := place(rest)
			if name == other || sj < si || sj == si && shelves[si].ordered && pj < pi {
				continue
			}
			t.Errorf("%s (%s) imports %s (%s): the table allows only what stands to its left", path, shelves[si].name, rest, shelves[max(sj, 0)].name)
		}
	}
}

// engineBans keeps engines pure: values in, verdict with reasons out.
var engineBans = map[string]string{
	"context":           "an engine has nothing to cancel and nothing to wait for",
	"database/sql":      "an engine sees values, never the database",
	"net/http":          "an engine sees values, never a request",
	"math/rand":         "chance comes in as a seed",
	"math/rand/v2":      "chance comes in as a seed",
	"crypto/rand":       "chance comes in as a seed",
	"tepat/internal/db": "an engine sees values, never the database",
}

func TestEnginesArePure(t *testing.T) {
	for path, p := range listed(t) {
		if path != "internal/rules" && path != "internal/ranking" {
			continue
		}
		for _, imp := range p.Imports {
			if why := engineBans[imp]; why != "" {
				t.Errorf("%s imports %s: %s", path, imp, why)
			}
		}
	}
}

// thirdParty lists who may use what does not come with Go. A new line here is
// a decision: prefer few, pure-Go, well-kept modules.
var thirdParty = map[string][]string{
	"modernc.org/sqlite":                  {"internal/db"},
	"github.com/jackc/pgx/v5":             {"internal/db"},
	"github.com/xuri/excelize/v2":         {"internal/export", "internal/demo"},
	"golang.org/x/mod":                    {"internal/ledger"},
	"github.com/transparency-dev/formats": {"internal/ledger"},
	"golang.org/x/crypto":                 {"internal/account", "internal/ledger"},
	"golang.org/x/net":                    {"internal/intake/sheet"},
	"golang.org/x/text":                   {"internal/intake/sheet", "internal/i18n"},
	"golang.org/x/time":                   {"internal/web", "internal/account"},
	"golang.org/x/sys":                    {"internal/blob"},
	"github.com/alexedwards/scs/v2":       {"internal/account"},
	"filippo.io/age":                      {"internal/blob"},
	"github.com/alecthomas/kong":          {"cmd/tepat"},
	"github.com/jba/templatecheck":        {"internal/web/page/pagetest"},
	"github.com/gofrs/flock":              {"internal/app", "internal/ledger"},
}

func TestThirdPartyIsAllowed(t *testing.T) {
	for path, p := range listed(t) {
		for _, imp := range p.Imports {
			first, _, _ := strings.Cut(imp, "/")
			if !strings.Contains(first, ".") {
				continue
			}
			if !allowed(path, imp) {
				t.Errorf("%s imports %s, which the table does not allow", path, imp)
			}
		}
	}
}

func allowed(path, imp string) bool {
	if strings.HasSuffix(path, "dbtest") {
		return true
	}
	for module, users := range thirdParty {
		if imp != module && !strings.HasPrefix(imp, module+"/") {
			continue
		}
		return slices.ContainsFunc(users, func(u string) bool { return path == u || strings.HasPrefix(path, u+"/") })
	}
	return false
}
