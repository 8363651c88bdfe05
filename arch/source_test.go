package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// file is one parsed source file of the product (no tests).
type file struct {
	pkg, name string
	ast       *ast.File
	fset      *token.FileSet
	lines     int
}

func sources(t *testing.T) []file {
	t.Helper()
	var out []file
	for path, p := range listed(t) {
		for _, name := range p.GoFiles {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, file{path, name, f, fset, fset.File(f.Pos()).LineCount()})
		}
	}
	return out
}

func (f file) at(n ast.Node) string {
	return f.pkg + "/" + f.name + ":" + strconv.Itoa(f.fset.Position(n.Pos()).Line)
}

// forbidden calls, each with the reason that the failure prints.
var forbidden = []struct {
	call   string
	in     func(pkg, file string) bool // where it is allowed all the same
	reason string
}{
	{"time.Now", func(pkg, _ string) bool {
		return pkg == "internal/db" || pkg == "internal/app" || strings.HasPrefix(pkg, "cmd/") || strings.HasPrefix(pkg, "tools/") || pkg == "internal/db/dbtest"
	}, "one injectable clock: take tx.Now, db.Now or a date as an argument"},
	{"template.HTML", func(pkg, name string) bool { // the frame around a rendered page, an icon, a <time>: built and escaped in two files
		return pkg == "internal/web/page" && (name == "funcs.go" || name == "shell.go")
	}, "text from the database must be escaped; build markup in templates"},
	{"template.JS", nil, "no script is built from data"},
	{"template.URL", nil, "addresses are escaped by the template"},
	{"template.HTMLAttr", nil, "attributes are escaped by the template"},
	{"os.Exit", func(pkg, _ string) bool { return strings.HasPrefix(pkg, "cmd/") || strings.HasPrefix(pkg, "tools/") }, "only a command ends the process"},
	{"log.Fatal", nil, "only a command ends the process"},
	{"http.DefaultClient", nil, "a client without a time-out waits for ever"},
	{"http.Get", nil, "a client without a time-out waits for ever"},
}

func TestForbiddenCalls(t *testing.T) {
	for _, f := range sources(t) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok || x.Obj != nil {
				return true
			}
			for _, b := range forbidden {
				if x.Name+"."+sel.Sel.Name == b.call && (b.in == nil || !b.in(f.pkg, f.name)) {
					t.Errorf("%s uses %s: %s", f.at(sel), b.call, b.reason)
				}
			}
			return true
		})
	}
}

var (
	isSQL    = regexp.MustCompile(`(?s)^\s*(SELECT\s.+\sFROM\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s)`)
	banned   = regexp.MustCompile(`SELECT \*|\bLIKE\b|FOR UPDATE|now\(\)|CURRENT_TIMESTAMP`)
	sqlHomes = []string{"internal/db", "internal/ledger", "internal/db/dbtest"}
)

func TestSQLStaysInStores(t *testing.T) {
	for _, f := range sources(t) {
		home := strings.HasSuffix(f.name, "_store.go")
		for _, h := range sqlHomes {
			home = home || f.pkg == h || strings.HasPrefix(f.pkg, h+"/")
		}
		if strings.HasPrefix(f.pkg, "tools/") || f.pkg == "arch" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil || !isSQL.MatchString(text) {
				return true
			}
			if !home {
				t.Errorf("%s holds SQL: it belongs into a *_store.go file", f.at(lit))
			}
			if m := banned.FindString(text); m != "" && f.pkg != "internal/db" && f.pkg != "internal/ledger" {
				t.Errorf("%s writes %q: not portable, or hides columns", f.at(lit), m)
			}
			return true
		})
	}
}

// Only stores see the database.
func TestOnlyStoresImportDB(t *testing.T) {
	records := []string{"internal/registry", "internal/boundary", "internal/intake", "internal/evidence", "internal/program", "internal/delivery", "internal/duplicate", "internal/account"}
	for _, f := range sources(t) {
		for _, r := range records {
			if f.pkg != r || strings.HasSuffix(f.name, "_store.go") {
				continue
			}
			ast.Inspect(f.ast, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				x, ok := sel.X.(*ast.Ident)
				if ok && x.Name == "db" && (sel.Sel.Name == "All" || sel.Sel.Name == "One" || sel.Sel.Name == "NewTable" || sel.Sel.Name == "Where") {
					t.Errorf("%s queries the database: that belongs into a *_store.go file", f.at(sel))
				}
				return true
			})
		}
	}
}

// housekeepers may write without an event, to tables that are not records.
var housekeepers = map[string]string{
	"internal/db":        "migrations",
	"internal/account":   "sessions and failed log-ins",
	"internal/jobs":      "the job queue",
	"internal/duplicate": "who looks at which suspicion, and who put one off",
	"internal/ledger":    "the log itself: sequencing, checkpoints, cosignatures",
}

func TestHousekeepingIsNamed(t *testing.T) {
	for _, f := range sources(t) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if ok && sel.Sel.Name == "Housekeep" && housekeepers[f.pkg] == "" {
				t.Errorf("%s writes without an event; a command must record what it did", f.at(sel))
			}
			return true
		})
	}
}

const (
	maxFile = 450
	maxFunc = 60
)

func TestFilesAndFunctionsStayReadable(t *testing.T) {
	for _, f := range sources(t) {
		if f.lines > maxFile {
			t.Errorf("%s/%s has %d lines, more than %d: split it by what it is about", f.pkg, f.name, f.lines, maxFile)
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			n := f.fset.Position(fn.Body.End()).Line - f.fset.Position(fn.Pos()).Line + 1
			if n > maxFunc {
				t.Errorf("%s: %s has %d lines, more than %d", f.at(fn), fn.Name.Name, n, maxFunc)
			}
		}
	}
}

func TestEveryPackageSaysWhatItOwns(t *testing.T) {
	said := map[string]bool{}
	all := map[string]bool{}
	for _, f := range sources(t) {
		all[f.pkg] = true
		if f.ast.Doc != nil && len(f.ast.Doc.Text()) > 60 {
			said[f.pkg] = true
		}
	}
	for p := range all {
		if !said[p] {
			t.Errorf("%s has no package comment that says what it owns and refuses", p)
		}
	}
}
