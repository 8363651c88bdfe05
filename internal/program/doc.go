// Package program decides who gets a programme: its rules in dated versions,
// the candidates that were listed for it, the ranking under a quota and the
// decree that names the recipients.
//
// It owns programmes, rule versions, candidates, rankings and decrees, and the
// four eyes between them. It refuses to judge by itself (rules does), to order
// by hand (ranking does), to edit a version that was approved, and to let
// somebody whose data is incomplete in or out silently: he is "unknown" and
// stands in a queue. Nothing here says that money was paid; delivery does.
//
// Read flow_test.go first: a programme from draft to signed decree.
package program
