package registry

import (
	"context"
	"iter"
	"strconv"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/linkage"
)

// Lookup is Matcher.Lookup for rows of no particular source.
func Lookup(ctx context.Context, q db.Querier, regency string, profiles []Profile) ([]Match, error) {
	m, err := NewMatcher(ctx, q, regency, "", civil.Date{})
	if err != nil {
		return nil, err
	}
	return m.Lookup(ctx, q, profiles)
}

// Lookup compares profiles with the registry. Those whose NIK somebody carries
// are settled by that, without a score; for the others candidates come from
// former numbers, birth date and beginning of the name, family card and name,
// and, without a birth date, village and name. The questions to the database
// are a few per 500 profiles, whatever their number.
func (m *Matcher) Lookup(ctx context.Context, q db.Querier, profiles []Profile) ([]Match, error) {
	var numbers []nik.NIK
	for i := range profiles {
		if profiles[i].NIK != "" {
			numbers = append(numbers, profiles[i].NIK)
		}
	}
	byNIK, err := PeopleByNIK(ctx, q, m.regency, numbers)
	if err != nil {
		return nil, fault.Wrap("registry.Lookup", err)
	}
	out := make([]Match, len(profiles))
	var rest []int
	for i := range profiles {
		p := &profiles[i]
		if known, ok := byNIK[p.NIK]; ok && p.NIK != "" {
			out[i] = underNumber(p, &known)
			continue
		}
		if p.NumberOnly {
			out[i] = Match{Verdict: New}
			continue
		}
		rest = append(rest, i)
	}
	if len(rest) == 0 {
		return out, nil
	}
	return out, fault.Wrap("registry.Lookup", m.search(ctx, q, profiles, rest, out))
}

// search judges the profiles at rest, whose number is of no help.
func (m *Matcher) search(ctx context.Context, q db.Querier, profiles []Profile, rest []int, out []Match) error {
	if !m.people {
		for _, i := range rest {
			out[i] = Match{Verdict: New}
		}
		return nil
	}
	c := newCandidates(m, profiles, rest)
	if err := c.load(ctx, q); err != nil {
		return err
	}
	x, err := m.explainer(ctx, c)
	if err != nil {
		return err
	}
	for _, i := range rest {
		p := &profiles[i]
		word := c.word(p)
		if who, ok := c.people[word.same]; ok && !p.Unlinkable() {
			out[i] = Match{Verdict: Same, Person: *who, Score: Similar(p.Name, who.Name)}
			continue
		}
		list, err := x.score(c, i, word.others)
		if err != nil {
			return err
		}
		out[i] = decide(p, list, m.Policy)
	}
	return nil
}

// explainer scores profiles against their candidates: all of them stand in one
// table, because cleaning and counting is dear and comparing is cheap.
type explainer struct {
	*linkage.Explainer
	row  map[int]int       // position of a profile
	them map[id.Person]int // position of a candidate
}

func (m *Matcher) explainer(ctx context.Context, c *candidates) (*explainer, error) {
	x := &explainer{row: map[int]int{}, them: map[id.Person]int{}}
	if len(c.of) == 0 {
		return x, nil // nobody resembles anybody
	}
	opt := MatchOptions()
	opt.Workers = 1
	t, err := linkage.NewTable(m.single, MatchFields(), opt)
	if err != nil {
		return nil, err
	}
	add := func(source string, records iter.Seq2[linkage.Record, error]) error {
		return t.Add(ctx, linkage.Source{Name: source, Records: records})
	}
	err = add("row", func(yield func(linkage.Record, error) bool) {
		for i := range c.of {
			if !yield(linkage.Record{ID: strconv.Itoa(i), Values: c.profiles[i].Cells()}, nil) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	err = add("person", func(yield func(linkage.Record, error) bool) {
		for who, p := range c.people {
			f := c.families[p.FamilyID]
			profile := ProfileOf(p, &f)
			if !yield(linkage.Record{ID: string(who), Values: profile.Cells()}, nil) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for i := range c.of {
		x.row[i], _ = t.Find("row", strconv.Itoa(i))
	}
	for who := range c.people {
		x.them[who], _ = t.Find("person", string(who))
	}
	x.Explainer, err = linkage.NewExplainer(m.single, t, opt)
	return x, err
}

// score explains profile i against its candidates, without those of whom a
// person said that they are somebody else.
func (x *explainer) score(c *candidates, i int, others map[id.Person]bool) ([]Candidate, error) {
	var list []Candidate
	for who := range c.of[i] {
		person, ok := c.people[who]
		if !ok || others[who] {
			continue
		}
		e, err := x.Explain(x.row[i], x.them[who])
		if err != nil {
			return nil, err
		}
		list = append(list, Candidate{*person, e.Weight, e})
	}
	return list, nil
}

// candidates gathers whom profiles may mean.
type candidates struct {
	m        *Matcher
	regency  string
	profiles []Profile
	rest     []int
	of       map[int]map[id.Person]bool
	said     map[string]aliasWord
	people   map[id.Person]*Person
	families map[id.Family]Family
}

func newCandidates(m *Matcher, profiles []Profile, rest []int) *candidates {
	return &candidates{m: m, regency: m.regency, profiles: profiles, rest: rest, of: map[int]map[id.Person]bool{},
		people: map[id.Person]*Person{}, families: map[id.Family]Family{}}
}

// word is what people said about p, nothing where nobody said anything at all.
func (c *candidates) word(p *Profile) aliasWord {
	if len(c.said) == 0 {
		return aliasWord{}
	}
	return c.said[p.Alias()]
}

func (c *candidates) add(i int, p *Person) {
	if c.of[i] == nil {
		c.of[i] = map[id.Person]bool{}
	}
	c.of[i][p.ID] = true
	if c.people[p.ID] == nil {
		own := *p
		c.people[p.ID] = &own
	}
}

func (c *candidates) load(ctx context.Context, q db.Querier) error {
	for _, step := range []func(context.Context, db.Querier) error{c.byFormer, c.byBirth, c.byCard, c.byPlace, c.byAlias} {
		if err := step(ctx, q); err != nil {
			return err
		}
	}
	var ids []id.Family
	for _, p := range c.people {
		if p.FamilyID != "" {
			ids = append(ids, p.FamilyID)
		}
	}
	var err error
	c.families, err = FamiliesByID(ctx, q, region.NewScope(region.Code(c.regency)), ids)
	return err
}

// byFormer finds people who carried the number before.
func (c *candidates) byFormer(ctx context.Context, q db.Querier) error {
	if !c.m.formers {
		return nil
	}
	at := map[string][]int{}
	var numbers []string
	for _, i := range c.rest {
		if n := c.profiles[i].NIK.Reveal(); n != "" {
			numbers = append(numbers, n)
			at[n] = append(at[n], i)
		}
	}
	type row struct {
		Person
		number string
	}
	return db.Chunks(numbers, func(part []any) error {
		var w db.Where
		w.And("o.regency = ?", c.regency)
		w.And("o.kind = 'nik'")
		w.In("o.number", part...)
		w.And("p.merged_into = ''")
		return db.Each(ctx, q, func(r *row) []any { return append(scanPerson(&r.Person), &r.number) }, func(r *row) error {
			for _, i := range at[r.number] {
				c.add(i, &r.Person)
			}
			return nil
		}, "SELECT "+personColumns+`, o.number FROM former_number o JOIN person p ON p.regency = o.regency AND p.id = o.subject_id`+w.String(), w.Args...)
	})
}

type birthKey struct {
	on   civil.Date
	word string
}

// firstWord is the beginning of a name that people of one birth date are
// looked up by.
func firstWord(name string) string {
	words := Words(name)
	if len(words) == 0 {
		return ""
	}
	return words[0][:min(3, len(words[0]))]
}

// byBirth finds people born on the same day whose name begins alike.
func (c *candidates) byBirth(ctx context.Context, q db.Querier) error {
	at := map[birthKey][]int{}
	var days []string
	seen := map[civil.Date]bool{}
	for _, i := range c.rest {
		p := &c.profiles[i]
		if p.BirthOn.IsZero() {
			continue
		}
		k := birthKey{p.BirthOn, firstWord(p.Name)}
		at[k] = append(at[k], i)
		if !seen[p.BirthOn] {
			seen[p.BirthOn] = true
			days = append(days, p.BirthOn.String())
		}
	}
	return db.Chunks(days, func(part []any) error {
		var w db.Where
		w.And("p.regency = ?", c.regency)
		w.In("p.birth_on", part...)
		w.And("p.merged_into = ''")
		return db.Each(ctx, q, scanPerson, func(p *Person) error {
			for _, i := range at[birthKey{p.BirthOn, firstWord(p.Name)}] {
				c.add(i, p)
			}
			return nil
		}, "SELECT "+personColumns+" FROM person p"+w.String(), w.Args...)
	})
}

// likeOnCard is how alike the names must be of people on one card for them to
// be compared: brothers are not.
const likeOnCard = 80

// byCard finds members of the family card who bear a name alike.
func (c *candidates) byCard(ctx context.Context, q db.Querier) error {
	at := map[string][]int{}
	var cards []string
	for _, i := range c.rest {
		if kk := c.profiles[i].KK.Reveal(); kk != "" {
			if at[kk] == nil {
				cards = append(cards, kk)
			}
			at[kk] = append(at[kk], i)
		}
	}
	type row struct {
		Person
		kk string
	}
	return db.Chunks(cards, func(part []any) error {
		var w db.Where
		w.And("f.regency = ?", c.regency)
		w.In("f.kk", part...)
		w.And("f.kk <> '' AND f.merged_into = '' AND p.merged_into = ''")
		return db.Each(ctx, q, func(r *row) []any { return append(scanPerson(&r.Person), &r.kk) }, func(r *row) error {
			for _, i := range at[r.kk] {
				if Similar(r.Name, c.profiles[i].Name) >= likeOnCard {
					c.add(i, &r.Person)
				}
			}
			return nil
		}, "SELECT "+personColumns+", f.kk FROM family f JOIN person p ON p.regency = f.regency AND p.family_id = f.id"+w.String(), w.Args...)
	})
}

// placesPerQuery bounds the ranges that one question asks for.
const placesPerQuery = 100

// byPlace finds, for profiles that say no birth date, people of the village
// whose name begins alike.
func (c *candidates) byPlace(ctx context.Context, q db.Querier) error {
	at := map[string][]int{}
	var keys []string
	for _, i := range c.rest {
		p := &c.profiles[i]
		begin := beginning(p.Name)
		if !p.BirthOn.IsZero() || p.Village == "" || begin == "" {
			continue
		}
		k := string(p.Village) + begin
		if at[k] == nil {
			keys = append(keys, k)
		}
		at[k] = append(at[k], i)
	}
	for len(keys) > 0 {
		part := keys[:min(len(keys), placesPerQuery)]
		keys = keys[len(part):]
		var w db.Where
		w.And("p.regency = ?", c.regency)
		w.And("p.merged_into = ''")
		var args []any
		for _, k := range part {
			args = append(args, k[:10], k[10:], k[10:]+"~")
		}
		w.And("("+strings.TrimSuffix(strings.Repeat("(p.village = ? AND p.name_key >= ? AND p.name_key < ?) OR ", len(part)), " OR ")+")", args...)
		err := db.Each(ctx, q, scanPerson, func(p *Person) error {
			for _, i := range at[string(p.Village)+beginning(p.Name)] {
				c.add(i, p)
			}
			return nil
		}, "SELECT "+personColumns+" FROM person p"+w.String(), w.Args...)
		if err != nil {
			return err
		}
	}
	return nil
}

// beginning is the start of a name in its normal form that namesakes of a
// village share: the first word and three letters of the second, or the whole.
func beginning(name string) string {
	words := Words(name)
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return words[0] + " " + words[1][:min(3, len(words[1]))]
}

// byAlias adds the people whom somebody settled a way of writing on.
func (c *candidates) byAlias(ctx context.Context, q db.Querier) error {
	if !c.m.aliases {
		return nil
	}
	var err error
	c.said, err = aliases(ctx, q, c.regency, c.profiles, c.rest)
	if err != nil || len(c.said) == 0 {
		return err
	}
	var ids []id.Person
	for _, word := range c.said {
		if word.same != "" && c.people[word.same] == nil {
			ids = append(ids, word.same)
		}
	}
	known, err := PeopleByID(ctx, q, region.NewScope(region.Code(c.regency)), ids)
	for _, p := range known {
		c.people[p.ID] = &p
	}
	return err
}
