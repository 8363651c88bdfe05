package account

import (
	"context"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
)

var userTable = db.NewTable("user_account", "username", "name", "role", "areas", "position", "nip", "nik", "kk",
	"password_hash", "active", "must_change", "lang", "version", "created_at", "changed_at")

var relativeTable = db.NewTable("declared_relative", "user_id", "kk", "nik", "relation", "declared_at", "withdrawn_at")

// Tables lists the sealed tables of this package.
func Tables() []*db.Table { return []*db.Table{userTable, relativeTable} }

const userColumns = `SELECT u.regency, u.id, u.username, u.name, u.role, u.areas, u.position, u.nip, u.nik, u.kk,
	u.password_hash, u.active, u.must_change, u.lang, u.version, u.created_at, u.changed_at, p.signed_in_at
	FROM user_account u LEFT JOIN user_presence p ON p.regency = u.regency AND p.user_id = u.id`

// userRow is a user as it is stored.
type userRow struct {
	User
	areas                        string
	hash                         Hash
	created, changed, signedInAt db.Time
}

func userPointers(r *userRow) []any {
	return []any{&r.Regency, &r.ID, &r.Username, &r.Name, &r.Role, &r.areas, &r.Position, &r.NIP, &r.NIK, &r.KK,
		&r.hash.phc, &r.Active, &r.MustChange, &r.Lang, &r.Version, &r.created, &r.changed, &r.signedInAt}
}

func (r userRow) user() User {
	u := r.User
	u.Scope = decodeAreas(r.Regency, r.areas)
	u.CreatedAt, u.ChangedAt, u.SignedInAt = r.created.Std(), r.changed.Std(), r.signedInAt.Std()
	u.stamp = r.hash.stamp()
	return u
}

// UserByID returns a user who works in the regency of scope, active or not. It
// fails with account.not_found, also for users of another regency.
func UserByID(ctx context.Context, q db.Querier, scope region.Scope, user id.User) (User, error) {
	row, found, err := userByID(ctx, q, scope.Regency(), user)
	if err != nil {
		return User{}, err
	}
	if !found || scope.IsZero() {
		return User{}, fault.NewNotFound("account.not_found")
	}
	return row.user(), nil
}

func userByID(ctx context.Context, q db.Querier, regency region.Code, user id.User) (userRow, bool, error) {
	row, found, err := db.One(ctx, q, userPointers, userColumns+" WHERE u.regency = $1 AND u.id = $2",
		string(regency), string(user))
	return row, found, fault.Wrap("account.userByID", err)
}

// UserByUsername returns the user with a username, of any regency of the
// installation; found is false when there is none.
func UserByUsername(ctx context.Context, q db.Querier, username string) (User, bool, error) {
	row, found, err := userByUsername(ctx, q, CleanUsername(username))
	if err != nil || !found {
		return User{}, false, err
	}
	return row.user(), true, nil
}

func userByUsername(ctx context.Context, q db.Querier, username string) (userRow, bool, error) {
	row, found, err := db.One(ctx, q, userPointers, userColumns+`
		JOIN login_name n ON n.regency = u.regency AND n.user_id = u.id AND n.username = u.username
		WHERE n.username = $1`, username)
	return row, found, fault.Wrap("account.userByUsername", err)
}

// Users returns the users of the regency of scope whose working area scope
// overlaps and who match f, by name. A regency has some hundred users, so f is
// judged in Go.
func Users(ctx context.Context, q db.Querier, scope region.Scope, f Filter) ([]User, error) {
	rows, err := db.All(ctx, q, userPointers, userColumns+" WHERE u.regency = $1 ORDER BY u.name, u.id", string(scope.Regency()))
	if err != nil {
		return nil, fmt.Errorf("account.Users: %w", err)
	}
	var out []User
	for _, r := range rows {
		if u := r.user(); seenBy(scope, u.Scope) && f.Matches(u) {
			out = append(out, u)
		}
	}
	return out, nil
}

// seenBy reports whether a user who works in area belongs on the list of
// somebody who works in scope.
func seenBy(scope, area region.Scope) bool {
	if scope.Whole() || scope.IsZero() || area.Whole() {
		return !scope.IsZero()
	}
	for _, a := range area.Areas() {
		if scope.Overlaps(a) {
			return true
		}
	}
	return false
}

// nikHeld reports whether another active user has this NIK.
func nikHeld(ctx context.Context, q db.Querier, regency region.Code, n nik.NIK, but id.User) (bool, error) {
	if n == "" {
		return false, nil
	}
	_, found, err := db.One(ctx, q, db.Self[string],
		"SELECT id FROM user_account WHERE regency = $1 AND nik = $2 AND active = 1 AND id <> $3",
		string(regency), n.Reveal(), string(but))
	return found, fault.Wrap("account.nikHeld", err)
}

// bit is a boolean as both engines store it.
func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
