package registry

import (
	"context"
	"slices"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
)

// Standing is what evidence knows about a family: the programmes it receives,
// sorted codes separated by spaces, and whether a case is open.
type Standing struct {
	Receives string
	Review   Review
}

// SetStandings brings the standing of families, as they were read, in step with
// want; families that are not in want stay, and so do those merged away. Like head and members it follows
// from other records, the facts, so it leaves no provenance of its own and is no
// change that an undo or an open form would trip over. It returns how many
// families changed. A standing that is no longer the one read is a Conflict.
func SetStandings(ctx context.Context, tx *db.Tx, read []Family, want map[id.Family]Standing) (int, error) {
	type step struct{ from, to Standing }
	steps := map[step][]Family{}
	var order []step
	for _, f := range read {
		to, ok := want[f.ID]
		s := step{Standing{f.Receives, f.Review}, to}
		if !ok || s.from == s.to || f.MergedInto != "" {
			continue
		}
		if steps[s] == nil {
			order = append(order, s)
		}
		steps[s] = append(steps[s], f)
	}
	sums, done := tallySums{}, 0
	for _, s := range order {
		changed, err := changeStanding(ctx, tx, steps[s], s.from, s.to)
		if err != nil {
			return done, err
		}
		done += len(changed)
		for _, f := range changed {
			sums.add(f, +1)
			f.Receives, f.Review = s.from.Receives, s.from.Review
			sums.add(f, -1)
		}
	}
	return done, sums.write(ctx, tx)
}

// changeStanding changes one standing into another for many families at once
// and returns them as they are then.
func changeStanding(ctx context.Context, tx *db.Tx, list []Family, from, to Standing) ([]Family, error) {
	ids := make([]id.Family, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	var out []Family
	err := db.Chunks(ids, func(part []any) error {
		var w db.Where
		set := "UPDATE family SET receives = " + w.Arg(to.Receives) + ", review = " + w.Arg(string(to.Review)) + ", updated_at = " + w.Arg(tx.Now)
		w.And("regency = ?", tx.Actor.Regency())
		w.In("id", part...)
		w.And("receives = ?", from.Receives)
		w.And("review = ?", string(from.Review))
		changed, err := db.All(ctx, tx, scanFamily, set+w.String()+" RETURNING "+families.bare, w.Args...)
		for _, f := range changed {
			tx.Touch(families.table, string(f.ID))
		}
		out = append(out, changed...)
		return err
	})
	if err == nil && len(out) != len(list) {
		err = fault.NewConflict("registry.changed_meanwhile", list[0].HeadName)
	}
	return out, err
}

// tallySums adds up what many families change in the counts: a list of
// thousands touches a few cells.
type tallySums map[cell]*[2]int // families, people

type cell struct {
	village  region.Code
	desil    int
	receives string
	review   Review
}

func (t tallySums) add(f Family, sign int) {
	if f.MergedInto != "" {
		return
	}
	k := cell{f.Village, f.Desil, f.Receives, f.Review}
	if t[k] == nil {
		t[k] = &[2]int{}
	}
	t[k][0] += sign
	t[k][1] += sign * f.Members
}

// write stores the sums in one order, in which all writers lock the cells.
func (t tallySums) write(ctx context.Context, tx *db.Tx) error {
	list := make([]Family, 0, len(t))
	for k := range t {
		list = append(list, Family{Village: k.village, Desil: k.desil, Receives: k.receives, Review: k.review})
	}
	slices.SortFunc(list, byCell)
	for _, f := range list {
		sum := t[cell{f.Village, f.Desil, f.Receives, f.Review}]
		if *sum == [2]int{} {
			continue
		}
		if err := count(ctx, tx, f, sum[0], sum[1]); err != nil {
			return err
		}
	}
	return nil
}
