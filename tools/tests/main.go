package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	withBrowser := flag.Bool("browser", true, "run the browser tests too")
	flag.Parse()
	args := flag.Args()
	if len(args) == 0 {
		args = []string{"./..."}
	}
	total, err := goTests(args)
	if err == nil && *withBrowser {
		var more count
		more, err = browserTests()
		total = total.plus(more)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tests:", err)
		total.failed++
	}
	fmt.Printf("%d passed, %d skipped, %d failed\n", total.passed, total.skipped, total.failed)
	if total.failed > 0 {
		os.Exit(1)
	}
}

// goTests runs go test with args. A test that fails is counted, not an error;
// the error is for go test not running at all.
func goTests(args []string) (count, error) {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return count{}, err
	}
	if err := cmd.Start(); err != nil {
		return count{}, err
	}
	c, readErr := countGo(out, os.Stdout)
	waitErr := cmd.Wait()
	if readErr != nil {
		return c, readErr
	}
	return c, unexplained(waitErr, c)
}

// unexplained returns err unless failed tests are the reason for it.
func unexplained(err error, c count) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && c.failed > 0 {
		return nil
	}
	return err
}

// browserTests runs e2e/*.test.mjs with Node's test runner against ./tepat.
func browserTests() (count, error) {
	files, err := filepath.Glob(filepath.Join("e2e", "*.test.mjs"))
	if err != nil || len(files) == 0 {
		return count{}, err
	}
	chromium := findChromium()
	if chromium == "" {
		if os.Getenv("CI") == "true" {
			return count{}, errors.New("CI MUST TEST IN A BROWSER: no Chromium here")
		}
		fmt.Println("NO CHROMIUM HERE: BROWSER TESTS ARE SKIPPED. INSTALL IT OR SET CHROMIUM TO RUN THEM.")
		return count{skipped: len(files)}, nil
	}
	program, err := filepath.Abs("tepat")
	if err != nil {
		return count{}, err
	}
	cmd := exec.Command("node", append([]string{"--test", "--test-reporter=tap"}, files...)...)
	cmd.Env = append(os.Environ(), "TEPAT_TEST_CHROMIUM="+chromium, "TEPAT_TEST_BINARY="+program)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return count{}, err
	}
	if err := cmd.Start(); err != nil {
		return count{}, err
	}
	c, readErr := countTAP(out, os.Stdout)
	waitErr := cmd.Wait()
	if readErr != nil {
		return c, readErr
	}
	return c, unexplained(waitErr, c)
}

// findChromium returns the browser in CHROMIUM or the first one on PATH.
func findChromium() string {
	if named := os.Getenv("CHROMIUM"); named != "" {
		return named
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		path, err := exec.LookPath(name)
		if err == nil {
			return path
		}
	}
	return ""
}
