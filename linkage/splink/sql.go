package splink

import (
	"fmt"
	"strconv"
	"strings"
)

// node is a piece of SQL. op tells what it is:
//
//	col  column text of side side (l, r, or 0 after both)
//	num, str  literals
//	and, or, not, =, <>, <, <=, >, >=, +, -, *, /, ||, neg
//	isnull, notnull
//	call  function text (lower case) of args
//	cast  args[0] to type text (lower case)
//	case  condition, value, condition, value, …, else
type node struct {
	op   string
	text string
	side byte
	args []*node
}

// token is a lexeme: kind i(dentifier), q(uoted identifier), n(umber),
// s(tring), o(perator), e(nd).
type token struct {
	kind byte
	text string
}

// maxDepth bounds the nesting of a condition; nobody writes deeper ones.
const maxDepth = 100

// lex cuts SQL into tokens. Spark knows \' inside texts.
func lex(s string, d Dialect) ([]token, error) {
	var out []token
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '"' || c == '`' || c == '\'':
			text, n, err := quoted(s[i:], c, d == Spark && c == '\'')
			if err != nil {
				return nil, err
			}
			kind := byte('q')
			if c == '\'' {
				kind = 's'
			}
			out = append(out, token{kind, text})
			i += n
		case c >= '0' && c <= '9', c == '.' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9':
			n := numberLen(s[i:])
			out = append(out, token{'n', s[i : i+n]})
			i += n
		case wordByte(c):
			j := i
			for j < len(s) && (wordByte(s[j]) || s[j] >= '0' && s[j] <= '9') {
				j++
			}
			out = append(out, token{'i', s[i:j]})
			i = j
		default:
			n := 1
			if i+1 < len(s) {
				switch s[i : i+2] {
				case "<=", ">=", "<>", "!=", "==", "::", "||", "->":
					n = 2
				}
			}
			if !strings.ContainsRune("()=<>+-*/,.[]:!|%", rune(c)) {
				return nil, fmt.Errorf("unexpected %q", c)
			}
			out = append(out, token{'o', s[i : i+n]})
			i += n
		}
	}
	return append(out, token{'e', ""}), nil
}

func wordByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
}

// quoted reads a text in quotes, doubled quotes standing for one.
func quoted(s string, q byte, backslash bool) (string, int, error) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if backslash && s[i] == '\\' && i+1 < len(s) && s[i+1] == q {
			b.WriteByte(q)
			i++
			continue
		}
		if s[i] != q {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == q {
			b.WriteByte(q)
			i++
			continue
		}
		return b.String(), i + 1, nil
	}
	return "", 0, fmt.Errorf("a quote %c is not closed", q)
}

func numberLen(s string) int {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.') {
		i++
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if j < len(s) && s[j] >= '0' && s[j] <= '9' {
			for j < len(s) && s[j] >= '0' && s[j] <= '9' {
				j++
			}
			i = j
		}
	}
	return i
}

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

// String writes the node in one canonical way, so that equal conditions have
// equal texts.
func (n *node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *node) write(b *strings.Builder) {
	switch n.op {
	case "col":
		b.WriteString(strconv.Quote(n.text))
		if n.side != 0 {
			b.WriteByte('@')
			b.WriteByte(n.side)
		}
		return
	case "num":
		f, _ := strconv.ParseFloat(n.text, 64)
		b.WriteString(strconv.FormatFloat(f, 'g', -1, 64))
		return
	case "str":
		b.WriteString(strconv.Quote(n.text) + "s")
		return
	}
	b.WriteByte('(')
	b.WriteString(n.op)
	if n.text != "" {
		b.WriteByte(':')
		b.WriteString(n.text)
	}
	for _, a := range n.args {
		b.WriteByte(' ')
		a.write(b)
	}
	b.WriteByte(')')
}

// sides tells which records a node speaks of: 1 for l, 2 for r, 3 for both.
func (n *node) sides() int {
	s := 0
	if n.op == "col" {
		switch n.side {
		case 'l':
			s = 1
		case 'r':
			s = 2
		}
	}
	for _, a := range n.args {
		s |= a.sides()
	}
	return s
}

// bare is the node without sides.
func (n *node) bare() *node {
	out := &node{op: n.op, text: n.text}
	for _, a := range n.args {
		out.args = append(out.args, a.bare())
	}
	return out
}

// pair gives the expression that a and b have in common when one is of the
// left record and the other the same of the right.
func pair(a, b *node) (*node, bool) {
	if s, t := a.sides(), b.sides(); s|t != 3 || s == 3 || t == 3 {
		return nil, false
	}
	x := a.bare()
	return x, x.String() == b.bare().String()
}

func (n *node) isCall(names ...string) bool {
	if n.op != "call" {
		return false
	}
	for _, name := range names {
		if n.text == name {
			return true
		}
	}
	return false
}

// number is the value of a literal.
func (n *node) number() (float64, bool) {
	if n.op != "num" {
		return 0, false
	}
	f, err := strconv.ParseFloat(n.text, 64)
	return f, err == nil
}
