package delivery_test

import (
	"crypto/rand"
	"fmt"
	"testing"

	"tepat/internal/db"
	"tepat/internal/delivery"
	"tepat/internal/delivery/deliverytest"
	"tepat/internal/fault"
	"tepat/internal/id"
)

// The fixture, by short names.
const (
	sedap     = deliverytest.Sedap
	midai     = deliverytest.Midai
	serata    = deliverytest.Serata
	proposer  = deliverytest.Proposer
	signer    = deliverytest.Signer
	treasurer = deliverytest.Treasurer
	officer   = deliverytest.Officer
	second    = deliverytest.Second
)

var (
	actor   = deliverytest.Actor
	whole   = deliverytest.Whole
	quarter = deliverytest.Quarter
)

type office struct{ *deliverytest.Office }

func open(t testing.TB, d *db.DB, n int) *office {
	t.Helper()
	return &office{deliverytest.Open(t, d, n)}
}

func (o *office) lines(list id.PayList, f delivery.LineFilter) []delivery.LineView {
	o.Helper()
	out, _, err := delivery.Lines(o.Context(), o.DB.Read(), whole(), list, f, 0, 1000)
	if err != nil {
		o.Fatal(err)
	}
	return out
}

func newID() id.Handover {
	var b [16]byte
	rand.Read(b[:])
	return id.Handover(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

// give is the plain statement: the recipient got the money.
func give(l delivery.LineView) delivery.Statement {
	return delivery.Statement{ID: newID(), Line: l.ID, Outcome: delivery.Given, Receiver: delivery.Self, Amount: l.Amount}
}

func without(l delivery.LineView, why delivery.Reason) delivery.Statement {
	return delivery.Statement{ID: newID(), Line: l.ID, Outcome: delivery.NotGiven, Reason: why}
}

func (o *office) submit(a db.Actor, statements ...delivery.Statement) []delivery.Answer {
	o.Helper()
	answers, err := delivery.Submit(o.Context(), o.DB, a, statements)
	if err != nil {
		o.Fatal(err)
	}
	return answers
}

// balanced fails the test unless the list adds up, and returns its account.
func (o *office) balanced(list id.PayList) delivery.Reconciliation {
	o.Helper()
	var r delivery.Reconciliation
	err := o.DB.Snapshot(o.Context(), func(q db.Querier) error {
		var err error
		r, err = delivery.Reconcile(o.Context(), q, whole(), list)
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
	if !r.AddsUp() {
		o.Fatalf("does not add up: %+v, given %+v", r.Whole, r.Given)
	}
	return r
}

func kind(err error) fault.Kind { return fault.KindOf(err) }

func key(err error) string {
	if f := fault.From(err); f != nil {
		return f.Key
	}
	return fmt.Sprint(err)
}
