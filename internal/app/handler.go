package app

import (
	"net/http"

	"tepat/internal/web"
	"tepat/internal/web/page"
	"tepat/internal/web/signin"
	"tepat/internal/web/users"
)

// Version is the version of the program.
const Version = "0.1.0"

// Routes is temporary.
func (a *App) Routes() []page.Route {
	return web.Routes(
		signin.Routes(signin.Deps{DB: a.DB, Gate: a.Gate, Sessions: a.Sessions}),
		users.Routes(users.Deps{DB: a.DB}),
	)
}

// Handler is temporary.
func (a *App) Handler() (http.Handler, error) { return nil, nil }
