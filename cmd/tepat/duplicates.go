package main

import (
	"fmt"
	"time"

	"tepat/internal/account"
	"tepat/internal/app"
	"tepat/internal/db"
	"tepat/internal/duplicate"
	"tepat/internal/id"
	"tepat/internal/money"
)

type duplicatesCmd struct {
	List    duplicatesListCmd    `cmd:"" default:"withargs" help:"Antrean dugaan ganda, yang berdampak bayar lebih dulu."`
	Search  duplicatesSearchCmd  `cmd:"" help:"Cari data ganda: baris impor yang menunggu dan seluruh registri."`
	Judge   duplicatesJudgeCmd   `cmd:"" help:"Putuskan satu dugaan dari antrean."`
	Confirm duplicatesConfirmCmd `cmd:"" help:"Setujui atau kembalikan keputusan orang lain."`
	Undo    duplicatesUndoCmd    `cmd:"" help:"Urungkan keputusan sendiri yang terakhir hari ini."`
}

type duplicatesListCmd struct {
	Second bool   `help:"Yang menunggu persetujuan kedua."`
	As     string `help:"Nama masuk yang melihat; kosong berarti sistem." placeholder:"NAMA"`
	Limit  int    `help:"Paling banyak sekian." default:"20"`
}

// waiting is a line of the queue for the terminal and for scripts.
type waiting struct {
	No       int     `json:"no"`
	ID       string  `json:"id"`
	Kind     string  `json:"kind"`
	A        string  `json:"a"`
	B        string  `json:"b"`
	Score    float64 `json:"score"`
	Zone     string  `json:"zone"`
	Impact   int     `json:"impact"`
	Monthly  int64   `json:"monthly"`
	Together int     `json:"together"`
}

func (c duplicatesListCmd) Run(e *env) error {
	return withActor(e, c.As, func(a *app.App, actor db.Actor) error {
		f := duplicate.Filter{Second: c.Second, Reader: actor.User}
		counts, err := duplicate.CountsOf(e.ctx, a.DB.Read(), actor.Scope, f)
		if err != nil {
			return err
		}
		list, _, err := duplicate.Queue(e.ctx, a.DB.Read(), actor.Scope, f, "", c.Limit)
		if err != nil {
			return err
		}
		out := make([]waiting, len(list))
		for i, l := range list {
			out[i] = waiting{i + 1, string(l.ID), string(l.Kind), l.NameA, l.NameB, l.Score, string(l.Zone), int(l.Impact), int64(l.Monthly), l.Group}
		}
		if e.JSON {
			return printJSON(e.out, out)
		}
		fmt.Fprintf(e.out, "%d menunggu, %d berdampak bayar, %d dari baris impor; %d menunggu persetujuan kedua\n", counts.Open, counts.Paying, counts.Rows, counts.Second)
		for _, w := range out {
			fmt.Fprintf(e.out, "%3d  %5.1f  %-36s  %s\n", w.No, w.Score, w.A+" · "+w.B, impactWords(w))
		}
		return nil
	})
}

func impactWords(w waiting) string {
	switch {
	case w.Impact == int(duplicate.BothSides) && w.Monthly > 0:
		return "bayar dua kali " + money.Rupiah(w.Monthly).String() + " per bulan"
	case w.Impact == int(duplicate.BothSides):
		return "keduanya menerima bantuan"
	case w.Impact == int(duplicate.OneSide):
		return "satu menerima bantuan"
	}
	return ""
}

type duplicatesSearchCmd struct {
	Whole bool   `help:"Bandingkan semua orang; tanpa ini hanya yang baru atau berubah."`
	As    string `help:"Nama masuk yang bertindak; kosong berarti sistem." placeholder:"NAMA"`
}

func (c duplicatesSearchCmd) Run(e *env) error {
	return withActor(e, c.As, func(a *app.App, actor db.Actor) error {
		begun := time.Now()
		bar := newBar(e)
		rows, out, err := a.FindDuplicates(e.ctx, actor, c.Whole, func(done, total int64, phase string) { bar.step(a.Text(phase), done, total) })
		bar.end()
		if err != nil {
			return err
		}
		if e.JSON {
			return printJSON(e.out, map[string]any{"rows": rows, "people": out.People, "compared": out.Compared, "found": out.Found, "fresh": out.Fresh, "withdrawn": out.Withdrawn})
		}
		_, err = fmt.Fprintf(e.out, "%d orang, %d pasangan dibandingkan: %d mirip, %d baru ditanyakan, %d ditarik; %d baris impor baru ditanyakan (%s)\n",
			out.People, out.Compared, out.Found, out.Fresh, out.Withdrawn, rows, time.Since(begun).Round(10*time.Millisecond))
		return err
	})
}

type duplicatesJudgeCmd struct {
	No      int    `arg:"" help:"Nomor dalam antrean (lihat list)."`
	Verdict string `arg:"" help:"same, different, atau field." enum:"same,different,field"`
	Reason  string `help:"Kode alasan; kosong berarti yang pertama." placeholder:"KODE"`
	Then    string `help:"Untuk baris impor tentang orang lain: new atau leave." enum:"new,leave" default:"leave"`
	As      string `help:"Nama masuk yang memutuskan." required:"" placeholder:"NAMA"`
}

func (c duplicatesJudgeCmd) Run(e *env) error {
	return withActor(e, c.As, func(a *app.App, actor db.Actor) error {
		s, err := numbered(e, a, actor, duplicate.Filter{}, c.No)
		if err != nil {
			return err
		}
		v := duplicate.Verdict(c.Verdict)
		if c.Reason == "" {
			c.Reason = duplicate.Reasons(v)[0]
		}
		view, err := duplicate.ViewOf(e.ctx, a.DB.Read(), actor.Scope, actor.User, a.Moment(), s)
		if err != nil {
			return err
		}
		return decide(e, a, actor, func(tx *db.Tx) (duplicate.State, error) {
			return a.Duplicates.Judge(e.ctx, tx, s, duplicate.Judgement{Verdict: v, Reason: c.Reason, Then: duplicate.Then(c.Then), Version: view.Version})
		})
	})
}

type duplicatesConfirmCmd struct {
	No     int    `arg:"" help:"Nomor dalam antrean (lihat list --second)."`
	Return string `help:"Kembalikan, dengan catatan ini." placeholder:"CATATAN"`
	As     string `help:"Nama masuk yang menyetujui." required:"" placeholder:"NAMA"`
}

func (c duplicatesConfirmCmd) Run(e *env) error {
	return withActor(e, c.As, func(a *app.App, actor db.Actor) error {
		s, err := numbered(e, a, actor, duplicate.Filter{Second: true}, c.No)
		if err != nil {
			return err
		}
		view, err := duplicate.ViewOf(e.ctx, a.DB.Read(), actor.Scope, actor.User, a.Moment(), s)
		if err != nil {
			return err
		}
		return decide(e, a, actor, func(tx *db.Tx) (duplicate.State, error) {
			return a.Duplicates.Confirm(e.ctx, tx, s, c.Return == "", c.Return, view.Version)
		})
	})
}

type duplicatesUndoCmd struct {
	Reason string `help:"Mengapa." default:"keputusan ditarik kembali"`
	As     string `help:"Nama masuk yang mengurungkan." required:"" placeholder:"NAMA"`
}

func (c duplicatesUndoCmd) Run(e *env) error {
	return withActor(e, c.As, func(a *app.App, actor db.Actor) error {
		return decide(e, a, actor, func(tx *db.Tx) (duplicate.State, error) {
			s, err := a.Duplicates.Undo(e.ctx, tx, c.Reason)
			if err != nil {
				return "", err
			}
			v, err := duplicate.ViewOf(e.ctx, tx, actor.Scope, actor.User, tx.Now, s)
			return v.State, err
		})
	})
}

// decide runs a command of the queue and prints where the suspicion stands then.
func decide(e *env, a *app.App, actor db.Actor, fn func(tx *db.Tx) (duplicate.State, error)) error {
	var state duplicate.State
	err := a.DB.Write(e.ctx, actor, func(tx *db.Tx) error {
		var err error
		state, err = fn(tx)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.out, a.Text("duplicate.state."+string(state)))
	return err
}

// numbered finds the suspicion at a place of the queue.
func numbered(e *env, a *app.App, actor db.Actor, f duplicate.Filter, no int) (id.Suspicion, error) {
	f.Reader = actor.User
	list, _, err := duplicate.Queue(e.ctx, a.DB.Read(), actor.Scope, f, "", max(no, 1))
	if err != nil {
		return "", err
	}
	if no < 1 || no > len(list) {
		return "", fmt.Errorf("antrean tidak punya nomor %d", no)
	}
	return list[no-1].ID, nil
}

// withActor opens the installation and acts as somebody, or as the system.
func withActor(e *env, name string, fn func(a *app.App, actor db.Actor) error) error {
	a, err := app.Open(e.ctx, e.config(""), e.logger())
	if err != nil {
		return err
	}
	defer a.Close()
	actor := a.System("baris perintah")
	if name != "" {
		if actor, err = a.ActAs(e.ctx, name); err != nil {
			return err
		}
		if role := account.Role(actor.Role); !role.May(account.IndicationView) {
			return fmt.Errorf("peran %s tidak mengurus dugaan ganda", role)
		}
	}
	return fn(a, actor)
}
