package splink

import (
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
