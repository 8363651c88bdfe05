package app

import "tepat/internal/db"

func (a *App) viewNow() db.Time { return db.TimeOf(a.Now()) }
