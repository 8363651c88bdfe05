package sheet

import (
	"path"
	"strconv"
	"strings"

	"tepat/internal/fault"
)

// workbook is what xl/workbook.xml and its relations say.
type workbook struct {
	sheets    []Info
	parts     []string // the entry that holds each sheet
	strings   string
	styles    string
	epoch1904 bool
}

// relation is one line of a .rels file. Only the last word of its type is kept, which
// is the same in the transitional and in the strict edition of the standard.
type relation struct {
	id, kind, target string
}

func loadWorkbook(a *archive) (workbook, error) {
	main := "xl/workbook.xml"
	top, err := loadRelations(a, "_rels/.rels", "")
	if err != nil {
		return workbook{}, err
	}
	for _, rel := range top {
		if rel.kind == "officeDocument" && a.has(rel.target) {
			main = rel.target
		}
	}
	if !a.has(main) {
		return workbook{}, fault.NewInvalid("sheet.damaged", main)
	}
	folder, file := path.Split(main)
	rels, err := loadRelations(a, folder+"_rels/"+file+".rels", folder)
	if err != nil {
		return workbook{}, err
	}
	w := workbook{strings: folder + "sharedStrings.xml", styles: folder + "styles.xml"}
	byID := map[string]relation{}
	for _, rel := range rels {
		byID[rel.id] = rel
		switch rel.kind {
		case "sharedStrings":
			w.strings = rel.target
		case "styles":
			w.styles = rel.target
		}
	}
	if err := w.read(a, main, byID); err != nil {
		return workbook{}, err
	}
	if len(w.sheets) == 0 {
		return workbook{}, fault.NewInvalid("sheet.nosheet")
	}
	return w, nil
}

func (w *workbook) read(a *archive, main string, byID map[string]relation) error {
	p, err := a.open(main, a.file.limits.Part)
	if err != nil {
		return err
	}
	defer p.Close()
	x := newXMLReader(p, main)
	for {
		tok, err := x.next()
		if err != nil {
			return err
		}
		switch {
		case tok == atEnd:
			return nil
		case tok != atOpen:
		case string(x.name) == "workbookPr":
			w.epoch1904 = isTrue(attrOf(x, "date1904"))
		case string(x.name) == "sheet":
			w.addSheet(a, x, main, byID)
		}
	}
}

// addSheet keeps worksheets; charts and dialogs have other relations and no rows.
func (w *workbook) addSheet(a *archive, x *xmlReader, main string, byID map[string]relation) {
	if len(w.sheets) >= a.file.limits.Entries {
		return
	}
	info, id := Info{}, ""
	for {
		name, value, ok := x.attr()
		if !ok {
			break
		}
		text := string(appendDecoded(nil, value, true))
		switch string(name) {
		case "name":
			info.Name = text
		case "state":
			info.State = stateOf(text)
		default:
			if string(localName(name)) == "id" && len(name) > len("id") {
				id = text
			}
		}
	}
	rel, known := byID[id]
	if known && rel.kind != "worksheet" {
		return
	}
	part := rel.target
	if !known {
		part = path.Dir(main) + "/worksheets/sheet" + strconv.Itoa(len(w.sheets)+1) + ".xml"
	}
	w.sheets = append(w.sheets, info)
	w.parts = append(w.parts, part)
}

func stateOf(text string) State {
	switch text {
	case "hidden":
		return Hidden
	case "veryHidden":
		return VeryHidden
	}
	return Visible
}

// loadRelations reads a .rels file; targets come back as entry paths. A missing file
// has no relations.
func loadRelations(a *archive, name, folder string) ([]relation, error) {
	if !a.has(name) {
		return nil, nil
	}
	p, err := a.open(name, a.file.limits.Part)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	x := newXMLReader(p, name)
	var rels []relation
	for {
		tok, err := x.next()
		if err != nil {
			return nil, err
		}
		if tok == atEnd {
			return rels, nil
		}
		if tok == atOpen && string(x.name) == "Relationship" && len(rels) < 2*a.file.limits.Entries {
			rels = append(rels, relationOf(x, folder))
		}
	}
}

func relationOf(x *xmlReader, folder string) relation {
	var rel relation
	for {
		name, value, ok := x.attr()
		if !ok {
			return rel
		}
		text := string(appendDecoded(nil, value, true))
		switch string(name) {
		case "Id":
			rel.id = text
		case "Type":
			rel.kind = path.Base(text)
		case "Target":
			rel.target = text
			if !strings.HasPrefix(text, "/") {
				rel.target = folder + text
			}
			rel.target = entryPath(rel.target)
		}
	}
}

// attrOf returns the value of one attribute of the open tag, "" when it has none.
func attrOf(x *xmlReader, want string) string {
	for {
		name, value, ok := x.attr()
		if !ok {
			return ""
		}
		if string(name) == want {
			return string(value)
		}
	}
}

func isTrue(value string) bool { return value == "1" || value == "true" || value == "on" }
