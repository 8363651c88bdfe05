package page

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tepat/internal/account"
)

// Read-audit classes: what a response of the route shows.
const (
	AuditNone     = "none"     // nothing about a person
	AuditList     = "list"     // many people, masked
	AuditPersonal = "personal" // one person or family
	AuditReveal   = "reveal"   // a NIK or KK in digits
)

// None is the value of Loader and FourEyes for routes that need neither.
const None = "none"

// Route is one address and its policy. Every field but MaxBody must be set, so
// that the table of routes is the complete matrix of who may do what.
type Route struct {
	Method   string                 `json:"method"`
	Path     string                 `json:"path"`               // net/http pattern, "/keluarga/{id}"
	Action   account.Action         `json:"action"`             // who may
	Loader   string                 `json:"loader"`             // object it loads and whose area it thereby checks, or "none"
	FourEyes string                 `json:"four_eyes"`          // such as "decide≠confirm", or "none"
	Audit    string                 `json:"audit"`              // read-audit class
	MaxBody  int64                  `json:"max_body,omitempty"` // bytes; zero means DefaultBody
	Handle   func(r *Request) error `json:"-"`
}

// DefaultBody is the largest request body of a route that does not say more.
const DefaultBody = 1 << 20

// Pattern returns the net/http pattern of rt.
func (rt Route) Pattern() string { return rt.Method + " " + rt.Path }

// CheckRoutes refuses a table with a missing field, an unknown audit class, an
// unknown action, or two routes for one pattern. Routes that read are GET;
// nothing that writes is.
func CheckRoutes(routes []Route) error {
	var problems []error
	seen := make(map[string]bool)
	for _, rt := range routes {
		if err := rt.check(); err != nil {
			problems = append(problems, fmt.Errorf("route %q: %w", rt.Pattern(), err))
		}
		if seen[rt.Pattern()] {
			problems = append(problems, fmt.Errorf("route %q is there twice", rt.Pattern()))
		}
		seen[rt.Pattern()] = true
	}
	return errors.Join(problems...)
}

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

func (rt Route) check() error {
	var missing []string
	need := func(ok bool, field string) {
		if !ok {
			missing = append(missing, field)
		}
	}
	need(slices.Contains(methods, rt.Method), "Method")
	need(strings.HasPrefix(rt.Path, "/"), "Path")
	need(knownAction(rt.Action), "Action")
	need(rt.Loader != "", "Loader")
	need(rt.FourEyes != "", "FourEyes")
	need(slices.Contains([]string{AuditNone, AuditList, AuditPersonal, AuditReveal}, rt.Audit), "Audit")
	need(rt.Handle != nil, "Handle")
	if len(missing) > 0 {
		return fmt.Errorf("set %s", strings.Join(missing, ", "))
	}
	return nil
}

func knownAction(a account.Action) bool {
	return a == account.Public || a == account.Self || slices.Contains(account.Actions(), a)
}

// RoutesJSON writes the table of routes, sorted by path and method.
func RoutesJSON(routes []Route) ([]byte, error) {
	sorted := slices.Clone(routes)
	slices.SortFunc(sorted, func(a, b Route) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return strings.Compare(a.Method, b.Method)
	})
	return json.MarshalIndent(sorted, "", "  ")
}
