package program

import (
	"context"
	"encoding/json"
	"strconv"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

// Rank judges an active version as of day and keeps the ranking. It holds the
// writer while it reads the registry; a caller with a large regency calls Judge
// on a snapshot first and Keep afterwards.
func Rank(ctx context.Context, tx *db.Tx, version id.Version, day civil.Date) (Ranking, error) {
	v, err := VersionByID(ctx, tx, tx.Actor.Scope, version)
	if err != nil {
		return Ranking{}, err
	}
	j, err := Judge(ctx, tx, tx.Actor.Scope.Regency(), v, day, nil)
	if err != nil {
		return Ranking{}, err
	}
	return Keep(ctx, tx, j)
}

// Keep stores a judgement of an active version. It refuses a list that holds
// the actor's own family or a declared relative, without saying who. For who is
// unknown only because a fact about the family waits for a decision, it opens
// the case that people decide.
func Keep(ctx context.Context, tx *db.Tx, j *Judged) (Ranking, error) {
	if err := wholeOnly(tx); err != nil {
		return Ranking{}, err
	}
	v, err := VersionByID(ctx, tx, tx.Actor.Scope, j.Program.Rules.ID)
	if err != nil {
		return Ranking{}, err
	}
	p, err := ProgramByID(ctx, tx, tx.Actor.Scope, v.Program)
	if err != nil {
		return Ranking{}, err
	}
	switch {
	case v.State != Active:
		return Ranking{}, fault.NewConflict("program.not_active", v.Number)
	case v.RulesDigest != j.Program.Rules.RulesDigest || v.SpecText != j.Program.Rules.SpecText:
		return Ranking{}, fault.NewConflict("program.version_moved", v.Number)
	case p.State != Open: // it may have been closed since the judgement
		return Ranking{}, fault.NewConflict("program.closed", p.Name)
	case !j.Counts.AddUp():
		return Ranking{}, fault.Wrap("program.Keep", errCounts)
	}
	own, err := account.Related(ctx, tx, tx.Actor.User, j.niks, j.kks)
	if err != nil {
		return Ranking{}, err
	}
	if own {
		return Ranking{}, ownFamilyListed()
	}
	r := j.ranking(tx)
	err = tx.Insert(ctx, rankingTable, string(r.ID), string(r.Program), string(r.RuleVersion), r.AsOf, string(r.State), r.RulesDigest,
		r.InputsDigest, r.ResultDigest, r.Seed, r.Counts.Subjects, r.Counts.In, r.Counts.Reserve, r.Counts.Below, r.Counts.Ineligible,
		r.Counts.Unknown, r.Spent, r.Line, string(r.Limit), string(r.MadeBy), r.MadeAt, r.Version)
	if err != nil {
		return r, fault.Wrap("program.Keep", err)
	}
	if err := j.keepLines(ctx, tx, r.ID); err != nil {
		return r, fault.Wrap("program.Keep", err)
	}
	opened, err := evidence.Watch(ctx, tx, j.watch)
	if err != nil {
		return r, err
	}
	return r, tx.Record("ranking.made", string(r.ID), tx.Actor.Scope.Regency(), map[string]any{
		"say": []any{j.Program.Name, r.Counts.Subjects, r.Counts.In}, "program": r.Program, "version": r.RuleVersion, "as_of": r.AsOf,
		"rules": r.RulesDigest, "inputs": r.InputsDigest, "result": r.ResultDigest, "seed": r.Seed, "counts": r.Counts, "spent": r.Spent,
		"opened": opened})
}

// ownFamilyListed is the answer to an officer whose own family, or a relative
// he declared, stands in the list. It names nobody.
func ownFamilyListed() error { return fault.NewDenied("program.own_family_listed") }

func (j *Judged) ranking(tx *db.Tx) Ranking {
	key := j.id
	if key == "" {
		key = id.Ranking(tx.NewID())
	}
	return Ranking{ID: key, Program: j.Program.ID, RuleVersion: j.Program.Rules.ID, AsOf: j.AsOf, State: RankingDraft,
		RulesDigest: j.Program.Rules.RulesDigest, InputsDigest: j.Inputs, ResultDigest: j.Digest, Seed: j.Program.Rules.Spec.Seed,
		Counts: j.Counts, Spent: j.Result.Spent, Line: j.Result.Line, Limit: j.Result.Limit, MadeBy: tx.Actor.User, MadeAt: tx.Now, Version: 1}
}

func (j *Judged) keepLines(ctx context.Context, tx *db.Tx, ranking id.Ranking) error {
	for _, r := range j.Reasons {
		err := tx.Insert(ctx, reasonTable, tx.NewID(), string(ranking), r.No, string(r.State), r.Clause, r.Text[0], r.Text[1], r.N)
		if err != nil {
			return err
		}
	}
	tally := map[TallyKey]*Tally{}
	for i := range j.Lines {
		j.tell.say(i, len(j.Lines), PhaseKeep)
		l := &j.Lines[i]
		err := tx.Insert(ctx, lineTable, tx.NewID(), string(ranking), l.Place, string(l.State), string(l.Person), string(l.Family),
			string(l.Village), l.ListedNo, l.Reason, flag(l.Policy), encodeKeys(l.Keys, l.Missing), l.Cost, l.ReserveNo, l.DecidedBy, l.TiedWith)
		if err != nil {
			return err
		}
		k := TallyKey{l.Village, l.State, l.Reason}
		if tally[k] == nil {
			tally[k] = &Tally{TallyKey: k}
		}
		tally[k].N++
		tally[k].Cost += l.Cost
	}
	for _, t := range tally {
		_, err := tx.ExecMany(ctx, `INSERT INTO ranking_tally (regency, ranking_id, village, state, reason_no, subjects_n, cost_idr)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`, tx.Actor.Regency(), string(ranking), string(t.Village), string(t.State), t.Reason, t.N, t.Cost)
		if err != nil {
			return err
		}
	}
	return nil
}

// encodeKeys writes keys as they are stored: numbers split by spaces, "-" for
// what is not known.
func encodeKeys(keys []int64, missing uint64) string {
	var b []byte
	for i, v := range keys {
		if i > 0 {
			b = append(b, ' ')
		}
		if missing>>i&1 != 0 {
			b = append(b, '-')
			continue
		}
		b = strconv.AppendInt(b, v, 10)
	}
	return string(b)
}

// MarshalJSON gives the counts the names that the ledger keeps for ever.
func (c Counts) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]int{"subjects": c.Subjects, "in": c.In, "reserve": c.Reserve, "below": c.Below,
		"ineligible": c.Ineligible, "unknown": c.Unknown})
}

const rankingColumns = `r.id, r.program_id, r.version_id, r.as_of, r.state, r.rules_digest, r.inputs_digest, r.result_digest, r.seed,
	r.subjects_n, r.in_n, r.reserve_n, r.below_n, r.ineligible_n, r.unknown_n, r.spent_idr, r.line_no, r.limit_kind, r.made_by, r.made_at, r.version`

func scanRanking(r *Ranking) []any {
	c := &r.Counts
	return []any{&r.ID, &r.Program, &r.RuleVersion, &r.AsOf, &r.State, &r.RulesDigest, &r.InputsDigest, &r.ResultDigest, &r.Seed,
		&c.Subjects, &c.In, &c.Reserve, &c.Below, &c.Ineligible, &c.Unknown, &r.Spent, &r.Line, &r.Limit, &r.MadeBy, &r.MadeAt, &r.Version}
}

// RankingByID returns a ranking of the regency of scope.
func RankingByID(ctx context.Context, q db.Querier, scope region.Scope, ranking id.Ranking) (Ranking, error) {
	r, found, err := db.One(ctx, q, scanRanking, "SELECT "+rankingColumns+" FROM ranking r WHERE r.regency = $1 AND r.id = $2",
		string(scope.Regency()), string(ranking))
	if err == nil && !found {
		err = fault.NewNotFound("program.ranking_gone")
	}
	return r, err
}

// Rankings returns the rankings of a programme, newest first; an empty
// programme means all of the regency, at most limit.
func Rankings(ctx context.Context, q db.Querier, scope region.Scope, program id.Program, limit int) ([]Ranking, error) {
	var w db.Where
	w.And("r.regency = ?", string(scope.Regency()))
	if program != "" {
		w.And("r.program_id = ?", string(program))
	}
	list, err := db.All(ctx, q, scanRanking, "SELECT "+rankingColumns+" FROM ranking r"+w.String()+" ORDER BY r.id DESC LIMIT "+w.Arg(limit), w.Args...)
	return list, fault.Wrap("program.Rankings", err)
}
