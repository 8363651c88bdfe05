package duplicate

import (
	"context"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/intake"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// ViewOf returns a suspicion inside scope with both sides as they are now. When
// a record changed since the search, the pair is scored anew for showing.
func ViewOf(ctx context.Context, q db.Querier, scope region.Scope, reader id.User, now db.Time, suspicion id.Suspicion) (View, error) {
	s, err := byID(ctx, q, scope, suspicion)
	if err != nil {
		return View{}, err
	}
	l := &viewLoad{ctx: ctx, q: q, regency: string(scope.Regency()), s: &s}
	v, err := l.view(reader, now)
	return v, fault.Wrap("duplicate.ViewOf", err)
}

type viewLoad struct {
	ctx      context.Context
	q        db.Querier
	regency  string
	s        *Suspicion
	matcher  *registry.Matcher
	people   map[id.Person]registry.Person
	families map[id.Family]registry.Family
	record   intake.Record
	batch    intake.Batch
}

func (l *viewLoad) view(reader id.User, now db.Time) (View, error) {
	s := l.s
	v := View{ID: s.ID, Kind: s.Kind, State: s.State, Version: s.Version, Village: s.area(), Max: MaxScore, Verdict: s.Verdict, Reason: s.Reason,
		Note: s.Note, Follow: s.Follow, JudgedBy: s.JudgedBy, JudgedName: s.JudgedName, JudgedAt: s.JudgedAt, ConfirmedBy: s.ConfirmedBy,
		ConfirmedName: s.ConfirmName, ConfirmedAt: s.ConfirmedAt, Undoable: s.undoable(reader)}
	if s.Kind == Pair {
		v.Merge = id.Merge(s.Merge)
	}
	var err error
	if l.matcher, err = registry.NewMatcher(l.ctx, l.q, l.regency, l.s.Source, civil.Date{}); err != nil {
		return v, err
	}
	if l.people, l.families, err = peopleOf(l.ctx, l.q, l.regency, []id.Person{s.A, s.B}); err != nil {
		return v, err
	}
	if s.Kind == Row {
		if err := l.row(&v); err != nil {
			return v, err
		}
	}
	a, b, err := l.parties()
	if err != nil {
		return v, err
	}
	if err := l.score(&v, a, b); err != nil {
		return v, err
	}
	if err := l.money(&v, now); err != nil {
		return v, err
	}
	if err := l.sides(&v, a, b); err != nil {
		return v, err
	}
	barred, err := barredOf(l.ctx, l.q, l.regency)
	if err != nil {
		return v, err
	}
	v.argue()
	v.foresee(barred)
	return v, l.around(&v, reader, now)
}

// row reads the file's side.
func (l *viewLoad) row(v *View) error {
	var err error
	if l.record, err = intake.ParseRecord(l.s.Record); err != nil {
		return err
	}
	v.Row = &RowPlace{Batch: l.s.Batch, N: l.s.Row, Source: l.s.Source}
	l.batch, err = intake.BatchByID(l.ctx, l.q, region.NewScope(region.Code(l.regency)), l.s.Batch)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	v.Row.File, v.Row.Program = l.batch.FileName, programOf(l.batch, l.record)
	v.Row.MayAdd = l.batch.Target == "registry"
	return nil
}

// parties are the two sides as the comparison shows them.
func (l *viewLoad) parties() (*party, *party, error) {
	a, err := l.party(l.s.A)
	if err != nil || l.s.Kind == Pair {
		b, errB := l.party(l.s.B)
		if err == nil {
			err = errB
		}
		return a, b, err
	}
	return a, (&party{Profile: l.record.Profile(), row: true}).complete(), nil
}

func (l *viewLoad) party(who id.Person) (*party, error) {
	p := l.people[who]
	f := l.families[p.FamilyID]
	out := (&party{Profile: registry.ProfileOf(&p, &f)}).complete()
	if p.FamilyID == "" {
		return out, nil
	}
	members, err := registry.Members(l.ctx, l.q, l.regency, p.FamilyID)
	for _, m := range members {
		if m.ID != who && m.ID != l.s.A && m.ID != l.s.B {
			out.members = append(out.members, m.Name)
		}
	}
	return out, err
}

// score takes what the search said, or says it anew when a record moved on.
func (l *viewLoad) score(v *View, a, b *party) error {
	evidence := l.s.Evidence
	v.Score = l.s.Weight
	decided := l.s.State == Same || l.s.State == Left
	if !decided && (a.mark != l.s.MarkA || b.mark != l.s.MarkB || l.s.Model != l.matcher.ModelID) {
		e, err := l.matcher.Explain(&a.Profile, &b.Profile)
		if err != nil {
			return err
		}
		v.Score, evidence, v.Stale = e.Weight, pieces(e), true
	}
	v.ModelNo = l.matcher.ModelNo
	v.Zone = zoneOf(v.Score, l.matcher.Policy)
	v.Likely, v.Certain = (l.matcher.Policy.LookWeight+l.matcher.Policy.SameWeight)/2, l.matcher.Policy.SameWeight
	v.Score = max(0, min(v.Score, MaxScore))
	v.Fields = fieldsOf(a, b, evidence)
	return nil
}

func (l *viewLoad) money(v *View, now db.Time) error {
	a, b := l.people[l.s.A], l.people[l.s.B]
	st, err := stakesFor(l.ctx, l.q, l.regency, l.s, &a, &b, l.record, dayOf(l.regency, now))
	if err != nil {
		return err
	}
	v.A.Aid, v.B.Aid, v.Impact, v.Monthly = st.a, st.b, st.impact, st.monthly
	v.A.Monthly, v.B.Monthly = monthly(st.a), monthly(st.b)
	v.Second = st.impact > NoAid
	if !l.s.State.Waits() {
		v.Second = l.s.Second
	}
	return nil
}

func (l *viewLoad) sides(v *View, a, b *party) error {
	origins, err := originsOf(l.ctx, l.q, l.regency, l.s.A, l.s.B)
	if err != nil {
		return err
	}
	pa, pb := l.people[l.s.A], l.people[l.s.B]
	v.A.Person, v.A.Family, v.A.Name, v.A.Origin, v.A.Life, v.A.Members = l.s.A, pa.FamilyID, pa.Name, origins[l.s.A], pa.Life, a.members
	v.A.Keeps = true
	if l.s.Kind == Row {
		v.B.Name, v.B.Origin = l.record.Name, say("origin.row", l.batch.FileName, l.s.Row)
		return nil
	}
	v.B.Person, v.B.Family, v.B.Name, v.B.Origin, v.B.Life, v.B.Members = l.s.B, pb.FamilyID, pb.Name, origins[l.s.B], pb.Life, b.members
	keep, _ := survivor(&pa, &pb)
	v.A.Keeps, v.B.Keeps = keep.ID == pa.ID, keep.ID == pb.ID
	return nil
}

// originsOf says of people which source made their record, and when.
func originsOf(ctx context.Context, q db.Querier, regency string, people ...id.Person) (map[id.Person]Say, error) {
	type row struct {
		person  id.Person
		source  string
		at      db.Time
		n       int
		file    string
		version int
	}
	out := map[id.Person]Say{}
	err := db.Chunks(people, func(part []any) error {
		var w db.Where
		w.And("c.regency = ?", regency)
		w.In("c.subject_id", part...)
		w.And("c.subject_kind = 'person' AND c.version = 1")
		rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.person, &r.source, &r.at, &r.n, &r.file} },
			`SELECT c.subject_id, c.source, c.at, c.row_n, COALESCE(b.file_name, '') FROM change c
			LEFT JOIN import_batch b ON b.regency = c.regency AND b.id = c.batch_id`+w.String(), w.Args...)
		for _, r := range rows {
			if r.file != "" {
				out[r.person] = say("origin.file", strings.ToUpper(r.source), dayOf(regency, r.at), r.file, r.n)
			} else {
				out[r.person] = say("origin.typed", strings.ToUpper(r.source), dayOf(regency, r.at))
			}
		}
		return err
	})
	return out, err
}

// around reads the cluster, the steps and the lock.
func (l *viewLoad) around(v *View, reader id.User, now db.Time) error {
	if l.s.Group != "" {
		list, err := groupOf(l.ctx, l.q, l.regency, l.s.Group)
		if err != nil {
			return err
		}
		for _, o := range list {
			if o.ID != l.s.ID && o.State != Gone {
				v.Group = append(v.Group, Member{o.ID, o.NameA, o.NameB, o.State, o.Weight})
			}
		}
	}
	if l.s.Kind == Row {
		list, err := db.All(l.ctx, l.q, scan, "SELECT "+columns+` FROM suspicion s WHERE s.regency = $1 AND s.batch_id = $2 AND s.batch_id <> ''
			AND s.row_n = $3 AND s.id <> $4 ORDER BY s.weight DESC, s.id`, l.regency, string(l.s.Batch), l.s.Row, string(l.s.ID))
		if err != nil {
			return err
		}
		for _, o := range list {
			v.Group = append(v.Group, Member{o.ID, o.NameA, o.NameB, o.State, o.Weight})
		}
	}
	var err error
	v.Steps, err = db.All(l.ctx, l.q, func(s *Step) []any { return []any{&s.Deed, &s.Reason, &s.Note, &s.At, &s.Name} },
		"SELECT deed, reason, note, at, actor_name FROM suspicion_step WHERE regency = $1 AND suspicion_id = $2 ORDER BY id", l.regency, string(l.s.ID))
	if err != nil {
		return err
	}
	locks, err := locksOf(l.ctx, l.q, l.regency, []Suspicion{*l.s}, reader, now)
	v.Lock = locks[l.s.ID]
	return err
}
