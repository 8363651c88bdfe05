package report

import (
	"context"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/fault"
)

// menuKeys says at which entry of the menu a matter is counted. What a person
// may only watch is not counted.
var menuKeys = map[Matter]string{
	SignDecree: "rules", ActivateRules: "rules", ProposeDecree: "rules",
	FreezeList: "payout", CloseList: "payout", PaySite: "payout", ConfirmReversal: "payout",
	ConfirmCase: "validation", DecideCase: "validation",
	ApplyImport: "imports", CheckImport: "imports",
}

// Badges counts, by key of the menu entry, what the person can decide inside
// the working area. Indications are counted each; of everything else, the
// things that wait.
func Badges(ctx context.Context, q db.Querier, s account.Session) (map[string]int, error) {
	list, err := waiting(ctx, q, s)
	if err != nil {
		return nil, fault.Wrap("report.Badges", err)
	}
	out := map[string]int{}
	for _, w := range list {
		key := menuKeys[w.Matter]
		if key == "" {
			continue
		}
		n := int(w.N - w.Own)
		if w.Only != "" && w.Kind == "" {
			n = 1
		}
		if n > 0 {
			out[key] += n
		}
	}
	return out, nil
}
