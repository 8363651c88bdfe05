package program

import (
	"context"
	"strings"

	"tepat/internal/account"
	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/nik"
)

// ProposeDecree turns those who are in by a ranking into the lines of a decree
// and closes the ranking. Who ran the ranking may propose it; who proposes does
// not sign. The version must still be the active one.
func ProposeDecree(ctx context.Context, tx *db.Tx, ranking id.Ranking) (Decree, error) {
	if err := wholeOnly(tx); err != nil {
		return Decree{}, err
	}
	r, err := RankingByID(ctx, tx, tx.Actor.Scope, ranking)
	if err != nil {
		return Decree{}, err
	}
	v, err := VersionByID(ctx, tx, tx.Actor.Scope, r.RuleVersion)
	if err != nil {
		return Decree{}, err
	}
	p, err := ProgramByID(ctx, tx, tx.Actor.Scope, r.Program)
	if err != nil {
		return Decree{}, err
	}
	switch {
	case r.State != RankingDraft:
		return Decree{}, fault.NewConflict("program.ranking_final")
	case v.State != Active:
		return Decree{}, fault.NewConflict("program.not_active", v.Number)
	case r.Counts.In == 0:
		return Decree{}, fault.NewConflict("program.nobody_in")
	}
	if err := refuseOwnFamily(ctx, tx, r.ID); err != nil {
		return Decree{}, err
	}
	d := newDecree(tx, p, v, r, FirstDecree)
	if d.Lines, d.Total, err = proposedTotals(ctx, tx, r.ID); err != nil {
		return d, err
	}
	if err := insertDecree(ctx, tx, d); err != nil {
		return d, err
	}
	if err := decreeLines(ctx, tx, d); err != nil {
		return d, fault.Wrap("program.ProposeDecree", err)
	}
	err = guarded(ctx, tx, rankingTable, string(r.ID), `UPDATE ranking SET state = 'final', version = version + 1
		WHERE regency = $1 AND id = $2 AND state = 'draft' AND version = $3`, tx.Actor.Regency(), string(r.ID), r.Version)
	if err != nil {
		return d, fault.Wrap("program.ProposeDecree", err)
	}
	return d, tx.Record("decree.proposed", string(d.ID), tx.Actor.Scope.Regency(), map[string]any{
		"say": []any{p.Name, d.Lines, d.Total.String()}, "program": p.ID, "ranking": r.ID, "result": r.ResultDigest,
		"lines": d.Lines, "total": d.Total, "kind": d.Kind})
}

func newDecree(tx *db.Tx, p Program, v RuleVersion, r Ranking, kind DecreeKind) Decree {
	return Decree{ID: id.Decree(tx.NewID()), Program: p.ID, RuleVersion: v.ID, Ranking: r.ID, Kind: kind, State: DecreeProposed,
		AmountMonth: v.AmountMonth, Months: v.Months, MonthFrom: v.ValidFrom, ProposedBy: tx.Actor.User, ProposedAt: tx.Now, Version: 1,
		ProgramCode: p.Code, ProgramName: p.Name}
}

func insertDecree(ctx context.Context, tx *db.Tx, d Decree) error {
	err := tx.Insert(ctx, decreeTable, string(d.ID), string(d.Program), string(d.RuleVersion), string(d.Ranking), string(d.Kind), string(d.State),
		d.Number, d.SignedOn, d.PDF, d.AmountMonth, d.Months, d.MonthFrom, d.Lines, d.Total, string(d.ProposedBy), d.ProposedAt,
		string(d.SignedBy), d.SignedAt, d.Version)
	return fault.Wrap("program.insertDecree", unique(err))
}

// proposedTotals counts what a decree of the ranking would hold.
func proposedTotals(ctx context.Context, q *db.Tx, ranking id.Ranking) (int, money.Rupiah, error) {
	type sums struct {
		n     int
		total money.Rupiah
	}
	s, _, err := db.One(ctx, q, func(s *sums) []any { return []any{&s.n, &s.total} },
		"SELECT count(*), COALESCE(sum(cost_idr), 0) FROM ranking_line WHERE regency = $1 AND ranking_id = $2 AND state = 'in'", q.Actor.Regency(), string(ranking))
	return s.n, s.total, fault.Wrap("program.proposedTotals", err)
}

func decreeLines(ctx context.Context, tx *db.Tx, d Decree) error {
	rows, err := db.All(ctx, tx, scanLine, "SELECT "+lineColumns+` FROM ranking_line l WHERE l.regency = $1 AND l.ranking_id = $2
		AND l.state = 'in' ORDER BY l.place_no`, tx.Actor.Regency(), string(d.Ranking))
	if err != nil {
		return err
	}
	for i := range rows {
		if err := insertDecreeLine(ctx, tx, d, &rows[i].Line, rows[i].Cost, ""); err != nil {
			return err
		}
	}
	return nil
}

func insertDecreeLine(ctx context.Context, tx *db.Tx, d Decree, l *Line, amount money.Rupiah, replaces id.DecreeLine) error {
	if l.Family == "" {
		return fault.NewConflict("program.no_family", l.Place)
	}
	return unique(tx.Insert(ctx, decreeLineTable, tx.NewID(), string(d.ID), l.ID, string(l.Person), string(l.Family), string(l.Village), l.Place,
		amount, string(LineDecreed), string(replaces), "", nil, 1))
}

// refuseOwnFamily asks whether the people who are in or on the reserve of a
// ranking, or their families, are the actor's own or declared relatives, under
// any of their numbers.
func refuseOwnFamily(ctx context.Context, tx *db.Tx, ranking id.Ranking) error {
	type numbers struct {
		nik nik.NIK
		kk  nik.KK
	}
	rows, err := db.All(ctx, tx, func(n *numbers) []any { return []any{&n.nik, &n.kk} },
		`SELECT o.nik, f.kk FROM ranking_line l JOIN family f ON f.regency = l.regency AND f.id = l.family_id
		JOIN person o ON o.regency = f.regency AND o.family_id = f.id
		WHERE l.regency = $1 AND l.ranking_id = $2 AND l.state IN ('in', 'reserve')
		UNION SELECT o.nik, f.kk FROM ranking_line l JOIN family g ON g.regency = l.regency AND g.id = l.family_id AND g.merged_into <> ''
		JOIN family f ON f.regency = g.regency AND f.id = g.merged_into JOIN person o ON o.regency = f.regency AND o.family_id = f.id
		WHERE l.regency = $1 AND l.ranking_id = $2 AND l.state IN ('in', 'reserve')
		UNION SELECT m.nik, '' FROM ranking_line l JOIN person m ON m.regency = l.regency AND m.merged_into = l.person_id AND m.merged_into <> ''
		WHERE l.regency = $1 AND l.ranking_id = $2 AND l.state IN ('in', 'reserve')
		UNION SELECT s.nik, '' FROM ranking_line l JOIN person o ON o.regency = l.regency AND o.id = l.person_id AND o.merged_into <> ''
		JOIN person s ON s.regency = o.regency AND s.id = o.merged_into
		WHERE l.regency = $1 AND l.ranking_id = $2 AND l.state IN ('in', 'reserve')`, tx.Actor.Regency(), string(ranking))
	if err != nil {
		return fault.Wrap("program.refuseOwnFamily", err)
	}
	niks, kks := make([]nik.NIK, len(rows)), make([]nik.KK, len(rows))
	for i, r := range rows {
		niks[i], kks[i] = r.nik, r.kk
	}
	own, err := account.Related(ctx, tx, tx.Actor.User, niks, kks)
	if err != nil {
		return err
	}
	if own {
		return ownFamilyListed()
	}
	return nil
}

// Signature is what the signed paper says.
type Signature struct {
	Number  string     // "400.9/123/2024"
	On      civil.Date // not in the future
	PDF     string     // SHA-256 of the scanned decree in the blob store; KeepPDF looked at it
	Confirm int        // the number of recipients, typed by hand
	Read    int        // version of the decree that was on screen
}

const maxNumber = 80

func (s *Signature) clean(tx *db.Tx, d Decree) error {
	s.Number = strings.Join(strings.Fields(s.Number), " ")
	// The day may have begun in the east of the country (UTC+9).
	today := civil.Of(tx.Now.Add(9 * 3600e9).Std())
	switch {
	case s.Read != d.Version:
		return fault.NewConflict("program.decree_moved")
	case s.Number == "" || len(s.Number) > maxNumber:
		return fault.NewInvalid("program.decree_number", maxNumber).At("number")
	case !s.On.Valid() || s.On.After(today):
		return fault.NewInvalid("program.signed_on").At("signed_on")
	case len(s.PDF) != 64:
		return fault.NewInvalid("program.pdf_missing").At("pdf")
	case s.Confirm != d.Lines:
		return fault.NewInvalid("program.confirm", d.Lines).At("confirm")
	}
	return nil
}

// SignDecree records that the regent signed. Neither who proposed the decree
// nor who ran its ranking may record it. From now on its lines can be paid.
func SignDecree(ctx context.Context, tx *db.Tx, decree id.Decree, s Signature) (Decree, error) {
	d, r, err := decreeToDecide(ctx, tx, decree)
	if err != nil {
		return d, err
	}
	if err := s.clean(tx, d); err != nil {
		return d, err
	}
	if err := refuseOwnFamily(ctx, tx, r.ID); err != nil {
		return d, err
	}
	taken, err := numberTaken(ctx, tx, s.Number)
	if err != nil {
		return d, err
	}
	if taken {
		return d, fault.NewConflict("program.number_taken", s.Number).At("number")
	}
	err = guarded(ctx, tx, decreeTable, string(d.ID), `UPDATE decree SET state = 'signed', number = $3, signed_on = $4, pdf_sha256 = $5,
		signed_by = $6, signed_at = $7, version = version + 1 WHERE regency = $1 AND id = $2 AND state = 'proposed' AND version = $8`,
		tx.Actor.Regency(), string(d.ID), s.Number, s.On, s.PDF, string(tx.Actor.User), tx.Now, s.Read)
	if err != nil {
		return d, fault.Wrap("program.SignDecree", err)
	}
	if d.Kind == ChangeDecree {
		if err := settleReplacements(ctx, tx, d); err != nil {
			return d, err
		}
	}
	d.State, d.Number, d.SignedOn, d.PDF, d.SignedBy, d.SignedAt = DecreeSigned, s.Number, s.On, s.PDF, tx.Actor.User, tx.Now
	d.Version++
	return d, tx.Record("decree.signed", string(d.ID), tx.Actor.Scope.Regency(), map[string]any{
		"say": []any{d.Number, d.ProgramName, d.Lines, d.Total.String()}, "program": d.Program, "ranking": d.Ranking, "signed_on": d.SignedOn,
		"pdf": d.PDF, "lines": d.Lines, "total": d.Total, "kind": d.Kind})
}

func numberTaken(ctx context.Context, q *db.Tx, number string) (bool, error) {
	_, taken, err := db.One(ctx, q, db.Self[string], "SELECT id FROM decree WHERE regency = $1 AND number = $2 AND number <> ''", q.Actor.Regency(), number)
	return taken, fault.Wrap("program.numberTaken", err)
}

// decreeToDecide loads a proposed decree and refuses who made it.
func decreeToDecide(ctx context.Context, tx *db.Tx, decree id.Decree) (Decree, Ranking, error) {
	if err := wholeOnly(tx); err != nil {
		return Decree{}, Ranking{}, err
	}
	d, err := DecreeByID(ctx, tx, tx.Actor.Scope, decree)
	if err != nil {
		return d, Ranking{}, err
	}
	r, err := RankingByID(ctx, tx, tx.Actor.Scope, d.Ranking)
	if err != nil {
		return d, r, err
	}
	switch {
	case d.State != DecreeProposed:
		return d, r, fault.NewConflict("program.decree_decided")
	case tx.Actor.User == "" || tx.Actor.User == d.ProposedBy || tx.Actor.User == r.MadeBy:
		return d, r, fault.NewDenied("program.four_eyes_decree")
	}
	return d, r, nil
}

// ReturnDecree refuses a proposed decree with a reason. Its ranking stays as it
// was; a corrected one is ranked anew. A returned decree of change lets those
// who were to be replaced stay.
func ReturnDecree(ctx context.Context, tx *db.Tx, decree id.Decree, reason string) error {
	d, _, err := decreeToDecide(ctx, tx, decree)
	if err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return fault.NewInvalid("program.reason").At("reason")
	}
	err = guarded(ctx, tx, decreeTable, string(d.ID), `UPDATE decree SET state = 'returned', version = version + 1
		WHERE regency = $1 AND id = $2 AND state = 'proposed' AND version = $3`, tx.Actor.Regency(), string(d.ID), d.Version)
	if err != nil {
		return fault.Wrap("program.ReturnDecree", err)
	}
	if d.Kind == ChangeDecree {
		if err := undoReplacements(ctx, tx, d); err != nil {
			return err
		}
	}
	return tx.Record("decree.returned", string(d.ID), tx.Actor.Scope.Regency(),
		map[string]any{"say": []any{d.ProgramName}, "program": d.Program, "lines": d.Lines, "reason": reason})
}
