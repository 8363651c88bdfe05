package splink

import (
	"fmt"
	"strings"
)

// token is a lexeme: kind i(dentifier), q(uoted identifier), n(umber),
// s(tring), o(perator), e(nd).
type token struct {
	kind byte
	text string
}

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
