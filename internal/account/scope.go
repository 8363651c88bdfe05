package account

import (
	"slices"
	"strings"

	"tepat/internal/fault"
	"tepat/internal/region"
)

// wholeRegency is how a stored area list says "everything": a word that no
// damage produces. An empty list sees nothing.
const wholeRegency = "*"

// encodeAreas writes scope as it is stored: "*", or codes split by spaces.
func encodeAreas(scope region.Scope) string {
	if scope.Whole() {
		return wholeRegency
	}
	parts := make([]string, 0, len(scope.Areas()))
	for _, c := range scope.Areas() {
		parts = append(parts, string(c))
	}
	return strings.Join(parts, " ")
}

// decodeAreas reads what encodeAreas wrote. Anything else narrows the scope,
// down to the zero Scope; nothing but "*" makes it whole.
func decodeAreas(regency region.Code, stored string) region.Scope {
	if stored == wholeRegency {
		return region.NewScope(regency)
	}
	var codes []region.Code
	for _, part := range strings.Fields(stored) {
		if c := region.Code(part); c.Level() > region.Regency {
			codes = append(codes, c)
		}
	}
	if len(codes) == 0 {
		return region.Scope{}
	}
	return region.NewScope(regency, codes...)
}

// scopeFor builds the working area of a user of role from the codes picked on
// a form; the code of the regency itself stands for all of it. It fails with
// account.area_required, account.area_unknown, or account.area_whole when a
// role that works in villages is given the whole regency (domain brief §5.4).
func scopeFor(role Role, regency region.Code, picked []region.Code) (region.Scope, error) {
	if len(picked) == 0 {
		return region.Scope{}, fault.NewInvalid("account.area_required").At("areas")
	}
	for _, c := range picked {
		if !c.Valid() || !regency.Contains(c) {
			return region.Scope{}, fault.NewInvalid("account.area_unknown").At("areas")
		}
	}
	if role.Local() && slices.Contains(picked, regency) {
		return region.Scope{}, fault.NewInvalid("account.area_whole").At("areas")
	}
	return region.NewScope(regency, picked...), nil
}
