package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// victim is set in the process that TestAKilledUploadLeavesNoBlob kills.
const victim = "TEPAT_TEST_BLOB_VICTIM"

// endless delivers content for ever and says on stdout when it is well under way.
type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	if e.n++; e.n == 20 {
		fmt.Println("half way")
	}
	if e.n > 20 {
		time.Sleep(10 * time.Millisecond)
	}
	return copy(p, noise(uint64(e.n), len(p))), nil
}

func TestMain(m *testing.M) {
	home := os.Getenv(victim)
	if home == "" {
		os.Exit(m.Run())
	}
	s, err := Open(filepath.Join(home, "berkas"), filepath.Join(home, "kunci-berkas.txt"), Options{})
	if err == nil {
		_, _, err = s.Put(context.Background(), &endless{}, 1<<40)
	}
	fmt.Println("not killed:", err)
	os.Exit(1)
}

func TestAKilledUploadLeavesNoBlob(t *testing.T) {
	s, home := newStore(t, Options{})
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), victim+"="+home)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, len("half way"))
	_, rerr := io.ReadFull(out, said)
	kerr := child.Process.Kill()
	child.Wait() //nolint:errcheck // it was killed, that is the point
	if rerr != nil || kerr != nil || string(said) != "half way" {
		t.Fatalf("the child said %q (%v, %v)", said, rerr, kerr)
	}
	if leftovers(t, home) != 1 {
		t.Fatalf("%d leftovers, want the one of the killed process", leftovers(t, home))
	}
	if err := s.All(func(sum string) error { return errors.New(sum) }); err != nil {
		t.Fatalf("half an upload became the blob %v", err)
	}
	n, err := s.Sweep(t.Context(), time.Now().Add(time.Minute))
	if err != nil || n != 1 || leftovers(t, home) != 0 {
		t.Fatalf("Sweep = %d, %v", n, err)
	}
}
