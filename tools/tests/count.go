package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// count is how the tests went.
type count struct{ passed, skipped, failed int }

func (c count) plus(d count) count {
	return count{c.passed + d.passed, c.skipped + d.skipped, c.failed + d.failed}
}

// event is a line of go test -json (go doc test2json).
type event struct {
	Action, Package, ImportPath, Test, Output string
}

// running is a test, or a package when test is "".
type running struct{ pkg, test string }

// parent returns the test that at is a subtest of.
func (at running) parent() (running, bool) {
	i := strings.LastIndexByte(at.test, '/')
	if i < 0 {
		return running{}, false
	}
	return running{at.pkg, at.test[:i]}, true
}

// goCounter follows the events of go test.
type goCounter struct {
	to       io.Writer
	output   map[running]*bytes.Buffer
	parents  map[running]bool
	blamed   map[running]bool // tests that fail because a subtest did
	results  map[running]string
	failures map[string]int // failed tests by package
}

// countGo reads go test -json from r and prints the short version to w.
func countGo(r io.Reader, w io.Writer) (count, error) {
	g := &goCounter{to: w, output: map[running]*bytes.Buffer{}, parents: map[running]bool{},
		blamed: map[running]bool{}, results: map[running]string{}, failures: map[string]int{}}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return g.count(), err
		}
		if len(bytes.TrimSpace(line)) > 0 {
			var e event
			if jsonErr := json.Unmarshal(line, &e); jsonErr != nil {
				fmt.Fprintf(w, "%s", line) // go test itself speaks, such as about flags
			} else {
				g.follow(e)
			}
		}
		if err == io.EOF {
			return g.count(), nil
		}
	}
}

func (g *goCounter) follow(e event) {
	at := running{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		fmt.Fprint(g.to, e.Output)
	case "output":
		if g.output[at] == nil {
			g.output[at] = &bytes.Buffer{}
		}
		g.output[at].WriteString(e.Output)
	case "run":
		if up, ok := at.parent(); ok {
			g.parents[up] = true
		}
	case "pass", "fail", "skip":
		g.finish(at, e.Action)
	}
}

// finish notes the end of a test or package. What a failed test said is
// printed; of a package only the last line, its summary, unless it failed
// without a failing test: then it did not build, or died.
func (g *goCounter) finish(at running, action string) {
	said := g.output[at]
	delete(g.output, at)
	if said == nil {
		said = &bytes.Buffer{}
	}
	if at.test != "" {
		g.results[at] = action
		if action == "fail" {
			g.failures[at.pkg]++
			if up, ok := at.parent(); ok {
				g.blamed[up] = true
			}
			g.to.Write(said.Bytes())
		}
		return
	}
	if action == "fail" && g.failures[at.pkg] == 0 {
		g.results[running{at.pkg, "(package)"}] = "fail"
		g.dying(at.pkg)
		fmt.Fprintf(g.to, "%sFAIL\t%s\n", said, at.pkg)
		return
	}
	summary := strings.TrimSpace(said.String())
	fmt.Fprintln(g.to, summary[strings.LastIndexByte(summary, '\n')+1:])
}

// dying prints what the tests said that were running when the package died.
func (g *goCounter) dying(pkg string) {
	for at, said := range g.output {
		if at.pkg == pkg {
			g.to.Write(said.Bytes())
		}
	}
}

func (g *goCounter) count() count {
	var c count
	for at, action := range g.results {
		if g.parents[at] && (action != "fail" || g.blamed[at]) {
			continue // its subtests are counted
		}
		switch action {
		case "pass":
			c.passed++
		case "skip":
			c.skipped++
		case "fail":
			c.failed++
		}
	}
	return c
}

var tapTotal = regexp.MustCompile(`^# (pass|fail|cancelled|skipped|todo) (\d+)$`)

// countTAP reads the TAP output of Node's runner and passes it on, without the
// lines of passing tests' timings.
func countTAP(r io.Reader, w io.Writer) (count, error) {
	var c count
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		line := lines.Text()
		m := tapTotal.FindStringSubmatch(line)
		if m == nil {
			if !tapNoise(line) {
				fmt.Fprintln(w, line)
			}
			continue
		}
		n, err := strconv.Atoi(m[2])
		if err != nil {
			return c, err
		}
		switch m[1] {
		case "pass":
			c.passed += n
		case "fail", "cancelled":
			c.failed += n
		default:
			c.skipped += n
		}
	}
	return c, lines.Err()
}

// tapNoise reports whether line only says how long a test took or that it began.
func tapNoise(line string) bool {
	s := strings.TrimSpace(line)
	for _, prefix := range []string{"TAP version", "# Subtest:", "---", "...", "duration_ms:", "type:", "1..", "# tests", "# suites", "# duration_ms"} {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return s == ""
}
