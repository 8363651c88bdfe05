// Package ranking puts candidates in order under a published rule, draws the
// line at the quota, keeps floors per area and a reserve list, and explains
// every place.
//
// It owns the order, the cut, the replacement from the reserve and a text form
// from which anybody recomputes the whole list bit for bit (Replay). It refuses
// to judge eligibility (that is rules), to move anybody by hand, and to let
// changed quotas change the order: the order depends on keys and seed only.
//
// Read rank_test.go first.
package ranking
