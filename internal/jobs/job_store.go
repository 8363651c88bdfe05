package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
)

const columns = "regency, id, kind, subject, state, payload, phase, done_n, total_n, phase_at, phase_from_n, " +
	"message, message_args, result, attempts, failures, cancel_asked, created_at, started_at, ended_at, " +
	"actor_id, actor_name, actor_role, actor_areas"

type row struct {
	Job
	args   []byte
	cancel int64
	areas  string
}

func (r *row) cols() []any {
	return []any{&r.Regency, &r.ID, &r.Kind, &r.Subject, &r.State, &r.Payload, &r.Phase, &r.Done, &r.Total, &r.PhaseAt, &r.PhaseFrom,
		&r.Message, &r.args, &r.Result, &r.Attempts, &r.Failures, &r.cancel, &r.CreatedAt, &r.StartedAt, &r.EndedAt,
		&r.Actor.User, &r.Actor.Name, &r.Actor.Role, &r.areas}
}

func (r *row) job() (Job, error) {
	args, err := decodeArgs(r.args)
	if err != nil {
		return Job{}, fmt.Errorf("arguments of job %s: %w", r.ID, err)
	}
	r.Args, r.CancelAsked = args, r.cancel != 0
	r.Actor.Scope = scopeOf(r.Regency, r.areas)
	return r.Job, nil
}

// Enqueue adds a job to the caller's command: it exists when the command
// commits, and only then. It runs as the actor of the command. payload becomes
// JSON. While a job of the same kind and non-empty subject is active, the same
// payload returns that job, and another payload is the fault "jobs.busy".
func Enqueue(ctx context.Context, tx *db.Tx, kind, subject string, payload any) (id.Job, error) {
	job, err := enqueue(ctx, tx, kind, subject, payload)
	if err != nil {
		return "", fault.Wrap("jobs.Enqueue", err)
	}
	return job, nil
}

// Submit is Enqueue outside a command, for work of the system itself such as
// nightly checks. What people cause goes through Enqueue and has an event.
func Submit(ctx context.Context, d *db.DB, actor db.Actor, kind, subject string, payload any) (id.Job, error) {
	var job id.Job
	err := d.Housekeep(ctx, func(tx *db.Tx) error {
		tx.Actor = actor
		var err error
		job, err = Enqueue(ctx, tx, kind, subject, payload)
		return err
	})
	return job, err
}

func enqueue(ctx context.Context, tx *db.Tx, kind, subject string, payload any) (id.Job, error) {
	if kind == "" || tx.Actor.Regency() == "" {
		return "", errors.New("a job needs a kind and an actor with a regency")
	}
	b, err := json.Marshal(payload)
	if err != nil {
		return "", err
	}
	job := id.Job(tx.NewID())
	n, err := tx.Exec(ctx, `INSERT INTO job (regency, id, kind, subject, state, payload, phase, done_n, total_n, phase_from_n,
			message, message_args, result, attempts, failures, cancel_asked, due_at, created_at,
			actor_id, actor_name, actor_role, actor_areas)
		VALUES ($1, $2, $3, $4, 'waiting', $5, '', 0, 0, 0, '', $6, $7, 0, 0, 0, $8, $8, $9, $10, $11, $12)
		ON CONFLICT DO NOTHING`,
		tx.Actor.Regency(), job, kind, subject, b, []byte("[]"), []byte{}, tx.Now,
		tx.Actor.User, tx.Actor.Name, tx.Actor.Role, areasText(tx.Actor.Scope))
	if err != nil {
		return "", err
	}
	if n == 1 {
		return job, nil
	}
	active, err := Active(ctx, tx, tx.Actor.Regency(), subject)
	if err != nil {
		return "", err
	}
	for _, a := range active {
		if a.Kind == kind && bytes.Equal(a.Payload, b) {
			return a.ID, nil
		}
	}
	return "", fault.NewConflict("jobs.busy")
}

// Get returns one job, or the fault "jobs.unknown".
func Get(ctx context.Context, q db.Querier, regency string, job id.Job) (Job, error) {
	r, found, err := db.One(ctx, q, (*row).cols, "SELECT "+columns+" FROM job WHERE regency = $1 AND id = $2", regency, job)
	if err != nil {
		return Job{}, fault.Wrap("jobs.Get", err)
	}
	if !found {
		return Job{}, fault.NewNotFound("jobs.unknown")
	}
	return r.job()
}

// Active returns the waiting and running jobs of a subject, oldest first.
func Active(ctx context.Context, q db.Querier, regency, subject string) ([]Job, error) {
	return list(ctx, q, "SELECT "+columns+" FROM job WHERE regency = $1 AND subject = $2 AND state IN ('waiting', 'running') ORDER BY id",
		regency, subject)
}

// Latest returns the newest job of a subject, whatever its state; found is
// false when there never was one.
func Latest(ctx context.Context, q db.Querier, regency, subject string) (Job, bool, error) {
	found, err := list(ctx, q, "SELECT "+columns+" FROM job WHERE regency = $1 AND subject = $2 ORDER BY id DESC LIMIT 1", regency, subject)
	if err != nil || len(found) == 0 {
		return Job{}, false, err
	}
	return found[0], true, nil
}

// Recent returns the newest jobs of a regency, newest first.
func Recent(ctx context.Context, q db.Querier, regency string, limit int) ([]Job, error) {
	return list(ctx, q, "SELECT "+columns+" FROM job WHERE regency = $1 ORDER BY id DESC LIMIT $2", regency, limit)
}

func list(ctx context.Context, q db.Querier, query string, args ...any) ([]Job, error) {
	rows, err := db.All(ctx, q, (*row).cols, query, args...)
	if err != nil {
		return nil, fault.Wrap("jobs", err)
	}
	out := make([]Job, len(rows))
	for i := range rows {
		if out[i], err = rows[i].job(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Cancel ends a waiting job at once and asks a running one to stop; the latter
// is over when its State says so, since its handler first finishes or rolls
// back what it has in hand. Faults: "jobs.unknown", "jobs.ended".
func Cancel(ctx context.Context, tx *db.Tx, job id.Job) error {
	n, err := tx.Exec(ctx, `UPDATE job SET cancel_asked = 1,
			ended_at = CASE WHEN state = 'waiting' THEN $1 ELSE ended_at END,
			state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END
		WHERE regency = $2 AND id = $3 AND state IN ('waiting', 'running')`, tx.Now, tx.Actor.Regency(), job)
	if err != nil {
		return fault.Wrap("jobs.Cancel", err)
	}
	if n == 1 {
		return nil
	}
	if _, err := Get(ctx, tx, tx.Actor.Regency(), job); err != nil {
		return err
	}
	return fault.NewConflict("jobs.ended")
}

// Purge removes jobs that ended before the given instant and returns how many.
func Purge(ctx context.Context, d *db.DB, before db.Time) (int64, error) {
	var n int64
	err := d.Housekeep(ctx, func(tx *db.Tx) error {
		var err error
		n, err = tx.Exec(ctx, "DELETE FROM job WHERE ended_at < $1 AND state IN ('done', 'failed', 'cancelled')", before)
		return err
	})
	return n, fault.Wrap("jobs.Purge", err)
}

type key struct {
	regency string
	id      id.Job
}

func (k *key) cols() []any { return []any{&k.regency, &k.id} }

// claim takes the oldest due job of one of kinds; found is false when there is
// none. It first looks through the read pool, so that an idle runner never
// takes SQLite's write lock, and names the row it wants, so that Citus routes
// the update to one regency. The condition on state in the update decides
// between two runners: the row is locked, the loser changes nothing.
func claim(ctx context.Context, d *db.DB, kinds []any, lease time.Duration) (Job, bool, error) {
	var w db.Where
	w.And("state = 'waiting' AND due_at <= ?", db.TimeOf(d.Now()))
	w.In("kind", kinds...)
	const candidates = 8
	waiting, err := db.All(ctx, d.Read(), (*key).cols,
		"SELECT regency, id FROM job"+w.String()+" ORDER BY due_at, id LIMIT "+w.Arg(candidates), w.Args...)
	if err != nil {
		return Job{}, false, err
	}
	for _, k := range waiting {
		job, won, err := take(ctx, d, k, lease)
		if err != nil || won {
			return job, won, err
		}
	}
	return Job{}, false, nil
}

func take(ctx context.Context, d *db.DB, k key, lease time.Duration) (Job, bool, error) {
	var r row
	won := false
	err := d.Housekeep(ctx, func(tx *db.Tx) error {
		var err error
		r, won, err = db.One(ctx, tx, (*row).cols, `UPDATE job SET state = 'running', attempts = attempts + 1, lease_until = $1,
				started_at = COALESCE(started_at, $2), phase_at = $2, phase_from_n = done_n, message = '', message_args = $3
			WHERE regency = $4 AND id = $5 AND state = 'waiting'
			RETURNING `+columns, tx.Now.Add(lease), tx.Now, []byte("[]"), k.regency, k.id)
		if !won {
			tx.Unchanged()
		}
		return err
	})
	if err != nil || !won {
		return Job{}, false, err
	}
	job, err := r.job()
	return job, err == nil, err
}

// beat stores the progress, renews the lease and reports whether somebody
// asked to cancel. ours is false when the job was given to another run.
func beat(ctx context.Context, d *db.DB, j *Job, lease time.Duration) (bool, bool, error) {
	var asked int64
	var ours bool
	var changes int
	err := d.Housekeep(ctx, func(tx *db.Tx) error {
		var s status
		s, changes = j.live.peek(tx.Now)
		var err error
		asked, ours, err = db.One(ctx, tx, db.Self[int64], `UPDATE job SET done_n = $1, total_n = $2, phase = $3, phase_at = $4, phase_from_n = $5, lease_until = $6
			WHERE regency = $7 AND id = $8 AND attempts = $9 AND state = 'running' RETURNING cancel_asked`,
			s.done, s.total, s.phase, s.phaseAt, s.phaseFrom, tx.Now.Add(lease), j.Regency, j.ID, j.Attempts)
		return err
	})
	if err != nil {
		return false, false, err
	}
	j.live.saved(changes)
	return asked != 0, ours, nil
}

// listen is a beat that changes nothing.
func listen(ctx context.Context, d *db.DB, j *Job) (bool, bool, error) {
	asked, ours, err := db.One(ctx, d.Read(), db.Self[int64],
		"SELECT cancel_asked FROM job WHERE regency = $1 AND id = $2 AND attempts = $3 AND state = 'running'", j.Regency, j.ID, j.Attempts)
	return asked != 0, ours, err
}

// settle ends a run. A job that goes back to waiting although its cancelling
// was asked is cancelled. It reports whether the run was still the valid one.
func settle(ctx context.Context, d *db.DB, j *Job, o outcome) (bool, error) {
	args, err := encodeArgs(o.args)
	if err != nil {
		return false, err
	}
	ours := false
	err = d.Housekeep(ctx, func(tx *db.Tx) error {
		s, _ := j.live.peek(tx.Now)
		var ended db.Time
		if o.state.Ended() {
			ended = tx.Now
		}
		result := s.result
		if result == nil {
			result = append([]byte{}, j.Result...) // SQLite reads an empty blob as nil, and nil is NULL
		}
		n, err := tx.Exec(ctx, `UPDATE job SET
				state = CASE WHEN $1 = 'waiting' AND cancel_asked = 1 THEN 'cancelled' ELSE $1 END,
				ended_at = CASE WHEN $1 = 'waiting' AND cancel_asked = 1 THEN $2 ELSE $3 END,
				done_n = $4, total_n = $5, phase = $6, phase_at = $7, phase_from_n = $8,
				message = $9, message_args = $10, result = $11, failures = failures + $12, due_at = $13, lease_until = NULL
			WHERE regency = $14 AND id = $15 AND attempts = $16 AND state = 'running'`,
			string(o.state), tx.Now, ended, s.done, s.total, s.phase, s.phaseAt, s.phaseFrom,
			o.message, args, result, o.failed, tx.Now.Add(o.pause), j.Regency, j.ID, j.Attempts)
		ours = n == 1
		return err
	})
	return ours, err
}

// requeue gives back the jobs whose lease ran out: their process is gone. A
// job that took maxFailures runs with it is failed instead of tried again.
// mine tells which jobs still run here: on SQLite their own long transaction
// may have kept the beat from renewing the lease.
func requeue(ctx context.Context, d *db.DB, maxFailures int, mine func(regency string, job id.Job) bool) (int, error) {
	lost, err := db.All(ctx, d.Read(), (*key).cols,
		"SELECT regency, id FROM job WHERE state = 'running' AND lease_until < $1 ORDER BY lease_until, id", db.TimeOf(d.Now()))
	if err != nil {
		return 0, err
	}
	given := 0
	for _, k := range lost {
		if mine(k.regency, k.id) {
			continue
		}
		n, err := giveBack(ctx, d, k, maxFailures)
		if err != nil {
			return given, err
		}
		given += int(n)
	}
	return given, nil
}

func giveBack(ctx context.Context, d *db.DB, k key, maxFailures int) (int64, error) {
	var n int64
	err := d.Housekeep(ctx, func(tx *db.Tx) error {
		var err error
		n, err = tx.Exec(ctx, `UPDATE job SET failures = failures + 1, lease_until = NULL, due_at = $1,
				state = CASE WHEN cancel_asked = 1 THEN 'cancelled' WHEN failures + 1 >= $2 THEN 'failed' ELSE 'waiting' END,
				ended_at = CASE WHEN cancel_asked = 1 OR failures + 1 >= $2 THEN $1 ELSE ended_at END,
				message = CASE WHEN cancel_asked = 1 THEN 'jobs.cancelled' WHEN failures + 1 >= $2 THEN 'jobs.gave_up' ELSE 'jobs.interrupted' END
			WHERE regency = $3 AND id = $4 AND state = 'running' AND lease_until < $1`,
			tx.Now, maxFailures, k.regency, k.id)
		return err
	})
	return n, err
}
