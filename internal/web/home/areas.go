package home

import (
	"net/http"

	"tepat/internal/account"
	"tepat/internal/boundary"
	"tepat/internal/db"
	"tepat/internal/fault"
	"tepat/internal/region"
	"tepat/internal/web/page"
)

var areasPage = page.New[areasData](files, "areas.html")

type areasData struct {
	Heading page.Heading
	Table   page.Table
	Map     *page.ShapeMap
	Tiles   *page.TileMap
	State   string
	Form    *page.Form
	Remove  *page.Button
}

// areas shows the kecamatan and villages that the program knows, and whose
// boundaries the map is drawn with.
func (d Deps) areas(r *page.Request) error {
	return d.renderAreas(r, http.StatusOK, boundaryForm(r))
}

func boundaryForm(r *page.Request) *page.Form {
	return &page.Form{Action: areasRoot + "/batas", Multipart: true, Submit: r.T("home.areas.submit"), Fields: []page.Field{
		{Kind: page.FileField, Name: "file", Label: r.T("home.areas.file"), Hint: r.T("home.areas.file.hint", boundary.MaxFile>>20), Accept: ".geojson,.json"},
		{Name: "source", Label: r.T("home.areas.source"), Hint: r.T("home.areas.source.hint"), MaxLength: 120},
	}}
}

func (d Deps) renderAreas(r *page.Request, status int, form *page.Form) error {
	kept, err := boundary.Of(r.Ctx(), d.DB.Read(), r.Session.Scope)
	if err != nil {
		return err
	}
	regency := r.Session.Scope.Regency()
	kecamatan := region.Children(regency)
	data := areasData{Heading: page.Heading{Title: r.T("home.areas"), Sub: r.T("home.areas.sub", len(kecamatan), len(region.Villages(regency)))},
		State: r.T("home.areas.tiles")}
	data.Table = page.Table{Caption: r.T("home.areas"), Columns: []page.Column{{Label: r.T("home.kecamatan")}, {Label: r.T("home.areas.code")}, {Label: r.T("home.areas.villages"), Num: true}}}
	var readings []reading
	for _, k := range kecamatan {
		data.Table.Rows = append(data.Table.Rows, page.Row{Cells: []page.Cell{{Text: k.Name, Strong: true}, page.Text(k.Code.Dotted()), {Text: r.P().Num(int64(len(region.Children(k.Code)))), Num: true}}})
		x := reading{class: page.ClassSome, label: k.Title() + " " + k.Code.Dotted(), href: areasRoot}
		x.Code, x.Name, x.value = k.Code, k.Name, k.Code.Dotted()
		readings = append(readings, x)
	}
	if len(kept.Shapes) > 0 {
		data.Map = shapeMap(r, kept, readings)
		data.State = r.T("home.areas.kept", kept.Source, kept.At)
	} else {
		data.Tiles = tileMap(r, readings)
	}
	if r.May(account.UserManage) {
		data.Form = form
		if len(kept.Shapes) > 0 {
			data.Remove = &page.Button{Text: r.T("home.areas.remove"), Icon: "trash", Href: areasRoot + "/batas/hapus", Post: true, Danger: true}
		}
	}
	return areasPage.Render(r, status, data)
}

func (d Deps) replaceBoundaries(r *page.Request) error {
	values, err := r.Form()
	if err != nil {
		return err
	}
	err = d.readBoundaries(r, values.Get("source"))
	if err != nil {
		form := boundaryForm(r)
		form.Fill(values)
		if err := form.Fail(r, err); err != nil {
			return err
		}
		return d.renderAreas(r, http.StatusUnprocessableEntity, form)
	}
	r.Flash("", "home.areas.done")
	return r.Redirect(areasRoot)
}

func (d Deps) readBoundaries(r *page.Request, source string) error {
	if r.R.MultipartForm == nil || len(r.R.MultipartForm.File["file"]) == 0 {
		return fault.NewInvalid("boundary.not_geojson").At("file")
	}
	f, err := r.R.MultipartForm.File["file"][0].Open()
	if err != nil {
		return err
	}
	defer f.Close()
	shapes, err := boundary.Parse(f, r.Session.Scope.Regency())
	if err != nil {
		return err
	}
	return d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return boundary.Replace(r.Ctx(), tx, source, shapes) })
}

func (d Deps) removeBoundaries(r *page.Request) error {
	err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error { return boundary.Remove(r.Ctx(), tx) })
	if err != nil {
		return err
	}
	r.Flash("", "home.areas.removed")
	return r.Redirect(areasRoot)
}
