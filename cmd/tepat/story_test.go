package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"
)

// TestMain lets the scripts run this program as "tepat".
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tepat": func() { os.Exit(run(os.Args[1:])) }})
}

// Each story runs on both engines: the promises of the manual, told by the
// commands and pages that an office uses.
func TestStories(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			if engine == "postgres" && os.Getenv("TEPAT_TEST_POSTGRES") == "" {
				if os.Getenv("CI") == "true" {
					t.Fatal("TEPAT_TEST_POSTGRES is not set, and CI must test PostgreSQL")
				}
				t.Skip("TEPAT_TEST_POSTGRES is not set: NOT TESTED ON POSTGRESQL")
			}
			testscript.Run(t, testscript.Params{
				Dir:   "../../testdata/stories",
				Setup: func(e *testscript.Env) error { return setup(e, engine) },
				Cmds:  webCommands(),
			})
		})
	}
}

// setup gives each story an empty folder and, on PostgreSQL, a database.
func setup(e *testscript.Env, engine string) error {
	e.Setenv("TEPAT_DATA", e.WorkDir+"/data")
	e.Setenv("TEPAT_QUIET", "true")
	e.Setenv("ENGINE", engine)
	e.Values["office"] = &officeUnderTest{}
	if engine == "sqlite" {
		e.Setenv("DSN", e.WorkDir+"/data/tepat.db")
		return nil
	}
	name := "tepat_story_" + strings.ToLower(strings.NewReplacer("-", "", "/", "").Replace(fmt.Sprintf("%d%d", os.Getpid(), len(e.WorkDir)))) + lastWord(e.WorkDir)
	dsn, err := createDatabase(name)
	if err != nil {
		return err
	}
	e.Setenv("TEPAT_DATABASE", dsn)
	e.Setenv("DSN", dsn)
	e.Defer(func() { dropDatabase(name) })
	return nil
}

func lastWord(path string) string {
	var b strings.Builder
	for _, r := range path[strings.LastIndexByte(path, '/')+1:] {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func server() (*sql.DB, error) { return sql.Open("pgx", os.Getenv("TEPAT_TEST_POSTGRES")) }

func createDatabase(name string) (string, error) {
	admin, err := server()
	if err != nil {
		return "", err
	}
	defer admin.Close()
	if _, err := admin.Exec("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"); err != nil {
		return "", err
	}
	u, err := url.Parse(os.Getenv("TEPAT_TEST_POSTGRES"))
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

func dropDatabase(name string) {
	admin, err := server()
	if err != nil {
		return
	}
	defer admin.Close()
	admin.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)") //nolint:errcheck // the server of the tests is thrown away
}

// tamper runs one statement on the database behind the program's back, as an
// administrator with psql or sqlite3 would.
func tamper(dsn, statement string) (int64, error) {
	driver := "sqlite"
	if strings.HasPrefix(dsn, "postgres") {
		driver = "pgx"
	}
	d, err := sql.Open(driver, dsn)
	if err != nil {
		return 0, err
	}
	defer d.Close()
	res, err := d.ExecContext(context.Background(), statement)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
