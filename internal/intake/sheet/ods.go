package sheet

import (
	"bytes"
	"fmt"

	"tepat/internal/fault"
)

// odsBook is an OpenDocument spreadsheet. All its sheets stand in one part, so that a
// sheet far behind costs the reading of those before it.
type odsBook struct {
	archive *archive
	sheets  []Info
	places  []int // which table of the part each sheet is
}

const odsContent = "content.xml"

func newODS(a *archive) (Book, error) {
	locked, err := odsLocked(a)
	if err != nil {
		return nil, err
	}
	if locked {
		return nil, fault.NewInvalid("sheet.password")
	}
	b := &odsBook{archive: a}
	if err := b.scan(); err != nil {
		return nil, err
	}
	if len(b.sheets) == 0 {
		return nil, fault.NewInvalid("sheet.nosheet")
	}
	return b, nil
}

// odsLocked looks for a password: the manifest says how parts are encrypted, and newer
// LibreOffice puts a whole encrypted package inside.
func odsLocked(a *archive) (bool, error) {
	const manifest = "meta-inf/manifest.xml"
	if a.has("encrypted-package") {
		return true, nil
	}
	if !a.has(manifest) {
		return false, nil
	}
	p, err := a.open(manifest, a.file.limits.Part)
	if err != nil {
		return false, err
	}
	defer p.Close()
	x := newXMLReader(p, manifest)
	for {
		tok, err := x.next()
		if err != nil || tok == atEnd {
			return false, nil // a manifest that cannot be read locks nothing
		}
		if tok == atOpen && string(x.name) == "encryption-data" {
			return true, nil
		}
	}
}

// scan lists the tables, and which of them are hidden by their style.
func (b *odsBook) scan() error {
	p, err := b.archive.open(odsContent, b.archive.file.limits.Unpacked)
	if err != nil {
		return err
	}
	defer p.Close()
	x := newXMLReader(p, odsContent)
	hidden := map[string]bool{}
	style, depth, tables := "", 0, 0
	for {
		tok, err := x.next()
		if err != nil {
			return err
		}
		switch {
		case tok == atEnd:
			return nil
		case tok == atText:
		case tok == atOpen && string(x.name) == "style":
			style = textAttr(x, "style:name")
		case tok == atOpen && string(x.name) == "table-properties":
			if attrOf(x, "table:display") == "false" && len(hidden) < maxStyles {
				hidden[style] = true
			}
		case string(x.name) != "table":
		case tok == atClose:
			depth--
		default:
			if depth++; depth == 1 {
				b.addSheet(x, tables, hidden)
				tables++
			}
		}
	}
}

func (b *odsBook) addSheet(x *xmlReader, place int, hidden map[string]bool) {
	if len(b.sheets) >= b.archive.file.limits.Entries {
		return
	}
	var info Info
	for {
		name, value, ok := x.attr()
		if !ok {
			break
		}
		switch text := string(appendDecoded(nil, value, true)); string(name) {
		case "table:name":
			info.Name = text
		case "table:style-name":
			if hidden[text] {
				info.State = Hidden
			}
		}
	}
	b.sheets = append(b.sheets, info)
	b.places = append(b.places, place)
}

func textAttr(x *xmlReader, want string) string {
	return string(appendDecoded(nil, []byte(attrOf(x, want)), true))
}

func (b *odsBook) Kind() Kind     { return ODS }
func (b *odsBook) Sheets() []Info { return b.sheets }
func (b *odsBook) Close() error   { return nil }

func (b *odsBook) Notes() []Note {
	notes := append(extensionNote(b.archive.file, ODS), b.archive.notes()...)
	if b.archive.hasFolder("basic/") || b.archive.hasFolder("scripts/") {
		notes = append(notes, Note{Key: "sheet.note.macro"})
	}
	return append(notes, hiddenNote(b.sheets)...)
}

func (b *odsBook) Rows(sheet int) (*Rows, error) {
	if sheet < 0 || sheet >= len(b.places) {
		return nil, fmt.Errorf("sheet: no sheet %d of %d", sheet, len(b.places))
	}
	limits := b.archive.file.limits
	p, err := b.archive.open(odsContent, limits.Unpacked)
	if err != nil {
		return nil, err
	}
	src := &odsRows{
		rowBuilder: rowBuilder{limits: limits}, part: p, x: newXMLReader(p, odsContent),
		name: b.sheets[sheet].Name, before: b.places[sheet],
	}
	return &Rows{src: src, max: limits.Rows}, nil
}

// odsBlank is what an element that shows no text of the cell is called: comments, and
// what is drawn over the cells.
func odsBlank(name []byte) bool {
	for _, blank := range []string{"annotation", "frame", "shapes", "custom-shape", "control", "g", "line", "rect", "circle", "ellipse", "connector", "measure", "polygon", "polyline", "path", "ruby-text"} {
		if string(name) == blank {
			return true
		}
	}
	return false
}

// skipElement passes over the open element and all inside it.
func skipElement(x *xmlReader) error {
	name := bytes.Clone(x.name)
	for depth := 1; depth > 0; {
		tok, err := x.next()
		switch {
		case err != nil:
			return err
		case tok == atEnd:
			return x.damaged()
		case tok == atText || !bytes.Equal(x.name, name):
		case tok == atOpen:
			depth++
		case tok == atClose:
			depth--
		}
	}
	return nil
}
