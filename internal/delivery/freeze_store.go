package delivery

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/money"
	"tepat/internal/program"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// Freeze makes the pay list of one stage from a signed decree. Everybody on
// the decree enters it: who died, moved or is held since then as failed, with
// the reason, and so the second line of one person whose records were merged. Who proposed or signed the decree does not freeze it, and no
// month is listed twice.
func Freeze(ctx context.Context, tx *db.Tx, decree id.Decree, stage Stage) (PayList, error) {
	if err := stage.check(); err != nil {
		return PayList{}, err
	}
	d, err := program.DecreeByID(ctx, tx, tx.Actor.Scope, decree)
	if err != nil {
		return PayList{}, err
	}
	if err := mayFreeze(tx.Actor, d); err != nil {
		return PayList{}, err
	}
	list := PayList{ID: id.PayList(tx.NewID()), Decree: d.ID, Program: d.Program, Title: stage.Title, Stage: 1, From: stage.From,
		Until: stage.Until, State: Frozen, ProposedBy: d.ProposedBy, SignedBy: d.SignedBy, FrozenBy: tx.Actor.User, FrozenAt: tx.Now,
		Version: 1, ProgramName: d.ProgramName, DecreeNumber: d.Number}
	if err := fitMonths(ctx, tx, d, &list); err != nil {
		return PayList{}, err
	}
	lines, err := linesOf(ctx, tx, d, list.Months())
	if err != nil {
		return PayList{}, err
	}
	sites := sitesOf(tx, list.ID, lines)
	list.Lines, list.Total, list.Digest = len(lines), sum(lines), digestOf(lines)
	return list, storeList(ctx, tx, list, sites, lines)
}

func mayFreeze(actor db.Actor, d program.Decree) error {
	switch {
	case actor.User == "":
		return fault.NewDenied("delivery.nobody")
	case !actor.Scope.Whole():
		return fault.NewDenied("delivery.whole_regency")
	case actor.User == d.ProposedBy || actor.User == d.SignedBy:
		return fault.NewDenied("delivery.decreer_pays")
	case d.State != program.DecreeSigned:
		return fault.NewConflict("delivery.decree_unsigned")
	}
	return nil
}

// fitMonths gives list its number and refuses months outside the decree or
// already listed. Two treasurers at once get the same number; the unique key
// of the table lets one of them through.
func fitMonths(ctx context.Context, tx *db.Tx, d program.Decree, list *PayList) error {
	first, last := d.MonthFrom, addMonths(d.MonthFrom, d.Months-1)
	if list.From.Before(first) || list.Until.After(last) {
		return fault.NewInvalid("delivery.months_outside", first, last).At("from")
	}
	earlier, err := stagesOf(ctx, tx, tx.Actor.Regency(), d.ID)
	if err != nil {
		return err
	}
	for _, e := range earlier {
		list.Stage = max(list.Stage, e.Stage+1)
		if !list.Until.Before(e.From) && !list.From.After(e.Until) {
			return fault.NewConflict("delivery.months_overlap", e.Title).At("from")
		}
	}
	return nil
}

func stagesOf(ctx context.Context, q db.Querier, regency string, decree id.Decree) ([]PayList, error) {
	return db.All(ctx, q, scanList, "SELECT "+listColumns+listFrom+" WHERE l.regency = $1 AND l.decree_id = $2 ORDER BY l.stage_no",
		regency, string(decree))
}

// linesOf turns the lines of the decree into lines of the list, each judged as
// things stand now.
func linesOf(ctx context.Context, tx *db.Tx, d program.Decree, months int) ([]Line, error) {
	decreed, err := program.DecreeLines(ctx, tx, tx.Actor.Scope, d.ID, 0, 0)
	if err != nil {
		return nil, err
	}
	if len(decreed) != d.Lines {
		return nil, fault.NewConflict("delivery.decree_incomplete", d.Lines, len(decreed))
	}
	people := make([]id.Person, 0, len(decreed))
	for _, l := range decreed {
		people = append(people, l.Person)
	}
	now, err := payeesOf(ctx, tx, tx.Actor.Regency(), people)
	if err != nil {
		return nil, err
	}
	out := make([]Line, 0, len(decreed))
	listed := map[id.Person]bool{} // people of several records who will be paid
	for _, l := range decreed {
		line := Line{ID: id.PayLine(tx.NewID()), DecreeLine: l.ID, Person: l.Person, Family: l.Family, Village: l.Village, Place: l.Place,
			Payee: cmp.Or(l.Name, l.Head), Amount: d.AmountMonth.Times(months), State: Pending, Version: 1}
		if line.Amount < 0 || line.Amount > MaxAmount {
			return nil, fault.NewInvalid("delivery.amount", MaxAmount)
		}
		stop := now.stop(l.Person)
		if stop.Reason == "" && listed[now.speaker.Of(l.Person)] {
			stop = twice
		}
		line.judge(l.State, stop)
		if line.State == Pending && now.several(l.Person) {
			listed[now.speaker.Of(l.Person)] = true
		}
		out = append(out, line)
	}
	return out, nil
}

// judge fails a line whose recipient must not be paid now.
func (l *Line) judge(decreed program.LineState, s Stop) {
	switch {
	case decreed == program.LineReplaced:
		l.State = Replaced
	case s.Reason != "":
		l.State, l.Reason, l.Detail = Failed, s.Reason, s.detail()
	}
}

// sitesOf makes one site per village, in order of code, and puts the lines on them.
func sitesOf(tx *db.Tx, list id.PayList, lines []Line) []Site {
	villages := make([]region.Code, 0, 64)
	for _, l := range lines {
		villages = append(villages, l.Village)
	}
	slices.Sort(villages)
	var out []Site
	at := make(map[region.Code]id.Site)
	for _, v := range slices.Compact(villages) {
		s := Site{ID: id.Site(tx.NewID()), List: list, Village: v, Name: v.Name(), Version: 1}
		at[v] = s.ID
		out = append(out, s)
	}
	for i := range lines {
		lines[i].List, lines[i].Site = list, at[lines[i].Village]
	}
	return out
}

func sum(lines []Line) money.Rupiah {
	var total money.Rupiah
	for _, l := range lines {
		total += l.Amount
	}
	return total
}

// digestOf hashes who gets how much, in the order of the decree, with lengths
// before texts.
func digestOf(lines []Line) string {
	h := sha256.New()
	var buf []byte
	for _, l := range lines {
		buf = buf[:0]
		for _, s := range []string{string(l.DecreeLine), string(l.Person), string(l.Family), string(l.Village), string(l.State), string(l.Reason)} {
			buf = binary.AppendUvarint(buf, uint64(len(s)))
			buf = append(buf, s...)
		}
		buf = binary.BigEndian.AppendUint64(buf, uint64(l.Amount))
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func storeList(ctx context.Context, tx *db.Tx, l PayList, sites []Site, lines []Line) error {
	err := tx.Insert(ctx, listTable, string(l.ID), string(l.Decree), string(l.Program), l.Title, l.Stage, l.From, l.Until, string(l.State),
		l.Lines, int64(l.Total), l.Digest, string(l.ProposedBy), string(l.SignedBy), string(l.FrozenBy), l.FrozenAt, "", nil, "", l.Version)
	if db.IsUnique(err) {
		return fault.NewConflict("delivery.stage_taken").Because(err)
	}
	if err != nil {
		return err
	}
	for _, s := range sites {
		if err := tx.Insert(ctx, siteTable, string(s.ID), string(s.List), string(s.Village), s.Name, civil.Date{}, "", "open",
			0, 0, "", "", nil, s.Version); err != nil {
			return err
		}
	}
	failed := 0
	for _, n := range lines {
		if n.State == Failed {
			failed++
		}
		if err := tx.Insert(ctx, lineTable, string(n.ID), string(n.List), string(n.DecreeLine), string(n.Person), string(n.Family),
			string(n.Site), string(n.Village), n.Place, n.Payee, registry.Key(n.Payee), int64(n.Amount), string(n.State), string(n.Reason),
			n.Detail, "", n.Version); err != nil {
			return err
		}
	}
	tx.AnalyzeLater(ctx, "pay_list", "site", "pay_line", "decree_line", "person", "family", "indication") // what a hand-over reads
	return tx.Record("paylist.frozen", string(l.ID), region.Code(tx.Actor.Regency()), map[string]any{
		"say": []any{l.Title, l.Lines, l.Total.String(), failed}, "decree": l.Decree, "months": []string{l.From.String(), l.Until.String()},
		"digest": l.Digest, "sites": len(sites)})
}
