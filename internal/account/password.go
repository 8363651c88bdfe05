package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"tepat/internal/fault"
)

// Parameters of argon2id: the second set of the OWASP Password Storage Cheat
// Sheet, 19 MiB and two passes: some 50 ms on an office PC.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32
)

const (
	minPassword = 10  // characters
	maxPassword = 256 // bytes; longer ones only cost work
)

// slots bounds how many passwords are hashed at once, so that a crowd at the
// door costs 38 MiB and not the machine.
var slots = make(chan struct{}, 2)

// Hash is a password as it is stored, in PHC string format. Only this package
// makes one.
type Hash struct{ phc string }

// OneTime is a password on a slip: good for one sign-in, then it must be changed.
type OneTime struct {
	Password string // "K7MF-3TQX-9HWD"; shown once, stored nowhere
	Hash     Hash
}

// NewOneTime makes a one-time password of 60 random bits. Call it before the
// transaction: hashing takes time.
func NewOneTime(ctx context.Context) (OneTime, error) {
	var b [12]byte
	if _, err := rand.Read(b[:]); err != nil {
		return OneTime{}, fmt.Errorf("one-time password: %w", err)
	}
	for i := range b {
		b[i] = slipLetters[b[i]%32]
	}
	p := canonicalSlip(string(b[:]))
	h, err := hashPassword(ctx, p)
	return OneTime{Password: p, Hash: h}, err
}

// slipLetters has no I, O, 0 and 1, which people confuse on paper.
const slipLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// canonicalSlip brings a typed one-time password to its printed form; case,
// spaces and hyphens do not matter.
func canonicalSlip(typed string) string {
	s := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, strings.ToUpper(typed))
	if len(s) != 12 {
		return typed
	}
	return s[:4] + "-" + s[4:8] + "-" + s[8:]
}

// NewPassword judges a password that a person chose and hashes it. It fails
// with account.password_short, _long, _common or _username, at field "new".
func NewPassword(ctx context.Context, username, chosen string) (Hash, error) {
	if err := checkPassword(username, chosen); err != nil {
		return Hash{}, err
	}
	return hashPassword(ctx, chosen)
}

//go:embed common_passwords.txt
var commonText string

var common = func() map[string]bool {
	m := make(map[string]bool)
	for _, line := range strings.Fields(commonText) {
		m[line] = true
	}
	return m
}()

func checkPassword(username, chosen string) error {
	low := strings.ToLower(chosen)
	bare := strings.TrimRight(low, "0123456789!@#$.*-_ ")
	switch {
	case len([]rune(chosen)) < minPassword:
		return fault.NewInvalid("account.password_short", minPassword).At("new")
	case len(chosen) > maxPassword:
		return fault.NewInvalid("account.password_long", maxPassword).At("new")
	case username != "" && (low == username || bare == strings.TrimRight(username, "0123456789")):
		return fault.NewInvalid("account.password_username").At("new")
	case common[low] || common[bare] || monotone(low):
		return fault.NewInvalid("account.password_common").At("new")
	}
	return nil
}

// monotone reports runs such as "aaaaaaaaaa", "1234567890" or "9876543210".
func monotone(s string) bool {
	for _, step := range []int{0, 1, -1} {
		run := true
		for i := 1; i < len(s) && run; i++ {
			d := int(s[i]) - int(s[i-1])
			run = d == step || (step != 0 && d == -9*step)
		}
		if run {
			return true
		}
	}
	return false
}

func hashPassword(ctx context.Context, password string) (Hash, error) {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		return Hash{}, fmt.Errorf("salt: %w", err)
	}
	key, err := derive(ctx, password, salt, argonMemory, argonTime, argonThreads)
	if err != nil {
		return Hash{}, err
	}
	enc := base64.RawStdEncoding
	return Hash{fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		enc.EncodeToString(salt), enc.EncodeToString(key))}, nil
}

func derive(ctx context.Context, password string, salt []byte, memory, passes uint32, threads uint8) ([]byte, error) {
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.NewUnavailable("account.busy").Because(ctx.Err())
	}
	defer func() { <-slots }()
	return argon2.IDKey([]byte(password), salt, passes, memory, threads, argonKey), nil
}

// nobody is the hash that an unknown username is compared with, so that it
// takes the same time as a known one. It matches no password.
var nobody = Hash{fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
	base64.RawStdEncoding.EncodeToString(make([]byte, argonSalt)), base64.RawStdEncoding.EncodeToString(make([]byte, argonKey)))}

var errHash = errors.New("account: stored password hash is damaged")

// matches reports whether password belongs to h, in constant time.
func (h Hash) matches(ctx context.Context, password string) (bool, error) {
	if len(password) > maxPassword {
		password = ""
	}
	parts := strings.Split(h.phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, errHash
	}
	var memory, passes uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil {
		return false, errHash
	}
	if memory > 256*1024 || passes < 1 || passes > 16 || threads < 1 {
		return false, errHash // somebody wrote a bomb into the database
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, errHash
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) != argonKey {
		return false, errHash
	}
	got, err := derive(ctx, password, salt, memory, passes, threads)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// stamp is a short fingerprint of h that a session carries: when the password
// changes, every older session ends, whatever the session table says.
func (h Hash) stamp() string {
	sum := sha256.Sum256([]byte("session " + h.phc))
	return hex.EncodeToString(sum[:8])
}
