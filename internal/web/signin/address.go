package signin

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies reads addresses and networks, "127.0.0.1" or "10.0.0.0/8".
func Proxies(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(strings.TrimSpace(s))
		if err != nil {
			a, single := netip.ParseAddr(strings.TrimSpace(s))
			if single != nil {
				return nil, fmt.Errorf("proxy %q: %w", s, err)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// Behind returns where a request comes from when the given proxies stand in
// front. Each proxy appends the address it saw to X-Forwarded-For, so only what
// stands to the right of the first one that is not ours is believed: whatever a
// browser writes there itself stands further left. Without proxies the header
// means nothing.
func Behind(proxies []netip.Prefix) func(r *http.Request) string {
	ours := func(a netip.Addr) bool {
		for _, p := range proxies {
			if p.Contains(a.Unmap()) {
				return true
			}
		}
		return false
	}
	return func(r *http.Request) string {
		at, err := netip.ParseAddr(peer(r))
		if err != nil || !ours(at) {
			return peer(r)
		}
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0; i-- {
			next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
			if err != nil {
				break
			}
			if at = next; !ours(at) {
				break
			}
		}
		return at.Unmap().String()
	}
}

// peer is who is at the other end of the connection.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
