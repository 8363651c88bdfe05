package main

import (
	"fmt"
	"os"

	"tepat/internal/app"
)

type benchCmd struct {
	People int `help:"Banyaknya penduduk rekaan." default:"100000"`
}

func (c benchCmd) Run(e *env) error {
	dir, err := os.MkdirTemp("", "tepat-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if !e.JSON {
		fmt.Fprintf(e.out, "%s; %d penduduk rekaan\n", app.Machine(), c.People)
	}
	var figures []app.Figure
	err = app.Bench(e.ctx, app.BenchOptions{People: c.People, Database: e.Database, Dir: dir}, func(f app.Figure) {
		figures = append(figures, f)
		if !e.JSON {
			fmt.Fprintf(e.out, "%-42s %12.1f %-12s %s\n", f.What, f.Value, f.Unit, f.Note)
		}
	})
	if err == nil && e.JSON {
		err = printJSON(e.out, map[string]any{"machine": app.Machine(), "people": c.People, "figures": figures})
	}
	return err
}
