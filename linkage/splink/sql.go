package splink

import (
	"fmt"
	"strconv"
	"strings"
)

// maxDepth bounds the nesting of a condition; nobody writes deeper ones.
const maxDepth = 100

// parser reads a condition by recursive descent, loosest operators first.
type parser struct {
	tokens []token
	at     int
	depth  int
	joined bool // columns are l.x and r.x, as in blocking rules; else x_l and x_r
}

func parse(s string, joined bool, d Dialect) (*node, error) {
	tokens, err := lex(s, d)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, joined: joined}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if t := p.tokens[p.at]; t.kind != 'e' {
		return nil, fmt.Errorf("unexpected %q", t.text)
	}
	return n, nil
}

// is takes the next token when it is that operator or word.
func (p *parser) is(text string) bool {
	t := p.tokens[p.at]
	if (t.kind == 'o' || t.kind == 'i') && strings.EqualFold(t.text, text) {
		p.at++
		return true
	}
	return false
}

func (p *parser) need(text string) error {
	if !p.is(text) {
		return fmt.Errorf("%q expected before %q", text, p.tokens[p.at].text)
	}
	return nil
}

func (p *parser) or() (*node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	defer func() { p.depth-- }()
	return p.chain("or", p.and)
}

func (p *parser) and() (*node, error) { return p.chain("and", p.not) }

// chain reads a AND b AND c into one node.
func (p *parser) chain(op string, next func() (*node, error)) (*node, error) {
	first, err := next()
	if err != nil {
		return nil, err
	}
	args := []*node{first}
	for p.is(op) {
		n, err := next()
		if err != nil {
			return nil, err
		}
		args = append(args, n)
	}
	if len(args) == 1 {
		return first, nil
	}
	return flat(op, args), nil
}

// flat joins nested chains of one operator.
func flat(op string, args []*node) *node {
	out := &node{op: op}
	for _, a := range args {
		if a.op == op {
			out.args = append(out.args, a.args...)
			continue
		}
		out.args = append(out.args, a)
	}
	return out
}

func (p *parser) not() (*node, error) {
	if p.is("not") {
		n, err := p.not()
		if err != nil {
			return nil, err
		}
		return &node{op: "not", args: []*node{n}}, nil
	}
	return p.comparison()
}

func (p *parser) comparison() (*node, error) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	if p.is("is") {
		op := "isnull"
		if p.is("not") {
			op = "notnull"
		}
		return &node{op: op, args: []*node{left}}, p.need("null")
	}
	for _, op := range []string{"=", "==", "<>", "!=", "<=", ">=", "<", ">"} {
		if !p.is(op) {
			continue
		}
		right, err := p.sum()
		if err != nil {
			return nil, err
		}
		switch op {
		case "==":
			op = "="
		case "!=":
			op = "<>"
		}
		return &node{op: op, args: []*node{left, right}}, nil
	}
	return left, nil
}

func (p *parser) sum() (*node, error) { return p.binary(p.product, "+", "-", "||") }

func (p *parser) product() (*node, error) { return p.binary(p.unary, "*", "/") }

func (p *parser) binary(next func() (*node, error), ops ...string) (*node, error) {
	left, err := next()
	if err != nil {
		return nil, err
	}
	for {
		op := ""
		for _, o := range ops {
			if p.is(o) {
				op = o
				break
			}
		}
		if op == "" {
			return left, nil
		}
		right, err := next()
		if err != nil {
			return nil, err
		}
		left = &node{op: op, args: []*node{left, right}}
	}
}

func (p *parser) unary() (*node, error) {
	if p.is("-") {
		n, err := p.postfix()
		if err != nil {
			return nil, err
		}
		if n.op == "num" {
			return &node{op: "num", text: "-" + n.text}, nil
		}
		return &node{op: "neg", args: []*node{n}}, nil
	}
	return p.postfix()
}

func (p *parser) postfix() (*node, error) {
	n, err := p.primary()
	if err != nil {
		return nil, err
	}
	for p.is("::") {
		t := p.tokens[p.at]
		if t.kind != 'i' {
			return nil, fmt.Errorf("a type expected before %q", t.text)
		}
		p.at++
		n = &node{op: "cast", text: strings.ToLower(t.text), args: []*node{n}}
	}
	return n, nil
}

func (p *parser) primary() (*node, error) {
	t := p.tokens[p.at]
	p.at++
	switch {
	case t.kind == 'n':
		if _, err := strconv.ParseFloat(t.text, 64); err != nil {
			return nil, fmt.Errorf("%q is no number", t.text)
		}
		return &node{op: "num", text: t.text}, nil
	case t.kind == 's':
		return &node{op: "str", text: t.text}, nil
	case t.kind == 'o' && t.text == "(":
		n, err := p.or()
		if err != nil {
			return nil, err
		}
		return n, p.need(")")
	case t.kind == 'i' && strings.EqualFold(t.text, "case"):
		return p.caseWhen()
	case t.kind == 'i' && strings.EqualFold(t.text, "cast") && p.is("("):
		return p.cast()
	case t.kind == 'i' && p.is("("):
		return p.call(strings.ToLower(t.text))
	case t.kind == 'i' || t.kind == 'q':
		return p.column(t)
	}
	p.at--
	return nil, fmt.Errorf("unexpected %q", t.text)
}

func (p *parser) call(name string) (*node, error) {
	n := &node{op: "call", text: name}
	if p.is(")") {
		return n, nil
	}
	for {
		a, err := p.or()
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, a)
		if p.is(",") {
			continue
		}
		return n, p.need(")")
	}
}

func (p *parser) cast() (*node, error) {
	a, err := p.or()
	if err != nil {
		return nil, err
	}
	if err := p.need("as"); err != nil {
		return nil, err
	}
	t := p.tokens[p.at]
	if t.kind != 'i' {
		return nil, fmt.Errorf("a type expected before %q", t.text)
	}
	p.at++
	return &node{op: "cast", text: strings.ToLower(t.text), args: []*node{a}}, p.need(")")
}

func (p *parser) caseWhen() (*node, error) {
	n := &node{op: "case"}
	for p.is("when") {
		c, err := p.or()
		if err != nil {
			return nil, err
		}
		if err := p.need("then"); err != nil {
			return nil, err
		}
		v, err := p.or()
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, c, v)
	}
	if p.is("else") {
		v, err := p.or()
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, v)
	}
	if len(n.args) < 2 {
		return nil, fmt.Errorf("CASE without WHEN")
	}
	return n, p.need("end")
}

// column reads x_l and "x_r", or l.x and r."x" in blocking rules.
func (p *parser) column(t token) (*node, error) {
	if !p.joined {
		if n := len(t.text); n > 2 && t.text[n-2] == '_' {
			switch t.text[n-1] {
			case 'l', 'L':
				return &node{op: "col", text: t.text[:n-2], side: 'l'}, nil
			case 'r', 'R':
				return &node{op: "col", text: t.text[:n-2], side: 'r'}, nil
			}
		}
		return nil, fmt.Errorf("column %q is of neither record: it must end in _l or _r", t.text)
	}
	side := strings.ToLower(t.text)
	if (side == "l" || side == "r") && p.is(".") {
		c := p.tokens[p.at]
		if c.kind == 'i' || c.kind == 'q' {
			p.at++
			return &node{op: "col", text: c.text, side: side[0]}, nil
		}
	}
	return nil, fmt.Errorf("column %q is of neither record: it must begin with l. or r.", t.text)
}
