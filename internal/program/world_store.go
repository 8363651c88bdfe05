package program

import (
	"context"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/evidence"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

// Vocabulary returns what rules of the regency may name: its own programmes,
// the known external ones, and every programme of which a list was taken in.
func Vocabulary(ctx context.Context, q db.Querier, regency string) (rules.Vocabulary, error) {
	known, err := evidence.Load(ctx, q, regency, civil.Date{})
	if err != nil {
		return rules.Vocabulary{}, err
	}
	own, err := ownPrograms(ctx, q, regency)
	return vocabulary(own, known.Programs), err
}

func ownPrograms(ctx context.Context, q db.Querier, regency string) ([]Program, error) {
	list, err := db.All(ctx, q, scanProgram, "SELECT "+programColumns+" FROM program p WHERE p.regency = $1 ORDER BY p.code", regency)
	return list, fault.Wrap("program.ownPrograms", err)
}

// loadWorld reads what evidence and the regency's own decrees say on day. The
// receipts of the own programmes are those whose months overlap the year of v.
func loadWorld(ctx context.Context, q db.Querier, regency region.Code, v *RuleVersion, day civil.Date) (*world, error) {
	known, err := evidence.Load(ctx, q, string(regency), day)
	if err != nil {
		return nil, err
	}
	own, err := ownPrograms(ctx, q, string(regency))
	if err != nil {
		return nil, err
	}
	w := &world{vocab: vocabulary(own, known.Programs), known: known, ownCount: min(len(own), rules.MaxTerms),
		ownPerson: map[id.Person][]int{}, ownFamily: map[id.Family][]int{}}
	w.settle()
	return w, w.ownReceipts(ctx, q, string(regency), v)
}

type receipt struct {
	code   string
	person id.Person
	family id.Family
	from   civil.Date
	months int
}

// ownReceipts reads the lines of signed decrees of other programmes that are
// paid in the months of v.
func (w *world) ownReceipts(ctx context.Context, q db.Querier, regency string, v *RuleVersion) error {
	rows, err := db.All(ctx, q, func(r *receipt) []any { return []any{&r.code, &r.person, &r.family, &r.from, &r.months} },
		`SELECT p.code, l.person_id, l.family_id, d.month_from, d.months_n FROM decree d
		JOIN decree_line l ON l.regency = d.regency AND l.decree_id = d.id
		JOIN program p ON p.regency = d.regency AND p.id = d.program_id
		WHERE d.regency = $1 AND d.state = 'signed' AND l.state <> 'replaced' AND d.program_id <> $2`, regency, string(v.Program))
	if err != nil {
		return fault.Wrap("program.ownReceipts", err)
	}
	people, families, err := registry.Forwards(ctx, q, regency)
	if err != nil {
		return fault.Wrap("program.ownReceipts", err)
	}
	first := monthNo(v.ValidFrom)
	last := first + v.Months - 1
	for _, r := range rows {
		from := monthNo(r.from)
		if from > last || from+r.months-1 < first {
			continue
		}
		i := w.vocab.Program(r.code)
		person, family := people.Of(r.person), families.Of(r.family)
		w.ownPerson[person] = append(w.ownPerson[person], i)
		w.ownFamily[family] = append(w.ownFamily[family], i)
	}
	return nil
}

// monthNo counts months, so that two spans can be compared.
func monthNo(d civil.Date) int { return d.Year*12 + int(d.Month) - 1 }
