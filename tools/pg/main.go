package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
)

const variable = "TEPAT_TEST_POSTGRES"

func main() {
	// The kernel ends the server when the thread that started it ends; the main
	// thread lives as long as we do.
	runtime.LockOSThread()
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./tools/pg COMMAND [ARGUMENT…]")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run starts the server, the command, and stops the server again. It returns
// the exit code of the command.
func run(ctx context.Context, command []string) int {
	if os.Getenv(variable) != "" {
		return execute(ctx, command)
	}
	server, err := startAny(ctx, installations("."))
	if err != nil {
		fmt.Fprintln(os.Stderr, "pg:", err)
		if os.Getenv("CI") == "true" {
			fmt.Fprintln(os.Stderr, "pg: CI MUST TEST POSTGRESQL")
			return 1
		}
		fmt.Fprintln(os.Stderr, "NO POSTGRESQL HERE: ITS TESTS ARE SKIPPED. INSTALL IT (apt-get install postgresql) TO RUN THEM.")
		return execute(ctx, command)
	}
	defer server.stop()
	fmt.Printf("PostgreSQL for tests: %s\n", server.version)
	os.Setenv(variable, server.url)
	return execute(ctx, command)
}

// execute runs command and passes a first interrupt on to it, so that the
// server outlives it and not the reverse.
func execute(ctx context.Context, command []string) int {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return max(exit.ExitCode(), 1) // -1 when a signal ended it
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pg:", err)
		return 1
	}
	return 0
}

// startAny starts the first installation that works. A broken one is named on
// the way.
func startAny(ctx context.Context, found []installation) (*cluster, error) {
	if len(found) == 0 {
		return nil, errors.New("no initdb on PATH, in /usr/lib/postgresql or in node_modules")
	}
	var problems []error
	for _, in := range found {
		server, err := start(ctx, in)
		if err == nil {
			return server, nil
		}
		problems = append(problems, fmt.Errorf("%s: %w", in.bin, err))
	}
	return nil, errors.Join(problems...)
}
