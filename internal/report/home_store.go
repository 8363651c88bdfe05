package report

import (
	"context"
	"fmt"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/ledger"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Query says whose Beranda is wanted.
type Query struct {
	Session account.Session
	Program id.Program // "" takes the one with the newest work
	Today   civil.Date
}

// Read counts everything that Beranda shows to the person, in one snapshot.
func Read(ctx context.Context, d *db.DB, want Query) (Home, error) {
	var h Home
	err := d.Snapshot(ctx, func(q db.Querier) error {
		var err error
		h, err = read(ctx, q, want)
		return err
	})
	if err != nil {
		return Home{}, fmt.Errorf("report.Read: %w", err)
	}
	return h, nil
}

func read(ctx context.Context, q db.Querier, want Query) (Home, error) {
	scope := want.Session.Scope
	h := Home{Kecamatan: kecamatanOf(scope)}
	at := make(map[region.Code]*Kecamatan, len(h.Kecamatan))
	for i := range h.Kecamatan {
		at[h.Kecamatan[i].Code] = &h.Kecamatan[i]
	}
	steps := []func() error{
		func() error { return h.families(ctx, q, scope, at) },
		func() error { return h.chain(ctx, q, scope, want.Program, at) },
		func() (err error) { h.Waiting, err = waiting(ctx, q, want.Session); return err },
		func() error { return h.sites(ctx, q, want) },
		func() (err error) { h.Ledger, err = ledger.StateOf(ctx, q, string(scope.Regency())); return err },
		func() (err error) { h.Verified, err = verified(ctx, q, scope); return err },
		func() (err error) { h.Sources, err = sources(ctx, q, scope); return err },
		func() (err error) { h.Start, err = start(ctx, q, scope); return err },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return Home{}, err
		}
	}
	return h, nil
}

// kecamatanOf lists the kecamatan that scope sees, whole or in part.
func kecamatanOf(scope region.Scope) []Kecamatan {
	var out []Kecamatan
	for _, r := range region.Children(scope.Regency()) {
		if scope.Overlaps(r.Code) {
			out = append(out, Kecamatan{Code: r.Code, Name: r.Name})
		}
	}
	return out
}

func (h *Home) families(ctx context.Context, q db.Querier, scope region.Scope, at map[region.Code]*Kecamatan) error {
	cells, err := registry.Tallies(ctx, q, scope)
	if err != nil {
		return err
	}
	for _, t := range cells {
		n := int64(t.Families)
		h.Families += n
		h.People += int64(t.People)
		open := t.Review == registry.ReviewOpen
		if open {
			h.Open += n
		} else {
			h.Clear += n
		}
		k := at[t.Village.Kecamatan()]
		if k == nil {
			continue
		}
		k.Families += n
		k.People += int64(t.People)
		if open {
			k.Open += n
		}
		if t.Desil >= 1 && t.Desil <= PoorDesil {
			k.Poor += n
		}
	}
	return nil
}

// chain finds the programme and follows it from its ranking to its payments.
func (h *Home) chain(ctx context.Context, q db.Querier, scope region.Scope, want id.Program, at map[region.Code]*Kecamatan) error {
	var err error
	h.Programs, err = db.All(ctx, q, func(p *Program) []any { return []any{&p.ID, &p.Code, &p.Name, &p.Unit} },
		"SELECT id, code, name, unit FROM program WHERE regency = $1 AND state = 'open' ORDER BY name, id", string(scope.Regency()))
	if err != nil || len(h.Programs) == 0 {
		return err
	}
	c := &Chain{Program: h.Programs[0]}
	newest, err := newestWork(ctx, q, scope)
	if err != nil {
		return err
	}
	for _, p := range h.Programs {
		if p.ID == newest {
			c.Program = p
		}
	}
	for _, p := range h.Programs {
		if p.ID == want {
			c.Program = p
		}
	}
	h.Chain = c
	if err := c.findStages(ctx, q, scope); err != nil {
		return err
	}
	if err := c.countRanking(ctx, q, scope); err != nil {
		return err
	}
	if err := c.countDecree(ctx, q, scope, at); err != nil {
		return err
	}
	return c.countList(ctx, q, scope, at)
}

// newestWork returns the programme whose pay list, decree or ranking is the
// newest; identifiers sort by time. "" means none.
func newestWork(ctx context.Context, q db.Querier, scope region.Scope) (id.Program, error) {
	p, _, err := db.One(ctx, q, db.Self[id.Program], `SELECT w.program_id FROM (
			SELECT 3 AS step, l.id AS id, l.program_id AS program_id FROM pay_list l WHERE l.regency = $1
			UNION ALL SELECT 2, d.id, d.program_id FROM decree d WHERE d.regency = $1
			UNION ALL SELECT 1, r.id, r.program_id FROM ranking r WHERE r.regency = $1
		) w JOIN program p ON p.regency = $1 AND p.id = w.program_id AND p.state = 'open'
		ORDER BY w.step DESC, w.id DESC LIMIT 1`, string(scope.Regency()))
	return p, err
}

// findStages fills the identifiers: the newest pay list of a first decree, that
// decree or the newest signed one, and its ranking or the newest. A decree of
// change pays few people and would hide the many.
func (c *Chain) findStages(ctx context.Context, q db.Querier, scope region.Scope) error {
	regency, program := string(scope.Regency()), string(c.ID)
	row := func(x *Chain) []any {
		return []any{&x.List, &x.Stage, &x.Title, &x.Closed, &x.Decree, &x.Number, &x.Ranking}
	}
	x, found, err := db.One(ctx, q, row, `SELECT l.id, l.stage_no, l.title, CASE WHEN l.state = 'closed' THEN 1 ELSE 0 END, d.id, d.number, d.ranking_id
		FROM pay_list l JOIN decree d ON d.regency = l.regency AND d.id = l.decree_id AND d.kind = 'induk'
		WHERE l.regency = $1 AND l.program_id = $2 ORDER BY l.id DESC LIMIT 1`, regency, program)
	if err == nil && !found {
		x, found, err = db.One(ctx, q, row, `SELECT '', 0, '', 0, d.id, d.number, d.ranking_id
			FROM decree d WHERE d.regency = $1 AND d.program_id = $2 AND d.kind = 'induk' AND d.state = 'signed' ORDER BY d.id DESC LIMIT 1`, regency, program)
	}
	if err == nil && !found {
		x, _, err = db.One(ctx, q, row, `SELECT '', 0, '', 0, '', '', r.id
			FROM ranking r WHERE r.regency = $1 AND r.program_id = $2 ORDER BY r.id DESC LIMIT 1`, regency, program)
	}
	if err != nil {
		return fmt.Errorf("stages: %w", err)
	}
	x.Program = c.Program
	*c = x
	return nil
}
