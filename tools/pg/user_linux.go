package main

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// serverUser is whom the server runs as when we are root, which PostgreSQL
// refuses to be: Debian's postgres, or nobody. ok is false for everybody else.
func serverUser() (syscall.Credential, bool) {
	if os.Geteuid() != 0 {
		return syscall.Credential{}, false
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gidErr := strconv.ParseUint(u.Gid, 10, 32)
		if uidErr == nil && gidErr == nil {
			return syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, true
		}
	}
	return syscall.Credential{}, false
}

// asServerUser lets cmd run as the server's user, in a process group of its
// own so that Ctrl-C reaches the tests first, and dies with us if we are killed.
func asServerUser(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGQUIT}
	if who, ok := serverUser(); ok {
		cmd.SysProcAttr.Credential = &who
	}
}

// giveToServerUser hands paths over to the server's user.
func giveToServerUser(paths ...string) error {
	who, ok := serverUser()
	if !ok {
		return nil
	}
	for _, p := range paths {
		if err := os.Chown(p, int(who.Uid), int(who.Gid)); err != nil {
			return err
		}
	}
	return nil
}
