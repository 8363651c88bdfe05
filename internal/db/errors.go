package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"tepat/internal/fault"
)

// SQLite result codes (sqlite.org/rescode.html) and PostgreSQL SQLSTATEs.
const (
	sqliteBusy, sqliteLocked, sqliteReadonly, sqliteIOErr, sqliteFull = 5, 6, 8, 10, 13
	sqliteUnique, sqlitePrimaryKey, sqliteForeignKey, sqliteCheck     = 2067, 1555, 787, 275
)

func code(err error) (int, string) {
	var se *sqlite.Error
	if errors.As(err, &se) {
		return se.Code(), ""
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return 0, pe.Code
	}
	return 0, ""
}

// IsUnique reports whether err is the violation of a primary or unique key.
// A PostgreSQL transaction is dead after it: return the error, or better,
// write ON CONFLICT DO NOTHING and count rows.
func IsUnique(err error) bool {
	lite, pg := code(err)
	return lite == sqliteUnique || lite == sqlitePrimaryKey || pg == "23505"
}

// IsForeign reports whether err is the violation of a foreign key.
func IsForeign(err error) bool {
	lite, pg := code(err)
	return lite == sqliteForeignKey || pg == "23503"
}

func retryable(err error) bool {
	lite, pg := code(err)
	if base := lite & 0xff; base == sqliteBusy || base == sqliteLocked {
		return true
	}
	return pg == "40001" || pg == "40P01" || pg == "55P03"
}

// classify turns the failures of the machine into faults that people can act on.
func classify(err error) error {
	if err == nil || fault.From(err) != nil {
		return err
	}
	lite, pg := code(err)
	switch {
	case lite&0xff == sqliteFull || pg == "53100":
		return fault.NewUnavailable("db.full").Because(err)
	case lite&0xff == sqliteIOErr:
		return fault.NewUnavailable("db.io").Because(err)
	case retryable(err), pg == "57P01", pg == "53300":
		return fault.NewUnavailable("db.busy").Because(err)
	}
	return err
}
