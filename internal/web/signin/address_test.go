package signin

import (
	"net/http"
	"testing"
)

func TestOnlyOurProxiesAreBelieved(t *testing.T) {
	proxies, err := Proxies([]string{"127.0.0.1", "::1", "10.1.0.0/16"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"192.168.1.7:5000", nil, "192.168.1.7"},
		{"192.168.1.7:5000", []string{"1.1.1.1"}, "192.168.1.7"},
		{"127.0.0.1:5000", []string{"192.168.1.7"}, "192.168.1.7"},
		{"127.0.0.1:5000", []string{"6.6.6.6, 192.168.1.7"}, "192.168.1.7"},
		{"127.0.0.1:5000", []string{"6.6.6.6", "192.168.1.7, 10.1.2.3"}, "192.168.1.7"},
		{"[::1]:5000", []string{"2001:db8::9"}, "2001:db8::9"},
		{"[::ffff:127.0.0.1]:5000", []string{"192.168.1.7"}, "192.168.1.7"},
		{"127.0.0.1:5000", nil, "127.0.0.1"},
		{"127.0.0.1:5000", []string{"rubbish"}, "127.0.0.1"},
		{"127.0.0.1:5000", []string{"6.6.6.6, rubbish, 10.1.2.3"}, "10.1.2.3"},
		{"@", []string{"1.1.1.1"}, "@"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.forwarded}}
		if got := Behind(proxies)(r); got != c.want {
			t.Errorf("%s with %q comes from %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	for _, wrong := range []string{"localhost", "10.0.0.0/40", ""} {
		if _, err := Proxies([]string{wrong}); err == nil {
			t.Errorf("%q is taken for a network", wrong)
		}
	}
}
