package delivery

import (
	"context"

	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/id"
	"tepat/internal/program"
)

// StopsOf returns those of the pending lines that must not be paid now, for
// pages to say so before anybody taps: the payee died, moved or is held, or
// gives up his place to a successor who waits for a signature.
func StopsOf(ctx context.Context, q db.Querier, regency string, lines []Line) (map[id.PayLine]Stop, error) {
	out, err := stopsOf(ctx, q, regency, lines)
	if err != nil {
		return nil, fault.Wrap("delivery.StopsOf", err)
	}
	byDecree := make(map[id.DecreeLine]id.PayLine, len(lines))
	var keys []any
	for _, l := range lines {
		if l.State == Pending {
			byDecree[l.DecreeLine], keys = l.ID, append(keys, string(l.DecreeLine))
		}
	}
	var w db.Where
	w.And("regency = ?", regency)
	w.In("id", keys...)
	w.And("state <> ?", string(program.LineDecreed))
	leaving, err := db.All(ctx, q, db.Self[id.DecreeLine], "SELECT id FROM decree_line"+w.String(), w.Args...)
	if err != nil {
		return nil, fault.Wrap("delivery.StopsOf", err)
	}
	for _, d := range leaving {
		if _, stopped := out[byDecree[d]]; !stopped {
			out[byDecree[d]] = Stop{Replacing, "delivery.stop.replacing"}
		}
	}
	return out, nil
}
