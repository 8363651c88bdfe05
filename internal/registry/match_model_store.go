package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/linkage"
)

// ModelState says whether a model is at work.
type ModelState string

// A model is trained as a draft and put to work by another person.
const (
	ModelBuiltin ModelState = "builtin"
	ModelDraft   ModelState = "draft"
	ModelActive  ModelState = "active"
	ModelRetired ModelState = "retired"
)

// MatchModel is one version of the parameters of matching.
type MatchModel struct {
	ID         string // "" is the built-in one
	Number     int
	State      ModelState
	Digest     string // SHA-256 of the parameters
	People     int    // it was trained on
	Labels     int
	Note       string // what the training said
	MadeBy     id.User
	MadeName   string
	MadeAt     db.Time
	ActiveName string
	ActiveAt   db.Time
	Version    int
	parameters string
}

var modelTable = db.NewTable("match_model", "number", "state", "parameters", "digest", "people_n", "labels_n", "note", "made_by", "made_name", "made_at",
	"active_by", "active_name", "active_at", "version")

const modelColumns = "id, number, state, digest, people_n, labels_n, note, made_by, made_name, made_at, active_name, active_at, version"

func scanModel(m *MatchModel) []any {
	return []any{&m.ID, &m.Number, &m.State, &m.Digest, &m.People, &m.Labels, &m.Note, &m.MadeBy, &m.MadeName, &m.MadeAt, &m.ActiveName, &m.ActiveAt, &m.Version}
}

// parsed keeps the last models read, by digest: parsing one takes longer than
// the question it answers.
var parsed sync.Map

// NewMatcher returns the matcher of a regency for rows of a source: the model
// at work and the policy of day (zero: the latest).
func NewMatcher(ctx context.Context, q db.Querier, regency, source string, day civil.Date) (*Matcher, error) {
	policies, err := MatchPolicies(ctx, q, regency, day)
	if err != nil {
		return nil, fault.Wrap("registry.NewMatcher", err)
	}
	m := &Matcher{Policy: PolicyOf(policies, source), regency: regency}
	if err := m.look(ctx, q); err != nil {
		return nil, fault.Wrap("registry.NewMatcher", err)
	}
	active, found, err := db.One(ctx, q, scanModel, "SELECT "+modelColumns+" FROM match_model WHERE regency = $1 AND state = 'active'", regency)
	if err != nil {
		return nil, fault.Wrap("registry.NewMatcher", err)
	}
	if !found {
		m.Model, err = BuiltinModel()
		if err == nil {
			m.single = forPairs(m.Model)
		}
		return m, err
	}
	m.ModelID, m.ModelNo = active.ID, active.Number
	if known, ok := parsed.Load(active.Digest); ok {
		m.Model = known.(*linkage.Model)
		m.single = forPairs(m.Model)
		return m, nil
	}
	text, err := ModelParameters(ctx, q, regency, active.ID)
	if err != nil {
		return nil, err
	}
	if m.Model, err = parseModel(text); err != nil {
		return nil, err
	}
	parsed.Store(active.Digest, m.Model)
	m.single = forPairs(m.Model)
	return m, nil
}

// look finds which kinds of candidates there can be at all, so that a first
// import does not ask a million times for what is not there.
func (m *Matcher) look(ctx context.Context, q db.Querier) error {
	for _, t := range []struct {
		has   *bool
		query string
	}{
		{&m.people, "SELECT 1 FROM person WHERE regency = $1 LIMIT 1"},
		{&m.formers, "SELECT 1 FROM former_number WHERE regency = $1 LIMIT 1"},
		{&m.aliases, "SELECT 1 FROM match_alias WHERE regency = $1 LIMIT 1"},
	} {
		var err error
		if _, *t.has, err = db.One(ctx, q, db.Self[int], t.query, m.regency); err != nil {
			return err
		}
	}
	return nil
}

// ModelParameters returns the JSON of a model, "" for the built-in one.
func ModelParameters(ctx context.Context, q db.Querier, regency, model string) ([]byte, error) {
	if model == "" {
		return BuiltinModelJSON(), nil
	}
	text, found, err := db.One(ctx, q, db.Self[string], "SELECT parameters FROM match_model WHERE regency = $1 AND id = $2", regency, model)
	if err == nil && !found {
		err = fault.NewNotFound("registry.model_gone")
	}
	return []byte(text), err
}

// MatchModels returns the models of a regency, newest first; the built-in one
// is the last.
func MatchModels(ctx context.Context, q db.Querier, regency string) ([]MatchModel, error) {
	list, err := db.All(ctx, q, scanModel, "SELECT "+modelColumns+" FROM match_model WHERE regency = $1 ORDER BY number DESC", regency)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(builtinModel)
	builtin := MatchModel{State: ModelBuiltin, Digest: hex.EncodeToString(sum[:]), Version: 1}
	return append(list, builtin), nil
}

// AddMatchModel stores trained parameters as a draft.
func AddMatchModel(ctx context.Context, tx *db.Tx, m *linkage.Model, people, labels int, note string) (MatchModel, error) {
	var text bytes.Buffer
	if err := m.Save(&text); err != nil {
		return MatchModel{}, fmt.Errorf("registry.AddMatchModel: %w", err)
	}
	last, _, err := db.One(ctx, tx, db.Self[int], "SELECT COALESCE(max(number), 0) FROM match_model WHERE regency = $1", tx.Actor.Regency())
	if err != nil {
		return MatchModel{}, err
	}
	sum := sha256.Sum256(text.Bytes())
	out := MatchModel{ID: tx.NewID(), Number: last + 1, State: ModelDraft, Digest: hex.EncodeToString(sum[:]), People: people, Labels: labels,
		Note: note, MadeBy: tx.Actor.User, MadeName: tx.Actor.Name, MadeAt: tx.Now, Version: 1}
	err = tx.Insert(ctx, modelTable, out.ID, out.Number, string(out.State), text.String(), out.Digest, people, labels, note,
		string(out.MadeBy), out.MadeName, out.MadeAt, "", "", nil, 1)
	if err != nil {
		return out, err
	}
	return out, tx.Record("match.model_trained", out.ID, "", map[string]any{"say": []any{out.Number, people, labels}, "digest": out.Digest})
}

// ActivateMatchModel puts a draft to work in place of the one before. Whoever
// had it trained does not.
func ActivateMatchModel(ctx context.Context, tx *db.Tx, model string) error {
	regency := tx.Actor.Regency()
	m, found, err := db.One(ctx, tx, scanModel, "SELECT "+modelColumns+" FROM match_model WHERE regency = $1 AND id = $2", regency, model)
	switch {
	case err != nil:
		return err
	case !found:
		return fault.NewNotFound("registry.model_gone")
	case m.State != ModelDraft:
		return fault.NewConflict("registry.model_state")
	case m.MadeBy == tx.Actor.User:
		return fault.NewDenied("registry.model_own")
	}
	retired, err := db.All(ctx, tx, db.Self[string], `UPDATE match_model SET state = 'retired', version = version + 1
		WHERE regency = $1 AND state = 'active' RETURNING id`, regency)
	if err != nil {
		return err
	}
	tx.Touch(modelTable, retired...)
	_, err = tx.Exec(ctx, `UPDATE match_model SET state = 'active', active_by = $3, active_name = $4, active_at = $5, version = version + 1
		WHERE regency = $1 AND id = $2`, regency, model, string(tx.Actor.User), tx.Actor.Name, tx.Now)
	if err != nil {
		return err
	}
	tx.Touch(modelTable, model)
	return tx.Record("match.model_activated", model, "", map[string]any{"say": []any{m.Number}, "digest": m.Digest})
}
