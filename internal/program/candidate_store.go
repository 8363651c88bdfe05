package program

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
)

const candidateColumns = `c.id, c.program_id, c.family_id, c.person_id, c.list_key, c.listed_name, c.village, c.listed_no, c.state, c.reason, c.note,
	c.answered_on, c.answer_batch_id, c.answer_row_n, c.batch_id, c.row_n, c.version`

func scanCandidate(c *Candidate) []any {
	return []any{&c.ID, &c.Program, &c.Family, &c.Person, &c.Key, &c.Listed, &c.Village, &c.ListedNo, &c.State, &c.Reason, &c.Note,
		&c.Answered, &c.Answer, &c.AnswerN, &c.Batch, &c.Row, &c.Version}
}

// allCandidates reads every candidate of a programme, whatever the area. One
// whose record was merged away is who speaks for him: the list stays as it was
// sent, what is asked about it is about people.
func allCandidates(ctx context.Context, q db.Querier, regency string, program id.Program) ([]Candidate, error) {
	list, err := db.All(ctx, q, scanCandidate, "SELECT "+candidateColumns+` FROM candidate c WHERE c.regency = $1 AND c.program_id = $2
		ORDER BY c.listed_no, c.id`, regency, string(program))
	if err != nil {
		return nil, fault.Wrap("program.allCandidates", err)
	}
	people, families, err := registry.Forwards(ctx, q, regency)
	if err != nil {
		return nil, fault.Wrap("program.allCandidates", err)
	}
	for i := range list {
		c := &list[i]
		c.joined = people[c.Person] != "" || families[c.Family] != ""
		c.Person, c.Family = people.Of(c.Person), families.Of(c.Family)
	}
	return list, nil
}

// CandidateFilter narrows candidates. The zero value shows all in scope.
type CandidateFilter struct {
	State  CandidateState
	Reason string
	Areas  []region.Code
}

func (f CandidateFilter) where(scope region.Scope, program id.Program) *db.Where {
	var w db.Where
	w.Within("c.", "village", scope)
	w.And("c.program_id = ?", string(program))
	if f.State != "" {
		w.And("c.state = ?", string(f.State))
	}
	if f.Reason != "" {
		w.And("c.reason = ?", f.Reason)
	}
	areas(&w, "c.village", f.Areas)
	return &w
}

// areas adds "the column lies in one of the areas"; none adds nothing.
func areas(w *db.Where, col string, list []region.Code) {
	if len(list) == 0 {
		return
	}
	cond, args := "", []any{}
	for _, a := range list {
		if cond != "" {
			cond += " OR "
		}
		cond += "(" + col + " >= ? AND " + col + " < ?)"
		args = append(args, string(a), string(a)+"~")
	}
	w.And("("+cond+")", args...)
}

// Candidates returns candidates inside scope by their number in the list; a limit of 0 means all.
func Candidates(ctx context.Context, q db.Querier, scope region.Scope, program id.Program, f CandidateFilter, offset, limit int) ([]Candidate, error) {
	w := f.where(scope, program)
	query := "SELECT " + candidateColumns + `, COALESCE(o.name, '') FROM candidate c
		LEFT JOIN person o ON o.regency = c.regency AND o.id = c.person_id` + w.String() + " ORDER BY c.listed_no, c.id"
	if limit > 0 {
		query += " LIMIT " + w.Arg(limit) + " OFFSET " + w.Arg(max(offset, 0))
	}
	list, err := db.All(ctx, q, func(c *Candidate) []any { return append(scanCandidate(c), &c.Name) }, query, w.Args...)
	return list, fault.Wrap("program.Candidates", err)
}

// CandidateCount is how many candidates of a kecamatan stand in a state for a
// reason.
type CandidateCount struct {
	Village region.Code
	State   CandidateState
	Reason  string
	N       int
}

// CandidateCounts groups the candidates inside scope by village, state and
// reason. They add up to the rows of the lists that were sent.
func CandidateCounts(ctx context.Context, q db.Querier, scope region.Scope, program id.Program) ([]CandidateCount, error) {
	w := CandidateFilter{}.where(scope, program)
	list, err := db.All(ctx, q, func(c *CandidateCount) []any { return []any{&c.Village, &c.State, &c.Reason, &c.N} },
		"SELECT c.village, c.state, c.reason, count(*) FROM candidate c"+w.String()+
			" GROUP BY c.village, c.state, c.reason ORDER BY c.village, c.state, c.reason", w.Args...)
	return list, fault.Wrap("program.CandidateCounts", err)
}
