package main

import (
	"fmt"
	"time"

	"tepat/internal/app"
	"tepat/internal/crashtest"
	"tepat/internal/id"
)

type loadCmd struct {
	URL      string        `help:"Alamat server di mesin ini." default:"http://127.0.0.1:8080"`
	User     string        `help:"Nama masuk petugas penyalur." default:"penyalur"`
	Password string        `help:"Kata sandinya." env:"TEPAT_LOAD_PASSWORD" default:"${sample_password}"`
	List     string        `help:"Pengenal daftar bayar; kosong berarti yang terbaru di folder data." placeholder:"ID"`
	Acks     string        `help:"Berkas jawaban, ditambah terus." required:"" placeholder:"BERKAS"`
	Workers  int           `help:"Petugas serentak." default:"8"`
	N        int           `help:"Paling banyak sekian penyerahan; 0 berarti semua yang menunggu." default:"0"`
	Limit    time.Duration `help:"Lama paling panjang." default:"10m"`
	Seed     uint64        `help:"Benih urutan." default:"1"`
}

func (c loadCmd) Run(e *env) error {
	list := id.PayList(c.List)
	if list == "" {
		var err error
		if list, err = app.LatestPayList(e.ctx, e.config("")); err != nil {
			return err
		}
	}
	r, err := crashtest.Load(e.ctx, crashtest.Options{BaseURL: c.URL, User: c.User, Password: c.Password, List: list, Workers: c.Workers,
		N: c.N, AcksFile: c.Acks, Seed: c.Seed, Limit: c.Limit, Now: time.Now})
	if err != nil {
		return err
	}
	if e.JSON {
		return printJSON(e.out, r)
	}
	_, err = fmt.Fprintf(e.out, "%d baris: %d diserahkan dan tercatat, %d ditolak dengan alasan, %d dikirim ulang, %d gema (%d berbeda), %d tersisa\n",
		r.Lines, r.Given, r.Refused, r.Retries, r.Echoes, r.Different, r.Left)
	return err
}

type checkCmd struct {
	Acks string `help:"Berkas jawaban dari load." required:"" type:"existingfile"`
}

func (c checkCmd) Run(e *env) error {
	r, err := app.CheckAcks(e.ctx, e.config(""), e.logger(), c.Acks)
	if err != nil {
		return err
	}
	if e.JSON {
		if err := printJSON(e.out, r); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(e.out, "%d jawaban: %d hilang, %d berubah, %d dibayar dua kali, selisih %s, %d tanpa entri, %d daftar tak cocok, %d temuan buku jejak\n",
			r.Acked, len(r.Lost), len(r.Changed), len(r.Doubled), r.MoneyDiff, len(r.Unlogged), len(r.Unbalanced), int64(len(r.LogProblems))+r.More)
	}
	if !r.OK() {
		return errFindings
	}
	return nil
}
