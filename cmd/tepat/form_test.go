package main

import (
	"fmt"
	"html"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	xhtml "golang.org/x/net/html"
)

// form is one form of a page as a browser would send it untouched.
type form struct {
	action string
	get    bool
	values url.Values
}

// formOn finds the form whose action matches re: the first that is posted, else
// the first; ok is false for none.
func formOn(page string, re *regexp.Regexp) (form, bool) {
	root, err := xhtml.Parse(strings.NewReader(page))
	if err != nil {
		return form{}, false
	}
	var found form
	for n := range elements(root, "form") {
		f := form{attr(n, "action"), attr(n, "method") != "post", url.Values{}}
		if !re.MatchString(f.action) || f.get && found.action != "" {
			continue
		}
		for e := range elements(n, "input", "select", "textarea") {
			f.read(e)
		}
		if found = f; !f.get {
			break
		}
	}
	return found, found.action != ""
}

func elements(root *xhtml.Node, names ...string) iter.Seq[*xhtml.Node] {
	return func(yield func(*xhtml.Node) bool) {
		for n := range root.Descendants() {
			if n.Type == xhtml.ElementNode && slices.Contains(names, n.Data) && !yield(n) {
				return
			}
		}
	}
}

func attr(n *xhtml.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *xhtml.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a xhtml.Attribute) bool { return a.Key == name })
}

// read takes what a field would send.
func (f *form) read(e *xhtml.Node) {
	name := attr(e, "name")
	switch kind := attr(e, "type"); {
	case name == "" || has(e, "disabled") || kind == "file" || kind == "submit":
	case e.Data == "textarea":
		if e.FirstChild != nil {
			f.values.Add(name, e.FirstChild.Data)
		}
	case e.Data == "select":
		f.values.Add(name, chosen(e))
	case kind == "radio" || kind == "checkbox":
		if has(e, "checked") {
			f.values.Add(name, attr(e, "value"))
		}
	default:
		f.values.Add(name, attr(e, "value"))
	}
}

// chosen is the selected option, or the first, as in a browser.
func chosen(list *xhtml.Node) string {
	first, any := "", false
	for o := range elements(list, "option") {
		if has(o, "selected") {
			return attr(o, "value")
		}
		if !any {
			first, any = attr(o, "value"), true
		}
	}
	return first
}

func cmdSubmit(ts *testscript.TestScript, neg bool, args []string) {
	o := office(ts)
	re, err := regexp.Compile(args[0])
	ts.Check(err)
	show(ts, neg, o.submit(ts, re, args[1:]), o)
}

// submit sends the form with the fields that args name changed.
func (o *officeUnderTest) submit(ts *testscript.TestScript, re *regexp.Regexp, args []string) int {
	f, ok := formOn(o.body, re)
	if !ok {
		ts.Fatalf("no form %q at %s:\n%s", re, o.at, text(o.body))
	}
	typed, files := fields(ts, args)
	maps.Copy(f.values, typed)
	if f.get {
		return o.send(ts, "GET", f.action+"?"+f.values.Encode(), nil, nil)
	}
	return o.send(ts, "POST", f.action, f.values, files)
}

// patience bounds how long a story waits for a job.
const patience = time.Minute

func cmdUntil(ts *testscript.TestScript, _ bool, args []string) {
	o := office(ts)
	re, err := regexp.Compile(args[0])
	ts.Check(err)
	for begun := time.Now(); !re.MatchString(text(o.body)); time.Sleep(50 * time.Millisecond) {
		if time.Since(begun) > patience {
			ts.Fatalf("%s never says %q:\n%s", o.at, re, text(o.body))
		}
		if status := o.send(ts, "GET", o.at, nil, nil); status != http.StatusOK {
			ts.Fatalf("%s answers %d", o.at, status)
		}
	}
	fmt.Fprintf(ts.Stdout(), "%s\n", text(o.body))
}

// mostMatters bounds what an officer can work through in one story.
const mostMatters = 2000

func cmdWork(ts *testscript.TestScript, _ bool, args []string) {
	o := office(ts)
	re, err := regexp.Compile(args[1])
	ts.Check(err)
	list, _, _ := strings.Cut(args[0], "?")
	first := regexp.MustCompile(`href="(` + regexp.QuoteMeta(list) + `/[0-9a-f]{8}-[0-9a-f-]{27}[^"]*)"`)
	o.send(ts, "GET", args[0], nil, nil)
	done := 0
	for ; done < mostMatters; done++ {
		if _, ok := formOn(o.body, re); !ok {
			o.send(ts, "GET", args[0], nil, nil)
			m := first.FindStringSubmatch(o.body)
			if m == nil {
				break
			}
			o.send(ts, "GET", html.UnescapeString(m[1]), nil, nil)
		}
		if status := o.submit(ts, re, args[2:]); status != http.StatusOK {
			ts.Fatalf("matter %d answers %d\n%s", done+1, status, text(o.body))
		}
	}
	fmt.Fprintf(ts.Stdout(), "%d selesai\n%s\n", done, text(o.body))
}
