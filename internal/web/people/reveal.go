package people

import (
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/nik"
	"tepat/internal/registry"
	"tepat/internal/web/page"
)

// shownFor is how long an opened number stays on the screen, in seconds.
const shownFor = 30

func (d Deps) revealKK(r *page.Request) error {
	f, err := d.loadFamily(r)
	if err != nil {
		return err
	}
	form, err := r.Form()
	if err != nil {
		return err
	}
	var k nik.KK
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		k, err = registry.RevealKK(r.Ctx(), tx, f.ID, form.Get("reason"))
		return err
	})
	if err != nil {
		return err
	}
	return r.SendRevealed(r.T("people.kk"), page.Link{Text: headName(r, f), Href: familyPath(f.ID)},
		page.Revealed{Digits: page.Groups(k.Reveal()), Value: k.String(), Seconds: shownFor, Open: familyPath(f.ID) + "/buka"})
}

func (d Deps) revealNIK(r *page.Request) error {
	p, err := d.loadPerson(r)
	if err != nil {
		return err
	}
	form, err := r.Form()
	if err != nil {
		return err
	}
	var n nik.NIK
	err = d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		n, err = registry.RevealNIK(r.Ctx(), tx, id.Person(p.ID), form.Get("reason"))
		return err
	})
	if err != nil {
		return err
	}
	return r.SendRevealed("NIK", page.Link{Text: p.Name, Href: personPath(p)},
		page.Revealed{Digits: page.Groups(n.Reveal()), Value: n.String(), Seconds: shownFor, Open: personPath(p) + "/buka"})
}

// masked shows a number with the way to open it, when there is one to open and
// the role may.
func masked(r *page.Request, number, path string, may bool) *page.Masked {
	m := &page.Masked{Value: orDash(number)}
	if number != "" && may {
		m.Open = path + "/buka"
	}
	return m
}
