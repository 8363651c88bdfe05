package registry

import (
	"context"
	"strings"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
)

// manual is the source of what an officer typed himself.
const manual = "manual"

// CorrectPerson is ChangePerson by an officer at a screen: the person lies in his
// area before and after, is not of his own family, and he says why. Family,
// life and village are not corrected by hand; they follow from other commands.
func CorrectPerson(ctx context.Context, tx *db.Tx, p Person, reason string) (Diff, error) {
	old, err := PersonByID(ctx, tx, tx.Actor.Scope, p.ID)
	if err != nil {
		return nil, err
	}
	if err := refuseOwn(ctx, tx, old.FamilyID, old.NIK); err != nil {
		return nil, err
	}
	reason, err = sayable(reason)
	if err != nil {
		return nil, err
	}
	p.FamilyID, p.Village, p.Life, p.LifeOn = old.FamilyID, old.Village, old.Life, old.LifeOn
	p.Name = strings.Join(strings.Fields(p.Name), " ")
	return editPerson(ctx, tx, p, Origin{Source: manual, Reason: reason})
}

// CorrectFamily is CorrectPerson for families. Desil and rank come from the
// national data, aid and review from evidence; nobody types them. When the
// family moves to another village, the members who lived with it move along.
func CorrectFamily(ctx context.Context, tx *db.Tx, f Family, reason string) (Diff, error) {
	old, err := FamilyByID(ctx, tx, tx.Actor.Scope, f.ID)
	if err != nil {
		return nil, err
	}
	if err := refuseOwn(ctx, tx, old.ID, ""); err != nil {
		return nil, err
	}
	reason, err = sayable(reason)
	if err != nil {
		return nil, err
	}
	if f.Village != old.Village && !tx.Actor.Scope.Contains(f.Village) {
		return nil, fault.NewInvalid("registry.village_outside").At("village")
	}
	f.Desil, f.RankRegency, f.RankedOn = old.Desil, old.RankRegency, old.RankedOn
	from := Origin{Source: manual, Reason: reason}
	d, err := editFamily(ctx, tx, f, from)
	if err != nil || f.Village == old.Village {
		return d, err
	}
	return d, moveMembers(ctx, tx, old, f.Village, from)
}

// moveMembers moves the people of f who live in its village to another one.
func moveMembers(ctx context.Context, tx *db.Tx, f Family, to region.Code, from Origin) error {
	members, err := Members(ctx, tx, tx.Actor.Regency(), f.ID)
	if err != nil {
		return err
	}
	for _, p := range members {
		if p.Village != f.Village {
			continue
		}
		p.Village = to
		if _, err := ChangePerson(ctx, tx, p, from); err != nil {
			return err
		}
	}
	return nil
}

// editPerson is ChangePerson as a command of its own, with its event. The
// event holds the names of the fields, not their values.
func editPerson(ctx context.Context, tx *db.Tx, p Person, from Origin) (Diff, error) {
	d, err := ChangePerson(ctx, tx, p, from)
	if err != nil {
		return nil, err
	}
	if len(d) == 0 {
		tx.Unchanged()
		return d, nil
	}
	return d, tx.Record("person.changed", string(p.ID), p.Village,
		map[string]any{"say": []string{p.Name}, "fields": d.names(), "source": from.Source, "reason": from.Reason})
}

// editFamily is ChangeFamily as a command of its own, with its event.
func editFamily(ctx context.Context, tx *db.Tx, f Family, from Origin) (Diff, error) {
	d, err := ChangeFamily(ctx, tx, f, from)
	if err != nil {
		return nil, err
	}
	if len(d) == 0 {
		tx.Unchanged()
		return d, nil
	}
	return d, tx.Record("family.changed", string(f.ID), f.Village,
		map[string]any{"say": []string{f.HeadName}, "fields": d.names(), "source": from.Source, "reason": from.Reason})
}

func refuseOwn(ctx context.Context, tx *db.Tx, family id.Family, n nik.NIK) error {
	own, err := IsOwnFamily(ctx, tx, tx.Actor, family, n)
	if err == nil && own {
		err = account.OwnFamily()
	}
	return err
}

// IsOwnFamily reports whether family, one of its members under any of their
// numbers or the person with n is the actor's own or declared as a relative
// (UU 30/2014, articles 42 to 45).
func IsOwnFamily(ctx context.Context, q db.Querier, actor db.Actor, family id.Family, n nik.NIK) (bool, error) {
	var numbers []nik.NIK
	var cards []nik.KK
	if n != "" {
		numbers = append(numbers, n)
	}
	if family != "" {
		more, err := db.All(ctx, q, db.Self[nik.NIK], `SELECT nik FROM person WHERE regency = $1 AND family_id = $2 AND nik <> ''
			UNION SELECT o.nik FROM person p JOIN person o ON o.regency = p.regency AND o.merged_into = p.id AND o.merged_into <> ''
			WHERE p.regency = $1 AND p.family_id = $2 AND o.nik <> ''`, actor.Regency(), string(family))
		if err != nil {
			return false, err
		}
		numbers = append(numbers, more...)
		cards, err = db.All(ctx, q, db.Self[nik.KK], `SELECT kk FROM family WHERE regency = $1 AND id = $2 AND kk <> ''
			UNION SELECT kk FROM family WHERE regency = $1 AND merged_into = $2 AND merged_into <> '' AND kk <> ''`, actor.Regency(), string(family))
		if err != nil {
			return false, err
		}
	}
	return account.Related(ctx, q, actor.User, numbers, cards)
}

// sayable trims a reason and refuses one that says nothing.
func sayable(reason string) (string, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	switch {
	case len(reason) < 4:
		return "", fault.NewInvalid("registry.reason_missing").At("reason")
	case len(reason) > 500:
		return "", fault.NewInvalid("registry.reason_long").At("reason")
	}
	return reason, nil
}
