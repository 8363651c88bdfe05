package duplicate

import (
	"context"
	"strconv"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
	"tepat/linkage"
)

// Label is one decision, for retraining and for export. It names records by
// their identifiers and holds no value of them.
type Label struct {
	Suspicion id.Suspicion
	Kind      Kind
	A, B      string // people, or batch and row on the side of a file
	Same      bool
	Reason    string
	Score     float64
	Source    string
	At        db.Time
	Second    bool              // a second person agreed
	Pattern   map[string]string // comparison to level, as scored
}

// EachLabel streams what people decided inside scope, oldest first; fn may keep
// what it gets.
func EachLabel(ctx context.Context, q db.Querier, scope region.Scope, fn func(Label) error) error {
	var w db.Where
	within(&w, scope)
	w.And("s.state IN ('same', 'different', 'left')")
	list, err := db.All(ctx, q, scan, "SELECT "+columns+" FROM suspicion s"+w.String()+" ORDER BY s.judged_at, s.id", w.Args...)
	if err != nil {
		return fault.Wrap("duplicate.EachLabel", err)
	}
	for i := range list {
		if err := fn(list[i].label()); err != nil {
			return err
		}
	}
	return nil
}

func (s *Suspicion) label() Label {
	l := Label{Suspicion: s.ID, Kind: s.Kind, A: string(s.A), B: string(s.B), Same: s.State == Same, Reason: s.Reason, Score: s.Weight, Source: s.Source,
		At: s.JudgedAt, Second: s.ConfirmedBy != "", Pattern: map[string]string{}}
	if s.Kind == Row {
		l.B = string(s.Batch) + ":" + strconv.Itoa(s.Row)
	}
	for _, p := range s.Evidence {
		if !p.Missing && p.Level != "" {
			l.Pattern[p.Field] = p.Level
		}
	}
	return l
}

// fewLabels is how many decisions of each kind training wants before it learns
// from them: below it chance would speak.
const fewLabels = 20

// leastShared is how many people must bear a name for the model to keep how
// frequent it is; rarer ones count alike.
const leastShared = 10

// Train learns a new model from the registry, and from the decisions about
// pairs when there are enough, and stores it as a draft. Nothing matches by it
// until another person activates it.
func (s *Service) Train(ctx context.Context, actor db.Actor, progress Progress) (registry.MatchModel, error) {
	q, regency := s.db.Read(), actor.Regency()
	m, err := registry.NewMatcher(ctx, q, regency, registry.RegistrySource, civil.Date{})
	if err != nil {
		return registry.MatchModel{}, err
	}
	model := *m.Model
	model.Link, model.Comparisons = linkage.Dedupe, cloneComparisons(m.Model.Comparisons)
	h := &hunt{service: s, actor: actor, matcher: &registry.Matcher{Model: &model}, progress: progress}
	t, err := h.table(ctx)
	if err != nil {
		return registry.MatchModel{}, fault.Wrap("duplicate.Train", err)
	}
	if t.Len() < 1000 {
		return registry.MatchModel{}, fault.NewConflict("duplicate.too_few", t.Len())
	}
	opt := registry.MatchOptions()
	opt.Progress = func(p linkage.Progress) { progress.say(p.Done, p.Total, PhaseTrain) }
	labels, err := s.labelsIn(ctx, regency, t)
	if err != nil {
		return registry.MatchModel{}, err
	}
	note, err := learn(ctx, &model, t, labels, opt)
	if err != nil {
		return registry.MatchModel{}, fault.Wrap("duplicate.Train", err)
	}
	model.KeepFrequencies(t, max(leastShared, t.Len()/10_000))
	var out registry.MatchModel
	err = s.db.Write(ctx, actor, func(tx *db.Tx) error {
		var err error
		out, err = registry.AddMatchModel(ctx, tx, &model, t.Len(), len(labels), note)
		return err
	})
	return out, fault.Wrap("duplicate.Train", err)
}

// learn trains with the labels when there are enough, else without, and returns
// what the training has to say.
func learn(ctx context.Context, model *linkage.Model, t *linkage.Table, labels []linkage.Label, o linkage.Options) (string, error) {
	if enough(labels) {
		return "", model.TrainLabels(t, labels, o)
	}
	said, err := model.Train(ctx, t, o)
	return strings.Join(said.Warnings, " "), err
}

// cloneComparisons copies what training writes into.
func cloneComparisons(list []linkage.Comparison) []linkage.Comparison {
	out := make([]linkage.Comparison, len(list))
	for i, c := range list {
		out[i] = c
		out[i].Levels = append([]linkage.Level(nil), c.Levels...)
	}
	return out
}

// labelsIn places the decided pairs in the table. People who were merged are no
// longer in the registry beside each other; they speak through EachLabel.
func (s *Service) labelsIn(ctx context.Context, regency string, t *linkage.Table) ([]linkage.Label, error) {
	var out []linkage.Label
	err := EachLabel(ctx, s.db.Read(), region.NewScope(region.Code(regency)), func(l Label) error {
		a, okA := t.Find(registry.RegistrySource, l.A)
		b, okB := t.Find(registry.RegistrySource, l.B)
		if okA && okB {
			out = append(out, linkage.Label{A: a, B: b, Match: l.Same})
		}
		return nil
	})
	return out, err
}

func enough(labels []linkage.Label) bool {
	same := 0
	for _, l := range labels {
		if l.Match {
			same++
		}
	}
	return same >= fewLabels && len(labels)-same >= fewLabels
}

// ActivateModel puts a trained model to work; see registry.ActivateMatchModel.
// The next search looks at everybody again.
func ActivateModel(ctx context.Context, tx *db.Tx, model string) error {
	return registry.ActivateMatchModel(ctx, tx, model)
}

// ModelJSON returns the parameters of a model, "" for the built-in one.
func ModelJSON(ctx context.Context, q db.Querier, regency, model string) ([]byte, error) {
	return registry.ModelParameters(ctx, q, regency, model)
}

// Policies returns the policy of every source that holds on day.
func Policies(ctx context.Context, q db.Querier, regency string, day civil.Date) ([]registry.MatchPolicy, error) {
	return registry.MatchPolicies(ctx, q, regency, day)
}

// SetPolicy writes a policy from a day on; see registry.SetMatchPolicy.
func SetPolicy(ctx context.Context, tx *db.Tx, p registry.MatchPolicy) error {
	return registry.SetMatchPolicy(ctx, tx, p)
}
