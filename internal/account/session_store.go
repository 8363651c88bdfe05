package account

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/region"
)

// How long a session lives (OWASP ASVS 5.0 §7.3).
const (
	idleLimit     = 30 * time.Minute
	absoluteLimit = 12 * time.Hour
	// slideEvery spares a durable write per request.
	slideEvery = time.Minute
)

// Actor returns who acts in a transaction of this request.
func (s Session) Actor() db.Actor {
	return db.Actor{User: s.User, Name: s.Name, Role: string(s.Role), Scope: s.Scope}
}

// Sessions follows visitors by a cookie that is worth nothing without the
// database, where only its hash is kept.
type Sessions struct {
	d       *db.DB
	manager *scs.SessionManager
}

// SessionOptions configure NewSessions.
type SessionOptions struct {
	// Secure is true behind TLS; the cookie is then bound to this host.
	Secure bool
	// OnError shows the page for a session that could not be read or written.
	OnError func(http.ResponseWriter, *http.Request, error)
}

// NewSessions returns the sessions of d.
func NewSessions(d *db.DB, opt SessionOptions) *Sessions {
	m := scs.New()
	m.Store = sessionStore{d}
	m.HashTokenInStore = true
	m.Lifetime = absoluteLimit
	// The store slides and ends sessions by the clock of the database.
	m.IdleTimeout = 0
	m.Cookie.Name = "tepat_sesi"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode // Strict would show the sign-in page after every link in a message
	m.Cookie.Persist = false                 // a shared PC forgets when the browser closes
	if opt.Secure {
		m.Cookie.Secure = true
		m.Cookie.Name = "__Host-tepat_sesi"
	}
	if opt.OnError != nil {
		m.ErrorFunc = opt.OnError
	}
	return &Sessions{d, m}
}

// Keys inside a session.
const (
	keyUser    = "user"
	keyRegency = "regency"
	keyStamp   = "stamp"
)

// Wrap loads the session before next and saves it when the response begins.
// Static files do not need it.
func (s *Sessions) Wrap(next http.Handler) http.Handler { return s.manager.LoadAndSave(next) }

// Load returns who stands behind r, and whether anybody does. The user is read
// anew from the database: a change of role or area, a reset or a deactivation
// holds from the next request on. It must run inside Wrap.
func (s *Sessions) Load(r *http.Request) (Session, bool, error) {
	ctx := r.Context()
	user := id.User(s.manager.GetString(ctx, keyUser))
	if user == "" {
		return Session{}, false, nil
	}
	row, found, err := userByID(ctx, s.d.Read(), region.Code(s.manager.GetString(ctx, keyRegency)), user)
	if err != nil {
		return Session{}, false, err
	}
	u := row.user()
	if !found || !u.Active || u.stamp != s.manager.GetString(ctx, keyStamp) {
		return Session{}, false, nil
	}
	return Session{ID: bucket("session", s.manager.Token(ctx))[:12], User: u.ID, Name: u.Name, Username: u.Username,
		Role: u.Role, Scope: u.Scope, Lang: CleanLang(u.Lang), MustChange: u.MustChange}, true, nil
}

// Start signs u in under a new token and forgets what the visitor had before,
// so that a token planted earlier is worth nothing.
func (s *Sessions) Start(ctx context.Context, u User) error {
	if err := s.manager.Clear(ctx); err != nil {
		return fmt.Errorf("account.Start: %w", err)
	}
	if err := s.manager.RenewToken(ctx); err != nil {
		return fmt.Errorf("account.Start: %w", err)
	}
	s.manager.Put(ctx, keyUser, string(u.ID))
	s.manager.Put(ctx, keyRegency, string(u.Regency))
	s.manager.Put(ctx, keyStamp, u.stamp)
	return nil
}

// Restart gives the signed-in user a new session after his password changed.
func (s *Sessions) Restart(ctx context.Context, regency region.Code, user id.User) error {
	row, found, err := userByID(ctx, s.d.Read(), regency, user)
	if err != nil || !found {
		return err
	}
	return s.Start(ctx, row.user())
}

// End signs out.
func (s *Sessions) End(ctx context.Context) error {
	if err := s.manager.Destroy(ctx); err != nil {
		return fmt.Errorf("account.End: %w", err)
	}
	return nil
}

// Purge removes sessions that ended and attempts that are forgotten; the
// application calls it now and then.
func Purge(ctx context.Context, d *db.DB) error {
	return d.Housekeep(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM session WHERE expires_at < $1 OR created_at < $2",
			tx.Now, tx.Now.Add(-absoluteLimit)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM login_attempt WHERE last_at < $1", tx.Now.Add(-forgetting))
		return err
	})
}

// sessionStore keeps scs sessions. It ignores the expiry that scs computes
// from the machine's clock and uses the database's.
type sessionStore struct{ d *db.DB }

type sessionRow struct {
	data             []byte
	created, expires db.Time
}

// FindCtx returns the data of a living session and lets it live on.
func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	row, found, err := db.One(ctx, s.d.Read(), func(r *sessionRow) []any { return []any{&r.data, &r.created, &r.expires} },
		"SELECT data, created_at, expires_at FROM session WHERE token = $1", token)
	if err != nil {
		return nil, false, fmt.Errorf("session: %w", err)
	}
	now := db.TimeOf(s.d.Now()).Std()
	if !found || now.After(row.expires.Std()) || now.After(row.created.Std().Add(absoluteLimit)) {
		return nil, false, nil
	}
	if now.Add(idleLimit).Sub(row.expires.Std()) >= slideEvery {
		s.slide(ctx, token)
	}
	return row.data, true, nil
}

// slide must not keep anybody from reading: a full disk still shows pages.
func (s sessionStore) slide(ctx context.Context, token string) {
	err := s.d.Housekeep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE session SET expires_at = $1 WHERE token = $2", tx.Now.Add(idleLimit), token)
		return err
	})
	if err != nil {
		slog.WarnContext(ctx, "session not prolonged", "err", err)
	}
}

// CommitCtx stores a session. created_at stays at the first commit of a token.
func (s sessionStore) CommitCtx(ctx context.Context, token string, b []byte, _ time.Time) error {
	_, values, err := scs.GobCodec{}.Decode(b)
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	user, _ := values[keyUser].(string)
	regency, _ := values[keyRegency].(string)
	return s.d.Housekeep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO session (token, regency, user_id, data, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (token) DO UPDATE SET regency = excluded.regency, user_id = excluded.user_id,
			data = excluded.data, expires_at = excluded.expires_at`,
			token, regency, user, b, tx.Now, tx.Now.Add(idleLimit))
		return err
	})
}

// DeleteCtx removes a session.
func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	return s.d.Housekeep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM session WHERE token = $1", token)
		return err
	})
}

// Find, Commit and Delete complete scs.Store; scs calls the ones with a context.
func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx without a context.
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
