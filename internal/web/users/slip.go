package users

import (
	"context"
	"net/http"

	"tepat/internal/account"
	"tepat/internal/db"
	"tepat/internal/id"
	"tepat/internal/web/page"
)

// slipData is the paper that a user takes home. The password is on it and
// nowhere else: the page answers the POST itself, and is never stored.
type slipData struct {
	Heading  page.Heading
	Done     page.Alert
	Name     string
	Username string
	Password string
	Role     string
	Area     string
	Back     page.Link
}

func (d Deps) slip(r *page.Request, user id.User, pass account.OneTime, key string) error {
	u, err := account.UserByID(r.Ctx(), d.DB.Read(), r.Session.Scope, user)
	if err != nil {
		return err
	}
	return slipPage.Render(r, http.StatusOK, slipData{
		Heading:  page.Heading{Title: r.T("users.slip"), Sub: u.Name},
		Done:     page.Alert{Tone: page.Good, Text: r.T(key, u.Name)},
		Name:     u.Name,
		Username: u.Username,
		Password: pass.Password,
		Role:     r.T("role." + string(u.Role)),
		Area:     areaLabel(r, u.Scope),
		Back:     page.Link{Text: r.T("users.slip_back"), Href: root + "/" + string(u.ID)},
	})
}

type renewal func(ctx context.Context, tx *db.Tx, user id.User, version int64, pass account.OneTime) error

func (d Deps) reset(r *page.Request) error {
	return d.renew(r, account.ResetPassword, "users.reset_done")
}

func (d Deps) activate(r *page.Request) error { return d.renew(r, account.Activate, "users.opened") }

// renew gives a user a one-time password. Sent again by a reload, the version
// no longer fits, so the slip in the user's hand stays good.
func (d Deps) renew(r *page.Request, command renewal, key string) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	u, err := d.load(r)
	if err != nil {
		return err
	}
	pass, err := account.NewOneTime(r.Ctx())
	if err != nil {
		return err
	}
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		return command(r.Ctx(), tx, u.ID, version(form), pass)
	}); err != nil {
		return err
	}
	return d.slip(r, u.ID, pass, key)
}

func (d Deps) deactivate(r *page.Request) error {
	form, err := r.Form()
	if err != nil {
		return err
	}
	u, err := d.load(r)
	if err != nil {
		return err
	}
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		return account.Deactivate(r.Ctx(), tx, u.ID, version(form))
	}); err != nil {
		return err
	}
	r.Flash("", "users.closed", u.Name)
	return r.Redirect(root + "/" + string(u.ID))
}

func (d Deps) withdraw(r *page.Request) error {
	u, err := d.load(r)
	if err != nil {
		return err
	}
	if err := d.DB.Write(r.Ctx(), r.Actor(), func(tx *db.Tx) error {
		return account.WithdrawRelative(r.Ctx(), tx, u.ID, r.Path("relative"))
	}); err != nil {
		return err
	}
	r.Flash("", "users.withdrawn")
	return r.Redirect(root + "/" + string(u.ID))
}
