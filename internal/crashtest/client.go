package crashtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tepat/internal/delivery"
	"tepat/internal/id"
	"tepat/internal/money"
)

// client speaks to the server as a browser would: one session, cookies, and
// the same addresses as the pages.
type client struct {
	o       Options
	base    string
	http    *http.Client
	retries atomic.Int64
}

func newClient(o Options) (*client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	return &client{o: o, base: strings.TrimSuffix(o.BaseURL, "/"), http: &http.Client{Jar: jar, Timeout: 30 * time.Second,
		Transport:     &http.Transport{MaxIdleConnsPerHost: maxWorkers},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// errAgain marks a failure after which the same request is sent again.
var errAgain = errors.New("no answer")

// patiently repeats f while the server is silent or broken, until ctx ends.
func (c *client) patiently(ctx context.Context, f func(context.Context) error) error {
	wait := 20 * time.Millisecond
	for {
		err := f(ctx)
		if !errors.Is(err, errAgain) {
			return err
		}
		c.retries.Add(1)
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(wait):
		}
		wait = min(2*wait, time.Second)
	}
}

const maxAnswer = 8 << 20

// send makes one attempt and decodes a JSON answer into v. Silence, an answer
// that was cut, and failures of the server are errAgain.
func (c *client) send(ctx context.Context, method, path, kind string, body []byte, v any) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Accept", "application/json")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errAgain, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errAgain, err)
	}
	if res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests {
		return res.StatusCode, fmt.Errorf("%w: %s", errAgain, res.Status)
	}
	if v == nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		return res.StatusCode, nil
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return res.StatusCode, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return res.StatusCode, nil
}

func (c *client) signIn(ctx context.Context) error {
	form := url.Values{"username": {c.o.User}, "password": {c.o.Password}, "ke": {"/"}}
	status, err := c.send(ctx, "POST", "/masuk", "application/x-www-form-urlencoded", []byte(form.Encode()), nil)
	if err != nil {
		return err
	}
	if status != http.StatusSeeOther {
		return fmt.Errorf("sign-in of %s: status %d", c.o.User, status)
	}
	return nil
}

// get reads a page as JSON, signing in again when the session is gone.
func (c *client) get(ctx context.Context, path string, v any) error {
	status, err := c.send(ctx, "GET", path, "", nil, v)
	if err != nil || status == http.StatusOK {
		return err
	}
	if lost(status) {
		return c.again(ctx)
	}
	return fmt.Errorf("GET %s: status %d", path, status)
}

func lost(status int) bool { return status == http.StatusSeeOther || status == http.StatusUnauthorized }

func (c *client) again(ctx context.Context) error {
	if err := c.signIn(ctx); err != nil {
		return err
	}
	return fmt.Errorf("%w: the session was gone", errAgain)
}

// The JSON that the pages of delivery answer with.
type (
	listAnswer struct {
		Sites []struct {
			ID      id.Site `json:"id"`
			Pending int64   `json:"pending"`
		} `json:"sites"`
	}
	siteAnswer struct {
		Lines []struct {
			ID     id.PayLine   `json:"id"`
			Amount money.Rupiah `json:"amount"`
		} `json:"lines"`
	}
	answer struct {
		Outcome delivery.Outcome `json:"outcome"`
		Receipt string           `json:"receipt"`
		Amount  money.Rupiah     `json:"amount"`
		Again   bool             `json:"again"`
		Key     string           `json:"key"`
	}
)

// pending reads the lines that wait to be handed over.
func (c *client) pending(ctx context.Context) ([]job, error) {
	var list listAnswer
	if err := c.get(ctx, "/penyaluran/"+string(c.o.List), &list); err != nil {
		return nil, err
	}
	var out []job
	for _, s := range list.Sites {
		if s.Pending == 0 {
			continue
		}
		for page := 1; ; page++ {
			var site siteAnswer
			path := "/penyaluran/" + string(c.o.List) + "/titik/" + string(s.ID) + "?keadaan=pending&hal=" + strconv.Itoa(page)
			if err := c.get(ctx, path, &site); err != nil {
				return nil, err
			}
			for _, l := range site.Lines {
				out = append(out, job{s.ID, delivery.Statement{Line: l.ID, Outcome: delivery.Given, Receiver: delivery.Self, Amount: l.Amount}})
			}
			if len(site.Lines) == 0 || c.o.N > 0 && len(out) >= 4*c.o.N || len(out) >= maxLines {
				break
			}
		}
	}
	return out, nil
}

// handOver sends the same bytes until they are answered.
func (c *client) handOver(ctx context.Context, j job) (answer, error) {
	body, err := json.Marshal(j.line)
	if err != nil {
		return answer{}, err
	}
	path := "/penyaluran/" + string(c.o.List) + "/titik/" + string(j.site) + "/serah"
	var ans answer
	err = c.patiently(ctx, func(ctx context.Context) error {
		ans = answer{}
		status, err := c.send(ctx, "POST", path, "application/json", body, &ans)
		switch {
		case err != nil:
			return err
		case lost(status):
			return c.again(ctx)
		case status == http.StatusOK || status == http.StatusConflict:
			return nil
		case status == http.StatusForbidden && ans.Key != "", status == http.StatusNotFound && ans.Key != "":
			return nil
		}
		return fmt.Errorf("POST %s: status %d", path, status)
	})
	return ans, err
}
