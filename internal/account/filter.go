package account

import (
	"slices"
	"strings"
	"time"

	"tepat/internal/region"
)

// Status is how a user stands on the list; a user may have several.
type Status string

// The statuses.
const (
	StatusActive   Status = "active"
	StatusNew      Status = "new"      // active, holds an unused one-time password
	StatusIdle     Status = "idle"     // active, did not sign in for IdleAfter
	StatusInactive Status = "inactive" // closed
)

// Statuses lists every status.
func Statuses() []Status { return []Status{StatusActive, StatusNew, StatusIdle, StatusInactive} }

// IdleAfter is how long somebody may stay away before the list says so.
const IdleAfter = 30 * 24 * time.Hour

// Statuses returns how u stands at the instant now.
func (u User) Statuses(now time.Time) []Status {
	if !u.Active {
		return []Status{StatusInactive}
	}
	out := []Status{StatusActive}
	if u.MustChange {
		out = append(out, StatusNew)
	}
	seen := u.SignedInAt
	if seen.IsZero() {
		seen = u.CreatedAt
	}
	if now.Sub(seen) > IdleAfter {
		out = append(out, StatusIdle)
	}
	return out
}

// Filter narrows a list of users. Several values of one field are
// alternatives; an empty field does not narrow. Now is needed with Statuses.
type Filter struct {
	Text     string // part of the name or username
	Roles    []Role
	Areas    []region.Code // users who see all or part of one
	Statuses []Status
	Now      time.Time
}

// Matches reports whether u passes f.
func (f Filter) Matches(u User) bool {
	if len(f.Roles) > 0 && !slices.Contains(f.Roles, u.Role) {
		return false
	}
	if len(f.Areas) > 0 && !slices.ContainsFunc(f.Areas, u.Scope.Overlaps) {
		return false
	}
	if len(f.Statuses) > 0 && !slices.ContainsFunc(u.Statuses(f.Now), func(s Status) bool { return slices.Contains(f.Statuses, s) }) {
		return false
	}
	text := strings.ToLower(squeeze(f.Text))
	return text == "" || strings.Contains(strings.ToLower(u.Name), text) || strings.Contains(u.Username, text)
}
