package fault

import (
	"errors"
	"io"
	"testing"
)

func TestKindSurvivesWrapping(t *testing.T) {
	err := Wrap("registry.Save", NewConflict("registry.changed", "Siti").Because(io.ErrUnexpectedEOF))
	if got := KindOf(err); got != Conflict {
		t.Fatalf("KindOf = %v, want conflict", got)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal("the cause is lost")
	}
	if got, want := err.Error(), "registry.Save: conflict: registry.changed: unexpected EOF"; got != want {
		t.Fatalf("Error() = %q, want %q", got, want)
	}
}

func TestUnforeseenIsInternal(t *testing.T) {
	if got := KindOf(io.EOF); got != Internal {
		t.Fatalf("KindOf(io.EOF) = %v, want internal", got)
	}
	if Wrap("x", nil) != nil {
		t.Fatal("Wrap(nil) must stay nil")
	}
}

func TestAtLeavesTheOriginalAlone(t *testing.T) {
	f := NewInvalid("nik.length", 15)
	if g := f.At("nik"); f.Field != "" || g.Field != "nik" {
		t.Fatalf("At changed the original: %q %q", f.Field, g.Field)
	}
}
