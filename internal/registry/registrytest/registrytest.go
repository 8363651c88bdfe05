// Package registrytest registers a family as a command of its own, for tests
// that need people and do not care how they came in.
//
// It owns nothing; files come in through package intake. Read
// ../registry_test.go first.
package registrytest

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/registry"
)

// Register stores one family card and records one event about it.
func Register(ctx context.Context, tx *db.Tx, c registry.Card) (registry.Card, error) {
	c, err := registry.AddCard(ctx, tx, c)
	if err != nil {
		return c, err
	}
	return c, tx.Record("family.registered", string(c.Family.ID), c.Family.Village,
		map[string]any{"say": []string{c.Family.HeadName}, "members": len(c.People), "source": c.Origin.Source})
}
