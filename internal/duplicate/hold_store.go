package duplicate

import (
	"context"
	"time"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// lockFor is how long a look at a suspicion keeps others from it.
const lockFor = 10 * time.Minute

// Lock says who looks at a suspicion now. By is "" when nobody does.
type Lock struct {
	By    id.User
	Name  string
	Since db.Time
	Mine  bool
}

// Take marks that the actor looks at a suspicion, for ten minutes from now. When
// somebody else does, that lock is returned and stands. A lock is a courtesy:
// it keeps two people from the same work, and a verdict from being overtaken.
func (s *Service) Take(ctx context.Context, actor db.Actor, suspicion id.Suspicion) (Lock, error) {
	if _, err := byID(ctx, s.db.Read(), actor.Scope, suspicion); err != nil {
		return Lock{}, err
	}
	var out Lock
	err := s.db.Housekeep(ctx, func(tx *db.Tx) error {
		held, err := lockBy(ctx, tx, actor.Regency(), suspicion, actor.User, tx.Now)
		if err != nil {
			return err
		}
		if held.By != "" {
			out = held
			return nil
		}
		out = Lock{By: actor.User, Name: actor.Name, Since: tx.Now, Mine: true}
		_, err = tx.Exec(ctx, `INSERT INTO suspicion_hold (regency, suspicion_id, user_id, name, locked_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (regency, suspicion_id, user_id) DO UPDATE SET locked_at = excluded.locked_at, name = excluded.name`,
			actor.Regency(), string(suspicion), string(actor.User), actor.Name, tx.Now)
		return err
	})
	return out, fault.Wrap("duplicate.Take", err)
}

// Release gives a lock of the actor back.
func (s *Service) Release(ctx context.Context, actor db.Actor, suspicion id.Suspicion) error {
	err := s.db.Housekeep(ctx, func(tx *db.Tx) error { return release(ctx, tx, actor, suspicion) })
	return fault.Wrap("duplicate.Release", err)
}

func release(ctx context.Context, tx *db.Tx, actor db.Actor, suspicion id.Suspicion) error {
	_, err := tx.Exec(ctx, "UPDATE suspicion_hold SET locked_at = NULL WHERE regency = $1 AND suspicion_id = $2 AND user_id = $3",
		actor.Regency(), string(suspicion), string(actor.User))
	return err
}

// Skip puts a suspicion off till tomorrow, for the actor only.
func (s *Service) Skip(ctx context.Context, actor db.Actor, suspicion id.Suspicion) error {
	if _, err := byID(ctx, s.db.Read(), actor.Scope, suspicion); err != nil {
		return err
	}
	err := s.db.Housekeep(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO suspicion_hold (regency, suspicion_id, user_id, name, skipped_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (regency, suspicion_id, user_id) DO UPDATE SET locked_at = NULL, skipped_at = excluded.skipped_at`,
			actor.Regency(), string(suspicion), string(actor.User), actor.Name, tx.Now)
		return err
	})
	return fault.Wrap("duplicate.Skip", err)
}

// lockBy returns the lock of somebody other than user that stands at now.
func lockBy(ctx context.Context, q db.Querier, regency string, suspicion id.Suspicion, user id.User, now db.Time) (Lock, error) {
	l, _, err := db.One(ctx, q, func(l *Lock) []any { return []any{&l.By, &l.Name, &l.Since} }, `SELECT user_id, name, locked_at FROM suspicion_hold
		WHERE regency = $1 AND suspicion_id = $2 AND user_id <> $3 AND locked_at > $4 ORDER BY locked_at DESC LIMIT 1`,
		regency, string(suspicion), string(user), now.Add(-lockFor))
	return l, err
}

// locksOf returns the locks that stand on a list.
func locksOf(ctx context.Context, q db.Querier, regency string, list []Suspicion, reader id.User, now db.Time) (map[id.Suspicion]Lock, error) {
	out := map[id.Suspicion]Lock{}
	if now.IsZero() {
		return out, nil
	}
	ids := make([]id.Suspicion, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	type row struct {
		suspicion id.Suspicion
		Lock
	}
	err := db.Chunks(ids, func(part []any) error {
		var w db.Where
		w.And("regency = ?", regency)
		w.In("suspicion_id", part...)
		w.And("locked_at > ?", now.Add(-lockFor))
		rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.suspicion, &r.By, &r.Name, &r.Since} },
			"SELECT suspicion_id, user_id, name, locked_at FROM suspicion_hold"+w.String()+" ORDER BY locked_at", w.Args...)
		for _, r := range rows {
			r.Mine = r.By == reader
			out[r.suspicion] = r.Lock
		}
		return err
	})
	return out, err
}
