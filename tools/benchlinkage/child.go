package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"

	"tepat/linkage"
	"tepat/linkage/run"
)

// task is what a process of its own does.
type task struct {
	Files     []string
	Clean     []string
	Link      string
	Seed      uint64
	Out       string
	Edges     string
	EdgesFrom float64
	Model     string // to write
	Use       string // to read instead of training
	Threshold float64
	Lookups   int // find so many records by an index over the table
	IDs       string
}

// phase is a part of the work.
type phase struct {
	Name           string
	Wall, CPU, End time.Duration
}

// report is what the process tells.
type report struct {
	Phases    []phase
	Wall, CPU time.Duration
	Compared  int64
	Records   int
	Threshold float64
	Rules     []linkage.RuleSize
	Warnings  []string
	Lookup    *lookup

	Peak int64 `json:"-"` // of the process, bytes
}

// start runs t in a new process.
func start(ctx context.Context, t task) (report, error) {
	in, err := json.Marshal(t)
	if err != nil {
		return report{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return report{}, err
	}
	cmd := exec.CommandContext(ctx, self, "child", string(in))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return report{}, fmt.Errorf("%v: %w", t.Files, err)
	}
	var r report
	if err := json.Unmarshal(out, &r); err != nil {
		return report{}, err
	}
	r.Peak = peak(cmd.ProcessState)
	return r, nil
}

// child does the task and prints the report.
func child(ctx context.Context, in string) error {
	var t task
	if err := json.Unmarshal([]byte(in), &t); err != nil {
		return err
	}
	var r report
	var err error
	if t.Lookups > 0 {
		r, err = lookUp(ctx, t)
	} else {
		r, err = link(ctx, t)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(r)
}

// link is one run from files to files. Phases are told apart by what the run
// reports.
func link(ctx context.Context, t task) (report, error) {
	var r report
	begun, before := time.Now(), processor()
	var name string
	var at, used = begun, before
	next := func(phaseName string) {
		if phaseName == name {
			return
		}
		now, cpu := time.Now(), processor()
		if name != "" {
			r.Phases = append(r.Phases, phase{Name: name, Wall: now.Sub(at), CPU: cpu - used, End: now.Sub(begun)})
		}
		name, at, used = phaseName, now, cpu
	}
	got, err := run.Run(ctx, run.Config{
		Files: t.Files, Clean: t.Clean, Link: linkage.LinkType(t.Link), UniqueID: "id", Seed: t.Seed,
		Out: t.Out, Edges: t.Edges, EdgesFrom: t.EdgesFrom, Model: t.Model, UseModel: t.Use, Threshold: t.Threshold, Now: time.Now,
	}, func(phaseName string, _, _ int64) { next(phaseName) })
	if err != nil {
		return r, err
	}
	next("end")
	r.Wall, r.CPU = time.Since(begun), processor()-before
	r.Compared, r.Records, r.Threshold, r.Rules, r.Warnings = got.Compared, got.Records, got.Threshold, got.Rules, got.Warnings
	return r, nil
}
