package program

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

const programColumns = "p.id, p.code, p.name, p.unit, p.fund, p.channel, p.state, p.made_by, p.made_at, p.version"

func scanProgram(p *Program) []any {
	return []any{&p.ID, &p.Code, &p.Name, &p.Unit, &p.Fund, &p.Channel, &p.State, &p.MadeBy, &p.MadeAt, &p.Version}
}

// wholeOnly refuses an officer of a part of the regency: a programme, a ranking
// and a decree concern all of it.
func wholeOnly(tx *db.Tx) error {
	if !tx.Actor.Scope.Whole() {
		return fault.NewDenied("program.whole_only")
	}
	return nil
}

// CreateProgram stores a new programme. Faults: what clean finds, and
// program.code_taken.
func CreateProgram(ctx context.Context, tx *db.Tx, p Program) (Program, error) {
	if err := wholeOnly(tx); err != nil {
		return p, err
	}
	if err := p.clean(); err != nil {
		return p, err
	}
	if _, reserved := external[p.Code]; reserved {
		return p, fault.NewConflict("program.code_known", p.Code).At("code")
	}
	_, taken, err := db.One(ctx, tx, scanProgram, "SELECT "+programColumns+" FROM program p WHERE p.regency = $1 AND p.code = $2", tx.Actor.Regency(), p.Code)
	if err != nil {
		return p, fault.Wrap("program.CreateProgram", err)
	}
	if taken {
		return p, fault.NewConflict("program.code_taken", p.Code).At("code")
	}
	p.ID, p.State, p.MadeBy, p.MadeAt, p.Version = id.Program(tx.NewID()), Open, tx.Actor.User, tx.Now, 1
	err = tx.Insert(ctx, programTable, string(p.ID), p.Code, p.Name, string(p.Unit), string(p.Fund), string(p.Channel), string(p.State),
		string(p.MadeBy), p.MadeAt, p.Version)
	if err != nil {
		return p, fault.Wrap("program.CreateProgram", unique(err))
	}
	return p, tx.Record("program.created", string(p.ID), tx.Actor.Scope.Regency(),
		map[string]any{"say": []string{p.Name}, "code": p.Code, "unit": p.Unit, "fund": p.Fund})
}

// SetProgramState closes a programme or opens it again.
func SetProgramState(ctx context.Context, tx *db.Tx, program id.Program, state State) error {
	if err := wholeOnly(tx); err != nil {
		return err
	}
	p, err := ProgramByID(ctx, tx, tx.Actor.Scope, program)
	if err != nil {
		return err
	}
	if p.State == state {
		tx.Unchanged()
		return nil
	}
	err = guarded(ctx, tx, programTable, string(program), `UPDATE program SET state = $3, version = version + 1
		WHERE regency = $1 AND id = $2 AND version = $4`, tx.Actor.Regency(), string(program), string(state), p.Version)
	if err != nil {
		return fault.Wrap("program.SetProgramState", err)
	}
	kind := "program.closed"
	if state == Open {
		kind = "program.reopened"
	}
	return tx.Record(kind, string(p.ID), tx.Actor.Scope.Regency(), map[string]any{"say": []string{p.Name}, "code": p.Code})
}

// ProgramByID returns a programme of the regency of scope.
func ProgramByID(ctx context.Context, q db.Querier, scope region.Scope, program id.Program) (Program, error) {
	p, found, err := db.One(ctx, q, scanProgram, "SELECT "+programColumns+" FROM program p WHERE p.regency = $1 AND p.id = $2",
		string(scope.Regency()), string(program))
	if err == nil && !found {
		err = fault.NewNotFound("program.gone")
	}
	return p, err
}

// Overview is a programme with what the catalogue says about it.
type Overview struct {
	Program
	Active     int // number of the active version, 0 for none
	Waiting    int // versions that wait for approval
	Candidates int
	Decreed    int // lines of signed decrees that stand
}

// Programs returns the programmes of the regency of scope, open ones first, by
// name.
func Programs(ctx context.Context, q db.Querier, scope region.Scope) ([]Overview, error) {
	return db.All(ctx, q, func(o *Overview) []any {
		return append(scanProgram(&o.Program), &o.Active, &o.Waiting, &o.Candidates, &o.Decreed)
	}, "SELECT "+programColumns+`,
		COALESCE((SELECT max(v.number) FROM rule_version v WHERE v.regency = p.regency AND v.program_id = p.id AND v.state = 'active'), 0),
		(SELECT count(*) FROM rule_version v WHERE v.regency = p.regency AND v.program_id = p.id AND v.state = 'proposed'),
		(SELECT count(*) FROM candidate c WHERE c.regency = p.regency AND c.program_id = p.id),
		(SELECT count(*) FROM decree d JOIN decree_line l ON l.regency = d.regency AND l.decree_id = d.id
			WHERE d.regency = p.regency AND d.program_id = p.id AND d.state = 'signed' AND l.state <> 'replaced')
		FROM program p WHERE p.regency = $1 ORDER BY CASE WHEN p.state = 'open' THEN 0 ELSE 1 END, p.name, p.id`, string(scope.Regency()))
}
