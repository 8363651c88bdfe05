package account

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

// Gate checks passwords at the door. It gives the same answer, after the same
// work, for an unknown username, a wrong password and a closed account.
type Gate struct {
	d    *db.DB
	home region.Code
}

// NewGate returns the gate of an installation; home is the regency whose
// ledger keeps attempts on usernames that do not exist.
func NewGate(d *db.DB, home region.Code) *Gate { return &Gate{d, home} }

// SignIn returns the user who has username and password. address is where the
// visitor comes from. It fails with account.wrong (Denied) or, after too many
// failures, account.wait_seconds or account.wait_minutes (Unavailable).
func (g *Gate) SignIn(ctx context.Context, username, password, address string) (User, error) {
	username = CleanUsername(username)
	if username == "" || password == "" {
		return User{}, fault.NewInvalid("account.sign_in_empty")
	}
	row, err := g.check(ctx, username, password, address)
	if err != nil {
		return User{}, err
	}
	u := row.user()
	err = g.d.Write(ctx, u.actor(), func(tx *db.Tx) error {
		if err := unlock(ctx, tx, username, address); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO user_presence (regency, user_id, signed_in_at) VALUES ($1, $2, $3)
			ON CONFLICT (regency, user_id) DO UPDATE SET signed_in_at = excluded.signed_in_at`,
			string(u.Regency), string(u.ID), tx.Now); err != nil {
			return err
		}
		return tx.Record(EventSignedIn, string(u.ID), "", said(u.Name, "address", address))
	})
	return u, fault.Wrap("account.SignIn", err)
}

// Confirm asks a signed-in user for his password again, with the same brake on
// guessing: a session left open is not the person.
func (g *Gate) Confirm(ctx context.Context, s Session, password, address string) error {
	row, err := g.check(ctx, s.Username, password, address)
	if fault.KindOf(err) == fault.Denied {
		return fault.NewInvalid("account.wrong_current").At("current")
	}
	if err != nil {
		return err
	}
	if row.ID != s.User {
		return fault.NewDenied("account.wrong")
	}
	return fault.Wrap("account.Confirm", g.d.Housekeep(ctx, func(tx *db.Tx) error {
		return unlock(ctx, tx, s.Username, address)
	}))
}

// Fresh fails with account.password_same when chosen is the password that the
// user already has, so that nobody keeps the one on the slip.
func (g *Gate) Fresh(ctx context.Context, s Session, chosen string) error {
	row, found, err := userByID(ctx, g.d.Read(), s.Scope.Regency(), s.User)
	if err != nil {
		return err
	}
	if !found {
		return fault.NewNotFound("account.not_found")
	}
	if row.MustChange {
		chosen = canonicalSlip(chosen)
	}
	same, err := row.hash.matches(ctx, chosen)
	if err != nil {
		return fault.Wrap("account.Fresh", err)
	}
	if same {
		return fault.NewInvalid("account.password_same").At("new")
	}
	return nil
}

// check counts the attempt first and judges it then, so that a hundred guesses
// at once are a hundred counted guesses.
func (g *Gate) check(ctx context.Context, username, password, address string) (userRow, error) {
	var n int64
	err := g.d.Housekeep(ctx, func(tx *db.Tx) error {
		var err error
		n, err = count(ctx, tx, username, address)
		return err
	})
	if err != nil {
		return userRow{}, fault.Wrap("account.check", err)
	}
	row, found, err := userByUsername(ctx, g.d.Read(), username)
	if err != nil {
		return userRow{}, err
	}
	hash := nobody
	if found {
		hash = row.hash
	}
	if found && row.MustChange {
		password = canonicalSlip(password)
	}
	ok, err := hash.matches(ctx, password)
	if err != nil {
		return userRow{}, fault.Wrap("account.check", err)
	}
	if ok && found && row.Active {
		return row, nil
	}
	return userRow{}, g.refuse(ctx, row, n, address)
}

func (g *Gate) refuse(ctx context.Context, row userRow, n int64, address string) error {
	wrong := fault.NewDenied("account.wrong")
	if !worthTelling(n) {
		return wrong
	}
	regency := row.Regency
	if regency == "" {
		regency = g.home
	}
	actor := db.Actor{Name: "sistem", Role: "system", Scope: region.NewScope(regency)}
	err := g.d.Write(ctx, actor, func(tx *db.Tx) error {
		return tx.Record(EventRefused, string(row.ID), "", said(strconv.FormatInt(n, 10), "address", address))
	})
	if err != nil {
		return fault.Wrap("account.refuse", err)
	}
	return wrong
}

func (u User) actor() db.Actor {
	return db.Actor{User: u.ID, Name: u.Name, Role: string(u.Role), Scope: u.Scope}
}

// count adds an attempt to the counters of username and address and returns
// the username's. It fails while one of the doors is shut.
func count(ctx context.Context, tx *db.Tx, username, address string) (int64, error) {
	n, err := countOne(ctx, tx, bucket("user", username), freeOfUser)
	if err != nil {
		return 0, err
	}
	if _, err := countOne(ctx, tx, bucket("address", address), freeOfAddress); err != nil {
		return 0, err
	}
	return n, nil
}

func countOne(ctx context.Context, tx *db.Tx, key string, free int64) (int64, error) {
	n, open, err := db.One(ctx, tx, db.Self[int64], `INSERT INTO login_attempt (bucket, n, last_at, until_at) VALUES ($1, 1, $2, $2)
		ON CONFLICT (bucket) DO UPDATE SET n = CASE WHEN login_attempt.last_at < $3 THEN 1 ELSE login_attempt.n + 1 END, last_at = $2
		WHERE login_attempt.until_at <= $2 RETURNING n`, key, tx.Now, tx.Now.Add(-forgetting))
	if err != nil {
		return 0, err
	}
	if !open {
		return 0, shut(ctx, tx, key)
	}
	_, err = tx.Exec(ctx, "UPDATE login_attempt SET until_at = $1 WHERE bucket = $2", tx.Now.Add(delay(n, free)), key)
	return n, err
}

// shut says how long to wait, in seconds up to a minute and a half, then minutes.
func shut(ctx context.Context, tx *db.Tx, key string) error {
	until, _, err := db.One(ctx, tx, db.Self[db.Time], "SELECT until_at FROM login_attempt WHERE bucket = $1", key)
	if err != nil {
		return err
	}
	wait := until.Std().Sub(tx.Now.Std())
	if wait <= 90*time.Second {
		return fault.NewUnavailable("account.wait_seconds", int(wait.Seconds())+1)
	}
	return fault.NewUnavailable("account.wait_minutes", int(wait.Minutes())+1)
}

// unlock forgets the failures of username, and takes this attempt back from
// the address, which stays counted for the guesses at other names.
func unlock(ctx context.Context, tx *db.Tx, username, address string) error {
	if err := forgive(ctx, tx, username); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "UPDATE login_attempt SET n = n - 1, until_at = $1 WHERE bucket = $2 AND n > 0",
		tx.Now, bucket("address", address))
	return err
}

func forgive(ctx context.Context, tx *db.Tx, username string) error {
	_, err := tx.Exec(ctx, "DELETE FROM login_attempt WHERE bucket = $1", bucket("user", username))
	return err
}

// endSessions removes the sessions of user.
func endSessions(ctx context.Context, tx *db.Tx, user id.User) error {
	if _, err := tx.Exec(ctx, "DELETE FROM session WHERE user_id = $1", string(user)); err != nil {
		return fmt.Errorf("account.endSessions: %w", err)
	}
	return nil
}
