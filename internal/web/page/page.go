package page

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"
	"text/template/parse"
)

// Page ties a template to the type of its data. The template defines "title"
// (text) and "main" (the content between header and footer); both see T as
// their dot. Any other {{define}} of the files can be rendered alone with Part.
type Page[T any] struct{ core *core }

type core struct {
	files fs.FS
	names []string
	zero  any
}

var (
	registryMu sync.Mutex
	registry   []*core
)

// New declares a page made of the named files of files; call it in a package
// variable, so that the page is compiled at start and checked by the tests.
// The folder's texts.json and *.css come along.
func New[T any](files fs.FS, names ...string) *Page[T] {
	var zero T
	c := &core{files: files, names: names, zero: zero}
	registryMu.Lock()
	defer registryMu.Unlock()
	registry = append(registry, c)
	return &Page[T]{c}
}

// registered returns the pages declared so far.
func registered() []*core {
	registryMu.Lock()
	defer registryMu.Unlock()
	return append([]*core(nil), registry...)
}

// Render sends the page inside the layout. When htmx asks for a part of the
// page (see Request.WantsPartial), only "main" is sent.
func (p *Page[T]) Render(r *Request, status int, data T) error {
	set, err := r.kernel.set(p.core, r.printer)
	if err != nil {
		return err
	}
	title, err := execute(set, "title", data)
	if err != nil {
		return err
	}
	main, err := execute(set, "main", data)
	if err != nil {
		return err
	}
	if r.WantsPartial() {
		return r.sendHTML(status, main)
	}
	body, err := r.kernel.frame(r, title, main)
	if err != nil {
		return err
	}
	return r.sendHTML(status, body)
}

// Part sends one named template of the page, for htmx to put in place.
func (p *Page[T]) Part(r *Request, status int, name string, data T) error {
	set, err := r.kernel.set(p.core, r.printer)
	if err != nil {
		return err
	}
	body, err := execute(set, name, data)
	if err != nil {
		return err
	}
	return r.sendHTML(status, body)
}

func execute(set *template.Template, name string, data any) ([]byte, error) {
	var buf bytes.Buffer
	if err := set.ExecuteTemplate(&buf, name, data); err != nil {
		return nil, fmt.Errorf("page %s: %w", set.Name(), err)
	}
	return bytes.TrimSpace(buf.Bytes()), nil
}

// name of the page in error messages.
func (c *core) name() string { return fmt.Sprintf("%T %s", c.zero, strings.Join(c.names, "+")) }

// compile parses the files of c and adds the components they reach.
func (c *core) compile(parts map[string]*parse.Tree, funcs template.FuncMap) (*template.Template, error) {
	set := template.New(c.name()).Funcs(funcs)
	for _, name := range c.names {
		text, err := fs.ReadFile(c.files, name)
		if err != nil {
			return nil, fmt.Errorf("page %s: %w", c.name(), err)
		}
		if _, err := set.New(path.Base(name)).Parse(string(text)); err != nil {
			return nil, fmt.Errorf("page %s: %w", c.name(), err)
		}
	}
	if err := addReached(set, parts); err != nil {
		return nil, fmt.Errorf("page %s: %w", c.name(), err)
	}
	for _, need := range []string{"title", "main"} {
		if set.Lookup(need) == nil {
			return nil, fmt.Errorf("page %s: no {{define %q}}", c.name(), need)
		}
	}
	return set, nil
}

// addReached adds to set the components that its templates call, and those
// that these call; a page carries only what it uses.
func addReached(set *template.Template, parts map[string]*parse.Tree) error {
	var todo []string
	for _, t := range set.Templates() {
		if t.Tree != nil {
			todo = append(todo, calls(t.Tree.Root)...)
		}
	}
	for len(todo) > 0 {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if set.Lookup(name) != nil {
			continue
		}
		tree, ok := parts[name]
		if !ok {
			return errors.New("no template called " + name)
		}
		if _, err := set.AddParseTree(name, tree.Copy()); err != nil {
			return err
		}
		todo = append(todo, calls(tree.Root)...)
	}
	return nil
}

// calls lists the templates that a tree calls.
func calls(n parse.Node) []string {
	var out []string
	walk(n, func(n parse.Node) {
		if call, ok := n.(*parse.TemplateNode); ok {
			out = append(out, call.Name)
		}
	})
	return out
}

// walk visits n and every node below it that can hold a call or a text key.
func walk(n parse.Node, visit func(parse.Node)) {
	switch x := n.(type) {
	case *parse.ListNode:
		if x == nil {
			return
		}
		for _, c := range x.Nodes {
			walk(c, visit)
		}
		return
	case *parse.IfNode:
		walkBranch(&x.BranchNode, visit)
	case *parse.RangeNode:
		walkBranch(&x.BranchNode, visit)
	case *parse.WithNode:
		walkBranch(&x.BranchNode, visit)
	case *parse.ActionNode:
		walkPipe(x.Pipe, visit)
	case *parse.TemplateNode:
		walkPipe(x.Pipe, visit)
	}
	visit(n)
}

func walkBranch(b *parse.BranchNode, visit func(parse.Node)) {
	walkPipe(b.Pipe, visit)
	walk(b.List, visit)
	walk(b.ElseList, visit)
}

func walkPipe(p *parse.PipeNode, visit func(parse.Node)) {
	if p == nil {
		return
	}
	for _, cmd := range p.Cmds {
		visit(cmd)
		for _, arg := range cmd.Args {
			if inner, ok := arg.(*parse.PipeNode); ok {
				walkPipe(inner, visit)
			}
		}
	}
}
