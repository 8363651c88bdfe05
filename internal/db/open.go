package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
	_ "modernc.org/sqlite"             // driver "sqlite"

	"tepat/internal/id"
)

// Engine names the database behind a DB.
type Engine string

// The two engines. Everything but this package and ledger is blind to the difference.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options configure Open. The zero value is usable in production.
type Options struct {
	// Now is the clock; nil means the system clock. Tests and drills inject one.
	Now func() time.Time
	// Readers bounds the read pool; 0 means 4.
	Readers int
	// Mint makes identifiers; nil means one seeded by the operating system.
	Mint *id.Mint
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine  Engine
	write   *sql.DB
	read    *sql.DB
	now     func() time.Time
	mint    *id.Mint
	journal Journal
	path    string
}

// Open opens the database at dsn: "postgres://…" or the path of a SQLite
// file, which is created. It does not migrate; see Migrate.
func Open(ctx context.Context, dsn string, opt Options) (*DB, error) {
	d := &DB{now: opt.Now, mint: opt.Mint}
	if d.now == nil {
		d.now = time.Now
	}
	if d.mint == nil {
		d.mint = id.NewMint()
	}
	if opt.Readers < 1 {
		opt.Readers = 4
	}
	var err error
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		err = d.openPostgres(ctx, dsn, opt)
	} else {
		err = d.openSQLite(ctx, strings.TrimPrefix(dsn, "sqlite:"), opt)
	}
	if err != nil {
		return nil, fmt.Errorf("db.Open: %w", err)
	}
	return d, nil
}

// synchronous=FULL is not negotiable: with NORMAL a power cut loses
// acknowledged commits and integrity_check still says ok.
const sqlitePragmas = "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)" +
	"&_pragma=foreign_keys(1)&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)&_pragma=mmap_size(0)&_pragma=temp_store(2)"

func sqliteURL(path string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + sqlitePragmas
}

func (d *DB) openSQLite(ctx context.Context, path string, opt Options) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	d.engine, d.path = SQLite, path
	base := sqliteURL(path)
	var err error
	d.write, err = sql.Open("sqlite", base+"&_txlock=immediate&_pragma=cache_size(-65536)")
	if err != nil {
		return err
	}
	d.write.SetMaxOpenConns(1)
	d.write.SetMaxIdleConns(1)
	if err := d.write.PingContext(ctx); err != nil {
		return err
	}
	d.read, err = sql.Open("sqlite", base+"&_pragma=query_only(1)&_pragma=cache_size(-16384)")
	if err != nil {
		return err
	}
	d.read.SetMaxOpenConns(opt.Readers)
	d.read.SetMaxIdleConns(opt.Readers)
	return d.checkSQLiteVersion(ctx)
}

// checkSQLiteVersion refuses libraries older than 3.51.3, which can corrupt a
// WAL database when two connections checkpoint at once.
func (d *DB) checkSQLiteVersion(ctx context.Context) error {
	var v string
	if err := d.read.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&v); err != nil {
		return err
	}
	var major, minor, patch int
	if _, err := fmt.Sscanf(v, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return fmt.Errorf("sqlite version %q: %w", v, err)
	}
	if major*1_000_000+minor*1_000+patch < 3_051_003 {
		return fmt.Errorf("sqlite %s is older than 3.51.3", v)
	}
	return nil
}

func (d *DB) openPostgres(ctx context.Context, dsn string, opt Options) error {
	d.engine = Postgres
	pool, err := sql.Open("pgx", dsn)
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(opt.Readers * 3)
	pool.SetMaxIdleConns(opt.Readers * 3)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d.write, d.read = pool, pool
	return d.checkCollation(ctx)
}

// checkCollation refuses databases that sort text by language: keyset paging
// and area ranges rely on byte order, which is SQLite's.
func (d *DB) checkCollation(ctx context.Context) error {
	var collate, encoding string
	err := d.read.QueryRowContext(ctx, `SELECT datcollate, pg_encoding_to_char(encoding)
		FROM pg_database WHERE datname = current_database()`).Scan(&collate, &encoding)
	if err != nil {
		return err
	}
	switch collate {
	case "C", "POSIX", "C.UTF-8", "C.utf8":
	default:
		return fmt.Errorf("the database sorts by %q; create it with: createdb -T template0 -E UTF8 --locale=C.UTF-8", collate)
	}
	if encoding != "UTF8" {
		return fmt.Errorf("the database stores %s; it must be created with encoding UTF8", encoding)
	}
	return nil
}

// Engine returns the engine behind d.
func (d *DB) Engine() Engine { return d.engine }

// Path returns the SQLite file, or "" on PostgreSQL.
func (d *DB) Path() string { return d.path }

// Now returns the current instant of d's clock.
func (d *DB) Now() time.Time { return d.now() }

// Keep sets the journal that every Write appends to. It is called once, before
// the first Write.
func (d *DB) Keep(j Journal) { d.journal = j }

// Close closes both pools.
func (d *DB) Close() error {
	err := d.write.Close()
	if d.read != d.write {
		if e := d.read.Close(); err == nil {
			err = e
		}
	}
	return err
}
