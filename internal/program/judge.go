package program

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"

	"tepat/internal/civil"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/ranking"
	"tepat/internal/rules"
)

// Judged is a ranking that has not been kept: who would be in, and why not.
type Judged struct {
	Program RuleProgram
	AsOf    civil.Date
	Result  *ranking.Result
	Lines   []Line // by place, then the unknown, then the ineligible
	Reasons []Reason
	Counts  Counts
	Inputs  string // digest
	Digest  string // of Result

	niks []nik.NIK // of everybody whose place the ranking decides, with the family
	kks  []nik.KK

	watch []id.Family // unknown because a fact waits for people to decide

	id   id.Ranking // of the ranking to keep; "" mints one
	tell Progress
}

// RuleProgram is a programme with the version that judges.
type RuleProgram struct {
	Program
	Rules RuleVersion
}

// contender is one subject before it is judged.
type contender struct {
	soul     int32
	home     int32
	listedNo int  // in the list
	twice    bool // the family or person stood in the list before
	joined   bool // and does so because two records were merged
	silent   bool // the village has not answered, though it answered about others
}

// bench is the working state of one judgement.
type bench struct {
	world    *world
	census   *census
	compiled *rules.Compiled
	program  RuleProgram
	day      civil.Date
	list     bool
	others   map[id.Person][]nik.NIK // of records merged into a person's

	subject rules.Subject
	keyed   keyed
	buf     []byte
	hash    hash.Hash
	reasons map[reasonKey]int
	whys    map[whyKey]int
	out     *Judged
	tell    Progress
	pool    []ranking.Candidate
	entered []int32 // contender of each candidate in pool
	keys    []int64 // one backing array for all candidates
}

// outcome is what became of one contender; lines are made from it at the end.
type outcome struct {
	reason int32
	state  PlaceState
	policy bool
}

type reasonKey struct {
	state PlaceState
	text  string
}

// The reasons that no clause gives.
var (
	textTwice  = [2]string{"Tercatat lebih dari sekali di daftar calon; dihitung satu kali.", "More than once in the list of candidates; counted once."}
	textJoined = [2]string{"Orang atau keluarga yang sama dengan calon lain di daftar: datanya sudah digabung; dihitung satu kali.",
		"The same person or family as another candidate: their records were merged; counted once."}
	textSilent = [2]string{"Perlu ditinjau: desa belum menjawab untuk calon ini.", "To be reviewed: the village has not answered for this candidate."}
	textEmpty  = [2]string{"Perlu ditinjau: keluarga ini tidak mempunyai anggota di data.", "To be reviewed: this family has no member on record."}
	textYes    = [2]string{"Memenuhi semua syarat.", "Meets every condition."}
	textPolicy = [2]string{"Memenuhi semua syarat; ada data yang belum diketahui dan dianggap lolos menurut aturan.",
		"Meets every condition; something is not known and counts as passed by the rule."}
)

// judge evaluates every contender, ranks the eligible and collects the lines.
func (b *bench) judge(contenders []contender) (*Judged, error) {
	b.out = &Judged{Program: b.program, AsOf: b.day, tell: b.tell}
	b.reasons, b.whys = map[reasonKey]int{}, map[whyKey]int{}
	b.hash = sha256.New()
	outcomes := make([]outcome, len(contenders))
	for i := range contenders {
		b.tell.say(i, len(contenders), PhaseJudge)
		outcomes[i] = b.one(&contenders[i])
		if outcomes[i].state == PlaceIn {
			b.enter(&contenders[i])
			b.entered = append(b.entered, int32(i))
		}
	}
	b.out.Inputs = hex.EncodeToString(b.hash.Sum(nil))
	var err error
	if b.out.Result, err = ranking.Rank(b.program.Rules.Spec, b.pool); err != nil {
		return nil, err
	}
	if b.out.Digest, err = b.out.Result.Digest(); err != nil {
		return nil, err
	}
	b.assemble(contenders, outcomes)
	return b.out, nil
}

// one judges one contender. PlaceIn says that it is eligible; its place is not
// known yet.
func (b *bench) one(c *contender) outcome {
	if c.soul < 0 {
		return b.settle(PlaceUnknown, textEmpty)
	}
	b.world.subject(b.census, c.soul, c.home, &b.subject)
	v := b.compiled.Evaluate(&b.subject, b.day)
	b.note(c)
	if v.Truth != rules.No || b.list {
		b.related(c)
	}
	switch {
	case c.joined:
		return b.settle(PlaceIneligible, textJoined)
	case c.twice:
		return b.settle(PlaceIneligible, textTwice)
	case v.Truth == rules.No:
		return b.why(PlaceIneligible, v)
	case c.silent:
		return b.settle(PlaceUnknown, textSilent)
	case v.Truth == rules.Unknown:
		if b.world.waits(b.census.members(c.home)) {
			b.out.watch = append(b.out.watch, b.census.homes[c.home].id)
		}
		return b.why(PlaceUnknown, v)
	case v.Raw != rules.Yes:
		o := b.settle(PlaceIn, textPolicy)
		o.policy = true
		return o
	}
	return b.settle(PlaceIn, textYes)
}

// line makes the line of a contender.
func (b *bench) line(c *contender, o outcome) Line {
	l := Line{ListedNo: c.listedNo, State: o.state, Reason: int(o.reason), Policy: o.policy}
	if c.home >= 0 {
		l.Family, l.Village = b.census.homes[c.home].id, b.census.homes[c.home].village
	}
	if c.soul >= 0 {
		l.Person = b.census.souls[c.soul].id
		if l.Village == "" || b.program.Unit == rules.Person {
			l.Village = b.census.souls[c.soul].village
		}
	}
	return l
}

// enter puts an eligible subject into the pool that is ranked.
func (b *bench) enter(c *contender) {
	spec := &b.program.Rules.Spec
	from := len(b.keys)
	for range spec.Keys {
		b.keys = append(b.keys, 0)
	}
	keys := b.keys[from:len(b.keys):len(b.keys)]
	b.prepare(c)
	missing := b.keyed.values(spec, keys)
	line := b.line(c, outcome{})
	b.pool = append(b.pool, ranking.Candidate{ID: b.unitID(&line), Keys: keys, Missing: missing, Village: line.Village,
		Cost: b.program.Rules.Amount()})
}

func (b *bench) unitID(line *Line) string {
	if b.program.Unit == rules.Family {
		return string(line.Family)
	}
	return string(line.Person)
}

// prepare points keyed at c.
func (b *bench) prepare(c *contender) {
	b.keyed = keyed{soul: &b.census.souls[c.soul], home: &noHome, listedNo: c.listedNo, day: b.day}
	if c.home >= 0 {
		b.keyed.home = &b.census.homes[c.home]
		b.keyed.members = b.world.present(b.census.members(c.home))
	}
}

var noHome home

// related keeps the numbers that the own-family rule asks about.
func (b *bench) related(c *contender) {
	if c.home < 0 {
		b.out.niks = append(append(b.out.niks, b.census.souls[c.soul].nik), b.others[b.census.souls[c.soul].id]...)
		return
	}
	for _, m := range b.census.members(c.home) {
		b.out.niks = append(b.out.niks, b.others[m.id]...)
		if m.nik != "" {
			b.out.niks = append(b.out.niks, m.nik)
		}
	}
	if kk := b.census.homes[c.home].kk; kk != "" {
		b.out.kks = append(b.out.kks, kk)
	}
}

// whyKey finds the reason of a verdict again without spelling it. Most people
// fail on age or desil, and those sentences hold nothing but the number.
type whyKey struct {
	state    PlaceState
	deciding int
	raw      rules.Truth
	value    int
}

// valueOf returns the number that the deciding clause's sentence holds; false
// when it holds more.
func (b *bench) valueOf(v rules.Verdict) (int, bool) {
	switch c := b.compiled.Clause(v.Deciding); {
	case c.Kind == rules.Age && b.subject.BirthLast.IsZero() && c.At.IsZero():
		return b.subject.Birth.Age(b.day), !b.subject.Birth.IsZero()
	case c.Kind == rules.Desil:
		return b.subject.Desil*4 + int(b.subject.DesilState), true
	}
	return 0, false
}

// why finds or makes the reason that the deciding clause gives.
func (b *bench) why(state PlaceState, v rules.Verdict) outcome {
	value, short := b.valueOf(v)
	key := whyKey{state, v.Deciding, v.Raw, value}
	policy := v.Truth == rules.No && v.Raw == rules.Unknown
	if no, ok := b.whys[key]; ok && short {
		b.out.Reasons[no-1].N++
		return outcome{int32(no), state, policy}
	}
	text := b.compiled.Why(v, &b.subject, b.day, "id")
	no, ok := b.reasons[reasonKey{state, text}]
	if ok {
		b.out.Reasons[no-1].N++
	} else {
		no = b.reason(state, b.compiled.Number(v.Deciding), [2]string{text, b.compiled.Why(v, &b.subject, b.day, "en")})
	}
	if short {
		b.whys[key] = no
	}
	return outcome{int32(no), state, policy}
}

func (b *bench) settle(state PlaceState, text [2]string) outcome {
	return outcome{int32(b.reason(state, "", text)), state, false}
}

// reason returns the number of a reason and counts one more for it.
func (b *bench) reason(state PlaceState, clause string, text [2]string) int {
	key := reasonKey{state, text[0]}
	no, ok := b.reasons[key]
	if !ok {
		no = len(b.out.Reasons) + 1
		b.reasons[key] = no
		b.out.Reasons = append(b.out.Reasons, Reason{No: no, State: state, Clause: clause, Text: text})
	}
	b.out.Reasons[no-1].N++
	return no
}

// assemble writes the lines: by place, then the unknown, then the ineligible.
func (b *bench) assemble(contenders []contender, outcomes []outcome) {
	at := make(map[string]int32, len(b.pool))
	for i := range b.pool {
		at[b.pool[i].ID] = b.entered[i]
	}
	lines := make([]Line, 0, len(contenders))
	for i := range b.out.Result.Places {
		p := &b.out.Result.Places[i]
		k := at[p.ID]
		l := b.line(&contenders[k], outcomes[k])
		l.Place, l.State, l.ReserveNo, l.DecidedBy, l.TiedWith = p.Rank, PlaceState(p.State), p.ReserveNo, p.DecidedBy, p.TiedWith
		l.Keys, l.Missing, l.Cost = p.Keys, p.Missing, p.Cost
		lines = append(lines, l)
	}
	for _, state := range []PlaceState{PlaceUnknown, PlaceIneligible} {
		for i := range outcomes {
			if outcomes[i].state == state {
				lines = append(lines, b.line(&contenders[i], outcomes[i]))
			}
		}
	}
	for i := range lines {
		b.out.Counts.add(lines[i].State, 1)
	}
	b.out.Lines = lines
}

// note adds everything that was known of the subject to the digest of inputs,
// so that a later run over other data cannot pass for this one.
func (b *bench) note(c *contender) {
	s := &b.subject
	buf := append(append(b.buf[:0], b.census.souls[c.soul].id...), 0)
	if c.home >= 0 {
		buf = append(append(buf, b.census.homes[c.home].id...), 0)
	}
	buf = append(append(buf, s.Village...), 0)
	buf = appendDate(appendDate(buf, s.Birth), s.BirthLast)
	buf = append(buf, byte(s.Desil), byte(s.DesilState), byte(s.Alive), byte(s.Head), byte(flag(c.twice)), byte(flag(c.silent)))
	buf = append(buf, s.Sex...)
	for _, t := range []*rules.Truths{&s.Receives, &s.FamilyReceives} {
		buf = appendTruths(buf, t, len(b.world.vocab.Programs))
	}
	for _, t := range []*rules.Truths{&s.Facts, &s.FamilyFacts} {
		buf = appendTruths(buf, t, len(b.world.vocab.Facts))
	}
	for _, m := range s.Members {
		buf = appendDate(buf, m)
	}
	if c.home >= 0 {
		buf = binary.AppendVarint(buf, int64(b.census.homes[c.home].rank))
	}
	buf = binary.AppendVarint(buf, int64(c.listedNo))
	b.buf = buf
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(buf)))
	b.hash.Write(size[:])
	b.hash.Write(buf)
}

func appendDate(buf []byte, d civil.Date) []byte {
	return binary.AppendVarint(buf, int64(d.Year*512+int(d.Month)*32+d.Day))
}

func appendTruths(buf []byte, t *rules.Truths, n int) []byte {
	for i := range n {
		buf = append(buf, byte(t.At(i)))
	}
	return append(buf, 0xff)
}

// contend lists who is judged when everybody in the regency is: each person, or
// each family by its head.
func contend(c *census, unit rules.Unit) []contender {
	if unit == rules.Family {
		out := make([]contender, len(c.homes))
		for i := range c.homes {
			out[i] = contender{soul: c.head(int32(i)), home: int32(i)}
		}
		return out
	}
	out := make([]contender, len(c.souls))
	for i := range c.souls {
		out[i] = contender{soul: int32(i), home: c.souls[i].home}
	}
	return out
}

// contendListed turns the candidates that did not leave into contenders, the
// validated first, by their number in it. Where a village has answered for anybody, one
// without an answer waits.
func contendListed(c *census, unit rules.Unit, list []Candidate) []contender {
	slices.SortFunc(list, func(a, b Candidate) int {
		return cmp.Or(-cmp.Compare(flag(a.State == Kept), flag(b.State == Kept)), cmp.Compare(a.ListedNo, b.ListedNo), cmp.Compare(a.ID, b.ID))
	})
	answered := slices.ContainsFunc(list, func(x Candidate) bool { return x.State != Listed })
	souls := make(map[id.Person]int32, len(c.souls))
	for i := range c.souls {
		souls[c.souls[i].id] = int32(i)
	}
	seen, joined := map[string]bool{}, map[string]bool{}
	var out []contender
	for _, x := range list {
		if x.State == Gone {
			continue
		}
		d := contender{soul: -1, home: -1, listedNo: x.ListedNo, silent: answered && x.State == Listed}
		key := string(x.Person)
		if at, ok := souls[x.Person]; ok {
			d.soul, d.home = at, c.souls[at].home
		}
		if unit == rules.Family {
			key, d.soul, d.home = string(x.Family), -1, -1
			if h, ok := c.index[x.Family]; ok {
				d.soul, d.home = c.head(h), h
			}
		}
		d.twice, d.joined = seen[key], seen[key] && (x.joined || joined[key])
		seen[key], joined[key] = true, joined[key] || x.joined
		out = append(out, d)
	}
	return out
}
