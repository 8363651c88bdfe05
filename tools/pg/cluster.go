package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// cluster is one running server and its folder.
type cluster struct {
	url     string
	version string
	dir     string
	server  *exec.Cmd
	ended   chan error
}

// patience is how long the server may take to start or stop.
const patience = 60 * time.Second

// settings trade safety for speed: the data live as long as one test run.
var settings = []string{
	"listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200",
	"fsync=off", "synchronous_commit=off", "full_page_writes=off",
	"wal_level=minimal", "max_wal_senders=0", "shared_buffers=64MB", "autovacuum=off",
	"lc_messages=C", "timezone=UTC", "log_min_messages=fatal",
}

// start makes a cluster in a new folder and waits until it accepts sessions.
func start(ctx context.Context, in installation) (*cluster, error) {
	dir, err := os.MkdirTemp("", "tepat-pg-")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	if err := c.begin(ctx, in); err != nil {
		c.stop()
		return nil, err
	}
	return c, nil
}

func (c *cluster) begin(ctx context.Context, in installation) error {
	bin := in.bin
	if in.npm != "" {
		unpacked, err := unpack(in.npm, c.dir)
		if err != nil {
			return err
		}
		bin = unpacked
	}
	version, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return err
	}
	c.version = strings.TrimSpace(string(version))
	password := rand.Text()
	if err := c.initialise(ctx, bin, password); err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	c.url = fmt.Sprintf("postgres://tepat:%s@127.0.0.1:%d/postgres?sslmode=disable", password, port)
	return c.serve(ctx, bin, port)
}

// initialise runs initdb with checksums and byte order, as the manual demands
// of a real server.
func (c *cluster) initialise(ctx context.Context, bin, password string) error {
	secret := filepath.Join(c.dir, "password")
	if err := os.WriteFile(secret, []byte(password), 0o600); err != nil {
		return err
	}
	if err := giveToServerUser(c.dir, secret); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "--pgdata", c.data(), "--username", "tepat",
		"--pwfile", secret, "--auth", "password", "--encoding", "UTF8", "--locale", "C", "--data-checksums", "--no-sync")
	out, err := c.prepare(cmd).CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, bytes.TrimSpace(out))
	}
	return nil
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// prepare makes cmd run as the server's user, in a folder that user may enter.
func (c *cluster) prepare(cmd *exec.Cmd) *exec.Cmd {
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	asServerUser(cmd)
	return cmd
}

// serve starts the server as a child and returns when it is ready.
func (c *cluster) serve(ctx context.Context, bin string, port int) error {
	args := []string{"-D", c.data(), "-p", fmt.Sprint(port)}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	var log bytes.Buffer
	c.server = c.prepare(exec.Command(filepath.Join(bin, "postgres"), args...))
	c.server.Stdout, c.server.Stderr = &log, &log
	c.ended = make(chan error, 1)
	if err := c.server.Start(); err != nil {
		c.server = nil
		return err
	}
	go func() { c.ended <- c.server.Wait() }()
	deadline := time.After(patience)
	for !c.ready() {
		select {
		case err := <-c.ended:
			c.server = nil
			return fmt.Errorf("the server ended: %w\n%s", err, bytes.TrimSpace(log.Bytes()))
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline:
			return errors.New("the server did not start in time")
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// ready reports whether the server says so in line 8 of its lock file.
func (c *cluster) ready() bool {
	lock, err := os.ReadFile(filepath.Join(c.data(), "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(lock), "\n")
	return len(lines) >= 8 && strings.TrimSpace(lines[7]) == "ready"
}

// stop ends the server, by its own process and no other, and removes its folder.
func (c *cluster) stop() {
	if c.server != nil {
		c.end()
	}
	if err := os.RemoveAll(c.dir); err != nil {
		fmt.Fprintln(os.Stderr, "pg:", err)
	}
}

// end asks for a fast shutdown (SIGINT ends sessions first), then insists.
func (c *cluster) end() {
	if err := c.server.Process.Signal(syscall.SIGINT); err != nil {
		fmt.Fprintln(os.Stderr, "pg:", err)
	}
	select {
	case <-c.ended:
	case <-time.After(patience):
		if err := c.server.Process.Signal(syscall.SIGQUIT); err != nil {
			fmt.Fprintln(os.Stderr, "pg:", err)
		}
		<-c.ended
	}
}

// freePort asks the system for a port nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
