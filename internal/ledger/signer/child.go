package signer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// Child is a signer process that this process started.
type Child struct {
	*Client
	cmd   *exec.Cmd
	stdin io.WriteCloser
	once  sync.Once
	err   error
}

// Start runs cmd, which must call Serve with its own Stdin and Stdout, waits
// for its "listening on …" and returns a client for it. tokenFile is the one
// that cmd uses. The child ends with Stop, and by itself when this process
// dies, because its stdin closes then.
func Start(ctx context.Context, cmd *exec.Cmd, tokenFile string) (*Child, error) {
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("signer.Start: %w", err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("signer.Start: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("signer.Start: %w", err)
	}
	c := &Child{cmd: cmd, stdin: stdin}
	addr, err := firstLine(ctx, stdout)
	if err != nil {
		return nil, fmt.Errorf("signer.Start: %w", errors.Join(err, c.Stop()))
	}
	token, err := Token(tokenFile)
	if err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	c.Client = NewClient(addr, token)
	return c, nil
}

const startTimeout = 20 * time.Second

func firstLine(ctx context.Context, r io.Reader) (string, error) {
	type result struct {
		addr string
		err  error
	}
	got := make(chan result, 1)
	go func() {
		br := bufio.NewReader(r)
		line, err := br.ReadString('\n')
		addr, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
		if err == nil && !ok {
			err = fmt.Errorf("unexpected first line %.100q", line)
		}
		got <- result{addr, err}
		io.Copy(io.Discard, br) //nolint:errcheck // the child must never block on its stdout
	}()
	select {
	case res := <-got:
		return res.addr, res.err
	case <-time.After(startTimeout):
		return "", errors.New("the signer did not start in time")
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Stop ends the child and waits for it. Later calls return the same result.
func (c *Child) Stop() error {
	c.once.Do(func() {
		c.err = c.stdin.Close()
		done := make(chan error, 1)
		go func() { done <- c.cmd.Wait() }()
		select {
		case err := <-done:
			c.err = errors.Join(c.err, err)
		case <-time.After(5 * time.Second):
			c.err = errors.Join(c.err, c.cmd.Process.Kill(), <-done)
		}
	})
	return c.err
}
