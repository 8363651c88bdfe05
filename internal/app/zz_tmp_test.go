package app

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"tepat/internal/duplicate"
	"tepat/internal/intake"
)

func TestZZ(t *testing.T) {
	cfg := Config{Data: t.TempDir() + "/data", Addr: "localhost:0"}
	log := slog.New(slog.DiscardHandler)
	begun := time.Now()
	if _, err := MakeDemo(t.Context(), cfg, DemoOptions{Regency: "2103", People: 20000, Seed: 2}, log, func(string, int64, int64) {}); err != nil {
		t.Fatal(err)
	}
	fmt.Println("demo", time.Since(begun))
	a, err := Open(t.Context(), cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	c, err := duplicate.CountsOf(t.Context(), a.DB.Read(), a.Scope(), duplicate.Filter{})
	fmt.Printf("%+v %v\n", c, err)
	s, _, _ := duplicate.LastSearch(t.Context(), a.DB.Read(), "2103")
	fmt.Printf("%+v\n", s)
	bs, _ := intake.Batches(t.Context(), a.DB.Read(), a.Scope(), 0, 500)
	for i, b := range bs {
		if i < 8 || b.Counts.Look > 10 {
			f, _ := intake.FindingCounts(t.Context(), a.DB.Read(), b)
			fmt.Println(b.FileName, b.Counts, f[:min(len(f), 6)])
		}
	}
	list, _, err := duplicate.Queue(t.Context(), a.DB.Read(), a.Scope(), duplicate.Filter{}, "", 40)
	for _, l := range list {
		fmt.Println(l.Kind, l.NameA, "·", l.NameB, l.Score, l.Zone, l.Impact, l.Monthly, l.Programs, l.Group)
	}
	for _, k := range []duplicate.Kind{duplicate.Pair, duplicate.Row} {
		list, _, _ = duplicate.Queue(t.Context(), a.DB.Read(), a.Scope(), duplicate.Filter{Kind: k}, "", 3)
		for _, l := range list {
			begun := time.Now()
			v, err := duplicate.ViewOf(t.Context(), a.DB.Read(), a.Scope(), "", a.viewNow(), l.ID)
			fmt.Printf("%v %v\n%+v\n\n", time.Since(begun), err, v)
		}
	}
	q, err := duplicate.QualityOf(t.Context(), a.DB.Read(), "2103", a.viewNow())
	fmt.Printf("%+v %v\n", q, err)
	begun = time.Now()
	s, err = a.Duplicates.Search(t.Context(), a.System("x"), true, nil)
	fmt.Printf("%v %+v %v\n", time.Since(begun), s, err)
	m, err := a.Duplicates.Train(t.Context(), a.System("x"), nil)
	fmt.Printf("%+v %v\n", m.Number, err)
}
