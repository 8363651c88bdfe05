package crashtest

import (
	"context"
	"fmt"

	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/id"
	"tepat/internal/ledger"
	"tepat/internal/money"
	"tepat/internal/region"
)

// Report is what Check found. Everything but the counts is empty when the
// server kept its word.
type Report struct {
	Acked       int
	Lost        []id.Handover // acknowledged and not stored
	Changed     []id.Handover // stored with another line, amount, receipt or outcome
	Doubled     []id.PayLine  // paid twice
	Unlogged    []id.Handover // without exactly one entry in the log
	MoneyDiff   money.Rupiah  // acknowledged less stored, and books less statements, without sign
	Unbalanced  []id.PayList  // lists that do not add up
	LogProblems []ledger.Finding
	More        int64 // findings in the log beyond those listed
}

// OK reports whether nothing was found.
func (r Report) OK() bool {
	return len(r.Lost)+len(r.Changed)+len(r.Doubled)+len(r.Unlogged)+len(r.Unbalanced)+len(r.LogProblems) == 0 && r.MoneyDiff == 0 && r.More == 0
}

// Check compares every acknowledgement in a file with the database, adds up
// the lists they are about, and verifies the log. The error is a failure to
// look, never a finding.
func Check(ctx context.Context, d *db.DB, acksFile string, opt ledger.VerifyOptions) (Report, error) {
	said, err := readAcks(acksFile)
	if err != nil {
		return Report{}, err
	}
	r := Report{Acked: len(said)}
	lists := make(map[id.PayList]bool)
	for start := 0; start < len(said); start += 500 {
		if err := r.compare(ctx, d.Read(), opt.Regency, said[start:min(start+500, len(said))], lists); err != nil {
			return r, fmt.Errorf("crashtest.Check: %w", err)
		}
	}
	r.twice(said)
	if err := r.books(ctx, d, opt.Regency, lists); err != nil {
		return r, fmt.Errorf("crashtest.Check: %w", err)
	}
	log, err := ledger.Verify(ctx, d, opt)
	if err != nil {
		return r, err
	}
	r.LogProblems, r.More = log.Findings, log.More
	return r, nil
}

func (r *Report) compare(ctx context.Context, q db.Querier, regency string, said []Ack, lists map[id.PayList]bool) error {
	ids := make([]id.Handover, len(said))
	for i, k := range said {
		ids[i] = k.ID
	}
	stored, err := delivery.HandoversByID(ctx, q, regency, ids)
	if err != nil {
		return err
	}
	for _, k := range said {
		h, there := stored[k.ID]
		if !there {
			r.Lost = append(r.Lost, k.ID)
			r.MoneyDiff += k.Amount
			continue
		}
		lists[h.List] = true
		if h.Line != k.Line || h.Amount != k.Amount || h.Receipt != k.Receipt || h.Outcome != delivery.Given {
			r.Changed = append(r.Changed, k.ID)
			r.MoneyDiff += absolute(k.Amount - h.Amount)
		}
		entries, err := ledger.EntriesOf(ctx, q, regency, string(k.ID))
		if err != nil {
			return err
		}
		given := 0
		for _, e := range entries {
			if e.Kind == "handover.given" {
				given++
			}
		}
		if given != 1 {
			r.Unlogged = append(r.Unlogged, k.ID)
		}
	}
	return nil
}

// twice finds lines for which two different statements were acknowledged.
func (r *Report) twice(said []Ack) {
	first := make(map[id.PayLine]id.Handover, len(said))
	for _, k := range said {
		if h, there := first[k.Line]; there && h != k.ID {
			r.Doubled = append(r.Doubled, k.Line)
		}
		first[k.Line] = k.ID
	}
}

// books asks the database itself: lines given twice, and whether lists add up.
func (r *Report) books(ctx context.Context, d *db.DB, regency string, lists map[id.PayList]bool) error {
	return d.Snapshot(ctx, func(q db.Querier) error {
		doubled, err := delivery.GivenTwice(ctx, q, regency)
		if err != nil {
			return err
		}
		r.Doubled = append(r.Doubled, doubled...)
		for list := range lists {
			account, err := delivery.Reconcile(ctx, q, region.NewScope(region.Code(regency)), list)
			if err != nil {
				return err
			}
			r.MoneyDiff += absolute(account.Given.Money - account.Whole.Paid.Money)
			if !account.AddsUp() {
				r.Unbalanced = append(r.Unbalanced, list)
			}
		}
		return nil
	})
}

func absolute(m money.Rupiah) money.Rupiah { return max(m, -m) }
