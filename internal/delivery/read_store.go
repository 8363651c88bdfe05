package delivery

import (
	"context"
	"strings"

	"tepat/internal/civil"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// ListProgress is a list with how far it is inside the reader's area.
type ListProgress struct {
	PayList
	Split
}

// PayLists returns the lists with lines inside scope, newest first; an empty
// program means all.
func PayLists(ctx context.Context, q db.Querier, scope region.Scope, program id.Program) ([]ListProgress, error) {
	var w db.Where
	w.And("l.regency = ?", string(scope.Regency()))
	if program != "" {
		w.And("l.program_id = ?", string(program))
	}
	lists, err := db.All(ctx, q, scanList, "SELECT "+listColumns+listFrom+w.String()+" ORDER BY l.id DESC", w.Args...)
	if err != nil {
		return nil, err
	}
	var n db.Where
	n.Within("n.", "village", scope)
	type row struct {
		list  id.PayList
		split Split
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return append([]any{&r.list}, scanSplit(&r.split)...) },
		"SELECT n.pay_list_id, "+splitColumns+" FROM pay_line n"+n.String()+" GROUP BY n.pay_list_id", n.Args...)
	if err != nil {
		return nil, err
	}
	by := make(map[id.PayList]Split, len(rows))
	for _, r := range rows {
		by[r.list] = r.split
	}
	var out []ListProgress
	for _, l := range lists {
		if split, ok := by[l.ID]; ok {
			out = append(out, ListProgress{l, split})
		}
	}
	return out, nil
}

// SiteProgress is a site with how far it is and when anybody last reported.
type SiteProgress struct {
	Site
	Split
	LastAt db.Time // of the last hand-over; zero when there was none
}

// Sites returns the sites of a list inside scope, by village and name.
func Sites(ctx context.Context, q db.Querier, scope region.Scope, list id.PayList) ([]SiteProgress, error) {
	var w db.Where
	w.Within("s.", "village", scope)
	w.And("s.pay_list_id = ?", string(list))
	sites, err := db.All(ctx, q, scanSite, "SELECT "+siteColumns+" FROM site s"+w.String()+" ORDER BY s.village, s.name, s.id", w.Args...)
	if err != nil {
		return nil, err
	}
	places, err := placesOf(ctx, q, scope, list)
	if err != nil {
		return nil, err
	}
	last, err := lastReports(ctx, q, scope, list)
	if err != nil {
		return nil, err
	}
	by := make(map[id.Site]Split, len(places))
	for _, p := range places {
		by[p.Site] = by[p.Site].Plus(p.Split)
	}
	out := make([]SiteProgress, 0, len(sites))
	for _, s := range sites {
		out = append(out, SiteProgress{s, by[s.ID], last[s.ID]})
	}
	return out, nil
}

func lastReports(ctx context.Context, q db.Querier, scope region.Scope, list id.PayList) (map[id.Site]db.Time, error) {
	var w db.Where
	w.Within("n.", "village", scope)
	w.And("h.pay_list_id = ?", string(list))
	type row struct {
		site id.Site
		at   db.Time
	}
	rows, err := db.All(ctx, q, func(r *row) []any { return []any{&r.site, &r.at} }, `SELECT n.site_id, MAX(h.at) FROM handover h
		JOIN pay_line n ON n.regency = h.regency AND n.id = h.pay_line_id`+w.String()+" GROUP BY n.site_id", w.Args...)
	out := make(map[id.Site]db.Time, len(rows))
	for _, r := range rows {
		out[r.site] = r.at
	}
	return out, err
}

// LineFilter narrows Lines. Zero fields match everything.
type LineFilter struct {
	Site   id.Site
	Area   region.Code
	State  LineState
	Reason Reason
	Name   string // words of the name, each in any usual spelling, the last one may be cut
}

// LineView is a line with the statement that counts now, or the last one.
type LineView struct {
	Line
	Receipt string
	By      string // officer
	At      db.Time
	Proxy   string // who received instead
}

func (f LineFilter) where(scope region.Scope, list id.PayList) *db.Where {
	var w db.Where
	w.Within("n.", "village", scope)
	w.And("n.pay_list_id = ?", string(list))
	if f.Site != "" {
		w.And("n.site_id = ?", string(f.Site))
	}
	if f.Area != "" {
		w.And("n.village >= ? AND n.village < ?", string(f.Area), string(f.Area)+"~")
	}
	if f.State != "" {
		w.And("n.state = ?", string(f.State))
	}
	if f.Reason != "" {
		w.And("n.reason = ?", string(f.Reason))
	}
	for _, word := range registry.Words(f.Name) {
		// Keys hold words with one space between, so this finds beginnings of words.
		w.And("replace(' ' || n.payee_key, ?, '') <> ' ' || n.payee_key", " "+word)
	}
	return &w
}

const lineViewFrom = ` FROM pay_line n LEFT JOIN handover h ON h.regency = n.regency AND h.id = n.handover_id`

const lineViewColumns = lineColumns + `, COALESCE(h.receipt_code, ''), COALESCE(h.officer_name, ''), h.at, COALESCE(h.receiver_name, '')`

func scanLineView(v *LineView) []any {
	return append(scanLine(&v.Line), &v.Receipt, &v.By, &v.At, &v.Proxy)
}

// Lines returns one page of the lines of a list, by name within the site, and
// how many there are in all. limit is at most 1,000.
func Lines(ctx context.Context, q db.Querier, scope region.Scope, list id.PayList, f LineFilter, offset, limit int) ([]LineView, int64, error) {
	w := f.where(scope, list)
	n, _, err := db.One(ctx, q, db.Self[int64], "SELECT COUNT(*) FROM pay_line n"+w.String(), w.Args...)
	if err != nil {
		return nil, 0, err
	}
	out, err := db.All(ctx, q, scanLineView, "SELECT "+lineViewColumns+lineViewFrom+w.String()+
		" ORDER BY n.village, n.site_id, n.payee_key, n.id LIMIT "+w.Arg(min(limit, 1000))+" OFFSET "+w.Arg(max(offset, 0)), w.Args...)
	return out, n, err
}

// EachLine streams what Lines pages, for exports and printed lists.
func EachLine(ctx context.Context, q db.Querier, scope region.Scope, list id.PayList, f LineFilter, fn func(v *LineView) error) error {
	w := f.where(scope, list)
	rows, err := q.Query(ctx, "SELECT "+lineViewColumns+lineViewFrom+w.String()+" ORDER BY n.village, n.site_id, n.payee_key, n.id", w.Args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var v LineView
		if err := rows.Scan(scanLineView(&v)...); err != nil {
			return err
		}
		if err := fn(&v); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Receipt is everything that stands on a receipt.
type Receipt struct {
	Handover
	Line Line
	List PayList
	Site Site
}

// ReceiptByCode returns the receipt with a code inside scope.
func ReceiptByCode(ctx context.Context, q db.Querier, scope region.Scope, code string) (Receipt, error) {
	h, found, err := db.One(ctx, q, scanHandover, "SELECT "+handoverColumns+
		" FROM handover h WHERE h.regency = $1 AND h.receipt_code = $2 AND h.receipt_code <> ''", string(scope.Regency()), code)
	if err != nil {
		return Receipt{}, err
	}
	if !found {
		return Receipt{}, fault.NewNotFound("delivery.receipt_gone")
	}
	r := Receipt{Handover: h}
	if r.Line, err = LineByID(ctx, q, scope, h.Line); err != nil {
		return Receipt{}, err
	}
	if r.List, err = PayListByID(ctx, q, scope, h.List); err != nil {
		return Receipt{}, err
	}
	r.Site, err = SiteByID(ctx, q, scope, r.Line.Site)
	return r, err
}

// HandoversOf returns every statement about a line, oldest first.
func HandoversOf(ctx context.Context, q db.Querier, scope region.Scope, line id.PayLine) ([]Handover, error) {
	if _, err := LineByID(ctx, q, scope, line); err != nil {
		return nil, err
	}
	return db.All(ctx, q, scanHandover, "SELECT "+handoverColumns+" FROM handover h WHERE h.regency = $1 AND h.pay_line_id = $2 ORDER BY h.at, h.id",
		string(scope.Regency()), string(line))
}

// Payment is one line of a family's history of payments.
type Payment struct {
	LineView
	Title       string
	ProgramName string
	From, Until civil.Date
}

// PaymentsOf returns the lines that ever named a family, newest first: also
// under a record that was merged into it, or into that of one of its people.
func PaymentsOf(ctx context.Context, q db.Querier, scope region.Scope, family id.Family) ([]Payment, error) {
	if scope.IsZero() {
		return nil, nil
	}
	families, err := registry.SameFamily(ctx, q, string(scope.Regency()), family)
	if err != nil {
		return nil, fault.Wrap("delivery.PaymentsOf", err)
	}
	members, err := registry.Members(ctx, q, string(scope.Regency()), families[0])
	if err != nil {
		return nil, fault.Wrap("delivery.PaymentsOf", err)
	}
	people := make([]id.Person, len(members))
	for i, m := range members {
		people[i] = m.ID
	}
	_, others, err := registry.Selves(ctx, q, string(scope.Regency()), people)
	if err != nil {
		return nil, fault.Wrap("delivery.PaymentsOf", err)
	}
	var w db.Where
	w.Within("n.", "village", scope)
	var named []string
	for _, f := range families {
		named = append(named, "n.family_id = "+w.Arg(string(f)))
	}
	for record := range others {
		named = append(named, "n.person_id = "+w.Arg(string(record)))
	}
	w.And("(" + strings.Join(named, " OR ") + ")")
	return db.All(ctx, q, func(p *Payment) []any {
		return append(scanLineView(&p.LineView), &p.Title, &p.ProgramName, &p.From, &p.Until)
	}, "SELECT "+lineViewColumns+", l.title, p.name, l.month_from, l.month_until"+lineViewFrom+`
		JOIN pay_list l ON l.regency = n.regency AND l.id = n.pay_list_id
		JOIN program p ON p.regency = l.regency AND p.id = l.program_id`+w.String()+" ORDER BY l.month_from DESC, n.id DESC", w.Args...)
}

// Progress sums the lists that are being paid by kecamatan, for Beranda.
func Progress(ctx context.Context, q db.Querier, scope region.Scope) ([]Area, error) {
	var w db.Where
	w.Within("n.", "village", scope)
	w.And("n.pay_list_id IN (SELECT id FROM pay_list WHERE regency = ? AND state = 'frozen')", string(scope.Regency()))
	rows, err := db.All(ctx, q, func(p *Place) []any { return append([]any{&p.Village}, scanSplit(&p.Split)...) },
		"SELECT n.village, "+splitColumns+" FROM pay_line n"+w.String()+" GROUP BY n.village", w.Args...)
	return areas(rows, region.Code.Kecamatan), err
}

// HandoversByID returns those of the statements that are stored, whatever
// their area: for checks over a whole regency. At most 500 at a time.
func HandoversByID(ctx context.Context, q db.Querier, regency string, ids []id.Handover) (map[id.Handover]Handover, error) {
	if len(ids) > 500 {
		return nil, fault.NewInvalid("delivery.batch", 500)
	}
	keys := make([]any, len(ids))
	for i, h := range ids {
		keys[i] = string(h)
	}
	return handoversOf(ctx, q, regency, keys)
}

// GivenTwice returns the lines of a regency with more than one hand-over that
// counts. There are none; a check that proves it asks here.
func GivenTwice(ctx context.Context, q db.Querier, regency string) ([]id.PayLine, error) {
	return db.All(ctx, q, db.Self[id.PayLine], `SELECT pay_line_id FROM handover WHERE regency = $1 AND outcome = 'given' AND reversed = 0
		GROUP BY pay_line_id HAVING COUNT(*) > 1 ORDER BY pay_line_id`, regency)
}
