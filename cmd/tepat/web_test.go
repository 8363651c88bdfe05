package main

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tepat/internal/app"
)

// officeUnderTest is the server of one story and who sits before it.
type officeUnderTest struct {
	base    string
	process *exec.Cmd
	ended   <-chan struct{} // closed when process has ended
	client  *http.Client
	body    string // last page, as HTML
	at      string // its address, after redirects
}

// webCommands are what a story can do besides running tepat:
//
//	serve                       start the server; its address goes into URL
//	halt                        stop it (stop is taken: it ends the script)
//	as USER                     log in
//	get PATH                    open a page; its text goes to stdout
//	post PATH name=value …      send a form; name=@file uploads
//	link REGEXP VAR             find an address on the last page
//	number REGEXP VAR           find a number on the last page
//	status CODE                 of the last answer
//	submit FORM name=value …    send the form of the last page whose action matches
//	                            FORM, as it is filled in but for the fields named
//	until REGEXP                open the last page again until it says this
//	work PATH FORM name=value … open the first matter of the list at PATH and
//	                            submit FORM again and again until none is left
//	tamper STATEMENT            change the database behind the program's back
func webCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"serve": cmdServe, "halt": cmdHalt, "as": cmdAs, "get": cmdGet, "post": cmdPost, "link": cmdFind, "number": cmdFind, "tamper": cmdTamper,
		"submit": cmdSubmit, "until": cmdUntil, "work": cmdWork,
	}
}

func office(ts *testscript.TestScript) *officeUnderTest {
	return ts.Value("office").(*officeUnderTest)
}

// lines collects what the server says until it names its address.
type lines struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	ready chan string
}

var address = regexp.MustCompile(`http://[\d.:]+`)

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Write(p)
	if m := address.FindString(l.buf.String()); m != "" && l.ready != nil {
		l.ready <- m
		l.ready = nil
	}
	return len(p), nil
}

func cmdServe(ts *testscript.TestScript, _ bool, args []string) {
	o := office(ts)
	exe, err := os.Executable()
	ts.Check(err)
	cmd := exec.Command(exe, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Args[0] = "tepat" // testscript's entry looks at the name it was called by
	cmd.Path = filepath.Join(firstInPath(ts), "tepat")
	cmd.Env = append(os.Environ(), "TEPAT_DATA="+ts.Getenv("TEPAT_DATA"), "TEPAT_DATABASE="+ts.Getenv("TEPAT_DATABASE"), "TEPAT_QUIET=true")
	if offset := ts.Getenv("TEPAT_CLOCK_OFFSET"); offset != "" {
		cmd.Env = append(cmd.Env, "TEPAT_CLOCK_OFFSET="+offset)
	}
	ready := make(chan string, 1)
	out := &lines{ready: ready}
	cmd.Stdout, cmd.Stderr = out, out
	ts.Check(cmd.Start())
	o.process = cmd
	ended := make(chan struct{})
	go func() {
		cmd.Wait() //nolint:errcheck // its exit code is not the story
		close(ended)
	}()
	o.ended = ended
	ts.Defer(func() { o.stop() })
	select {
	case <-ended:
		ts.Fatalf("the server ended:\n%s", out.buf.String())
	case o.base = <-ready:
		ts.Setenv("URL", o.base)
	case <-time.After(time.Minute):
		ts.Fatalf("the server did not start:\n%s", out.buf.String())
	}
}

func firstInPath(ts *testscript.TestScript) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if _, err := os.Stat(filepath.Join(dir, "tepat")); err == nil {
			return dir
		}
	}
	ts.Fatalf("tepat is not in the PATH of the script")
	return ""
}

func (o *officeUnderTest) stop() {
	if o.process == nil {
		return
	}
	o.process.Process.Signal(os.Interrupt) //nolint:errcheck // it may have ended by itself
	<-o.ended
	o.process = nil
}

func cmdHalt(ts *testscript.TestScript, _ bool, _ []string) { office(ts).stop() }

func cmdAs(ts *testscript.TestScript, neg bool, args []string) {
	o := office(ts)
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	o.client = &http.Client{Jar: jar, Timeout: 2 * time.Minute}
	password := app.SamplePassword
	if len(args) > 1 {
		password = args[1]
	}
	status := o.send(ts, "POST", "/masuk", url.Values{"username": {args[0]}, "password": {password}}, nil)
	if refused := status != http.StatusOK; refused != neg {
		ts.Fatalf("log-in of %s answered %d\n%s", args[0], status, text(o.body))
	}
}

func cmdGet(ts *testscript.TestScript, neg bool, args []string) {
	o := office(ts)
	show(ts, neg, o.send(ts, "GET", args[0], nil, nil), o)
}

func cmdPost(ts *testscript.TestScript, neg bool, args []string) {
	o := office(ts)
	form, files := fields(ts, args[1:])
	show(ts, neg, o.send(ts, "POST", args[0], form, files), o)
}

// fields reads name=value and name=@file.
func fields(ts *testscript.TestScript, args []string) (url.Values, map[string]string) {
	form, files := url.Values{}, map[string]string{}
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		if !ok {
			ts.Fatalf("%q is no name=value", arg)
		}
		if path, isFile := strings.CutPrefix(value, "@"); isFile {
			files[name] = ts.MkAbs(path)
			continue
		}
		form.Add(name, value)
	}
	return form, files
}

// show prints the page and judges the status: a 4xx or 5xx is what "!" expects.
func show(ts *testscript.TestScript, neg bool, status int, o *officeUnderTest) {
	fmt.Fprintf(ts.Stdout(), "[%d]\n%s\n", status, text(o.body))
	if refused := status >= 400; refused != neg {
		ts.Fatalf("answered %d\n%s", status, text(o.body))
	}
}

func (o *officeUnderTest) send(ts *testscript.TestScript, method, path string, form url.Values, files map[string]string) int {
	if o.client == nil {
		ts.Fatalf("nobody is logged in: use as USER first")
	}
	var body io.Reader
	kind := "application/x-www-form-urlencoded"
	switch {
	case len(files) > 0:
		body, kind = multi(ts, form, files)
	case form != nil:
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, o.base+path, body)
	ts.Check(err)
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	answer, err := o.client.Do(req)
	ts.Check(err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	ts.Check(err)
	o.body, o.at = string(b), answer.Request.URL.RequestURI()
	return answer.StatusCode
}

func multi(ts *testscript.TestScript, form url.Values, files map[string]string) (io.Reader, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			ts.Check(w.WriteField(name, v))
		}
	}
	for name, path := range files {
		part, err := w.CreateFormFile(name, filepath.Base(path))
		ts.Check(err)
		content, err := os.ReadFile(path)
		ts.Check(err)
		_, err = part.Write(content)
		ts.Check(err)
	}
	ts.Check(w.Close())
	return &b, w.FormDataContentType()
}

var (
	hidden  = regexp.MustCompile(`(?s)<(script|style|svg|nav|header)\b.*?</(script|style|svg|nav|header)>`)
	tags    = regexp.MustCompile(`(?s)<[^>]*>`)
	blanks  = regexp.MustCompile(`[ \t\x{a0}]+`)
	newline = regexp.MustCompile(`\s*\n\s*`)
)

// text is what a person reads of a page.
func text(page string) string {
	if _, m, ok := strings.Cut(page, "<main"); ok {
		page = "<main" + m
	}
	page = tags.ReplaceAllString(hidden.ReplaceAllString(page, " "), " ")
	return strings.TrimSpace(newline.ReplaceAllString(blanks.ReplaceAllString(html.UnescapeString(page), " "), "\n"))
}

// cmdFind serves "link" and "number": the first group of the pattern, or the
// whole match, goes into a variable. Numbers lose their dots.
func cmdFind(ts *testscript.TestScript, _ bool, args []string) {
	o := office(ts)
	re, err := regexp.Compile(args[0])
	ts.Check(err)
	m := re.FindStringSubmatch(o.body)
	if m == nil {
		m = re.FindStringSubmatch(text(o.body))
	}
	if m == nil {
		ts.Fatalf("%q is not on the page:\n%s", args[0], o.body[:min(len(o.body), 6000)])
	}
	value := html.UnescapeString(m[len(m)-1])
	if n, err := strconv.ParseInt(strings.ReplaceAll(value, ".", ""), 10, 64); err == nil {
		value = strconv.FormatInt(n, 10)
	}
	ts.Setenv(args[1], value)
}

func cmdTamper(ts *testscript.TestScript, _ bool, args []string) {
	n, err := tamper(ts.Getenv("DSN"), args[0])
	ts.Check(err)
	if n == 0 {
		ts.Fatalf("the statement changed nothing: %s", args[0])
	}
}
