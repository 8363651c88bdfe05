package account

import (
	"tepat/internal/id"
	"tepat/internal/region"
)

// Session is who is logged in, as far as every page needs it. The zero
// Session is nobody: no role, no area.
type Session struct {
	ID         string // names the session in the log; it is not the token
	User       id.User
	Name       string
	Username   string
	Role       Role
	Scope      region.Scope
	Lang       string // "id" or "en"; empty means not chosen
	MustChange bool   // a one-time password was used: only the password page is open
}
