package account

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestPasswordRules(t *testing.T) {
	for _, c := range []struct{ username, password, want string }{
		{"siti", "pulau kecil di utara", ""},
		{"siti", "Laut-Natuna-7", ""},
		{"siti", "pendek", "account.password_short"},
		{"siti", "sembilan9", "account.password_short"},
		{"siti", "émoji🙂éé", "account.password_short"},
		{"siti", "indonesia1945", "account.password_common"},
		{"siti", "Password123", "account.password_common"},
		{"siti", "Bismillah!!!", "account.password_common"},
		{"siti", "1234567890", "account.password_common"},
		{"siti", "9876543210", "account.password_common"},
		{"siti", "aaaaaaaaaaaa", "account.password_common"},
		{"siti.aminah", "Siti.Aminah", "account.password_username"},
		{"siti.aminah7", "siti.aminah2026", "account.password_username"},
		{"siti", strings.Repeat("panjang ", 40), "account.password_long"},
	} {
		if got := keyOf(checkPassword(c.username, c.password)); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.username, c.password, got, c.want)
		}
	}
}

func TestOnlyThePasswordMatchesItsHash(t *testing.T) {
	h, err := hashPassword(t.Context(), "ombak besar")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(h.phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("not PHC: %s", h.phc)
	}
	for password, want := range map[string]bool{"ombak besar": true, "ombak besaR": false, "": false, "ombak besar ": false} {
		if got, err := h.matches(t.Context(), password); err != nil || got != want {
			t.Errorf("%q: %v, %v", password, got, err)
		}
	}
	if got, err := nobody.matches(t.Context(), ""); err != nil || got {
		t.Errorf("the hash of nobody matches: %v, %v", got, err)
	}
}

func TestDamagedHashIsAnErrorNotAMatch(t *testing.T) {
	good, err := hashPassword(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	for _, phc := range []string{"", "x", "$$$$$", strings.Replace(good.phc, "m=19456", "m=99999999", 1),
		strings.Replace(good.phc, "argon2id", "argon2i", 1), strings.Replace(good.phc, "t=2", "t=0", 1), good.phc[:len(good.phc)-8]} {
		if ok, err := (Hash{phc}).matches(t.Context(), "x"); err == nil || ok {
			t.Errorf("%q: %v, %v", phc, ok, err)
		}
	}
}

func TestSlipIsReadHoweverItIsTyped(t *testing.T) {
	one, err := NewOneTime(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}$`).MatchString(one.Password) {
		t.Fatalf("slip %q", one.Password)
	}
	for _, typed := range []string{one.Password, strings.ToLower(one.Password), strings.ReplaceAll(one.Password, "-", ""), strings.ReplaceAll(one.Password, "-", " ")} {
		if ok, err := one.Hash.matches(t.Context(), canonicalSlip(typed)); err != nil || !ok {
			t.Errorf("%q is refused: %v", typed, err)
		}
	}
	two, err := NewOneTime(t.Context())
	if err != nil || two.Password == one.Password {
		t.Errorf("two slips are alike: %v", err)
	}
}

func TestGuessingSlowsDown(t *testing.T) {
	for _, c := range []struct {
		n    int64
		want time.Duration
	}{{1, 0}, {4, 0}, {5, 5 * time.Second}, {6, 10 * time.Second}, {9, 80 * time.Second}, {12, 640 * time.Second},
		{13, 15 * time.Minute}, {1_000_000, 15 * time.Minute}} {
		if got := delay(c.n, freeOfUser); got != c.want {
			t.Errorf("after %d failures: %v, want %v", c.n, got, c.want)
		}
	}
	told := 0
	for n := range int64(1000) {
		if worthTelling(n) {
			told++
		}
	}
	if told != 8 { // 5, 10, 20, … 640
		t.Errorf("a thousand failures make %d events", told)
	}
}

func TestANIKIsNoUsername(t *testing.T) {
	for name, want := range map[string]string{"siti": "", "s.aminah-2": "", "2103990101900001": "account.username", "ab": "account.username",
		"Siti": "account.username", "siti aminah": "account.username", "": "account.username", "-siti": "account.username"} {
		if got := keyOf(checkUsername(name)); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
