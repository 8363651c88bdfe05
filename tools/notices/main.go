// Command notices prints the licence texts of every Go module that is linked
// into the program, and of Go itself, as their licences ask of whoever hands
// out a built copy. NOTICE names the same modules; notices_test.go compares.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := printTexts("./cmd/..."); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

// module is a Go module and where its source lies.
type module struct{ path, version, dir string }

// linked returns the foreign modules that packages need, by path.
func linked(packages string) ([]module, error) {
	format := `{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}`
	cmd := exec.Command("go", "list", "-deps", "-f", format, packages)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var found []module
	for line := range strings.Lines(string(out)) {
		f := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(f) == 3 && !slices.Contains(found, module{f[0], f[1], f[2]}) {
			found = append(found, module{f[0], f[1], f[2]})
		}
	}
	slices.SortFunc(found, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return found, nil
}

func printTexts(packages string) error {
	found, err := linked(packages)
	if err != nil {
		return err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	found = append([]module{{"Go", "", strings.TrimSpace(string(root))}}, found...)
	for _, m := range found {
		texts, err := licences(m.dir)
		if err != nil {
			return err
		}
		if len(texts) == 0 {
			return fmt.Errorf("%s has no licence file", m.path)
		}
		fmt.Printf("==== %s %s ====\n\n%s\n\n", m.path, m.version, bytes.Join(texts, []byte("\n\n")))
	}
	return nil
}

// licences returns the licence and notice files in dir.
func licences(dir string) ([][]byte, error) {
	var texts [][]byte
	for _, pattern := range []string{"LICENSE*", "LICENCE*", "COPYING*", "NOTICE*"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			texts = append(texts, bytes.TrimSpace(text))
		}
	}
	return texts, nil
}
