package main

import (
	"fmt"
	"os"
	"os/signal"

	"tepat/internal/app"
	"tepat/internal/ledger"
	"tepat/internal/ledger/signer"
	"tepat/internal/ledger/witness"
)

type verifyCmd struct {
	LogKey     string   `help:"Kunci publik buku jejak yang dicatat di luar basis data." env:"TEPAT_LOG_KEY" placeholder:"VKEY"`
	Mirror     []string `help:"Folder saksi, atau salinannya di flashdisk." placeholder:"FOLDER"`
	WitnessKey []string `help:"Kunci publik saksi." placeholder:"VKEY"`
}

func (c verifyCmd) Run(e *env) error {
	a, err := app.Open(e.ctx, e.config(""), e.logger())
	if err != nil {
		return err
	}
	defer a.Close()
	r, err := a.Verify(e.ctx, app.VerifyWith{LogKey: c.LogKey, Mirror: c.Mirror, Witness: c.WitnessKey})
	if err != nil {
		return err
	}
	if err := printReport(e, a, r); err != nil {
		return err
	}
	if !r.OK() {
		return errFindings
	}
	return nil
}

func printReport(e *env, a *app.App, r *ledger.Report) error {
	sentences := a.Sentences(r)
	if e.JSON {
		return printJSON(e.out, map[string]any{"ok": r.OK(), "regency": r.Regency, "entries": r.Size, "rows": r.Rows,
			"checkpoints": r.Checkpoints, "cosignatures": r.Cosignatures, "unsigned": r.Unsigned, "waiting": r.Waiting, "compared": r.Compared, "unreached": r.Unreached,
			"findings": sentences, "more": r.More})
	}
	word := "UTUH"
	if !r.OK() {
		word = "RUSAK"
	}
	fmt.Fprintf(e.out, "%s: %d entri, %d baris data, %d tanda tangan, %d kesaksian\n", word, r.Size, r.Rows, r.Checkpoints, r.Cosignatures)
	for i, s := range sentences {
		fmt.Fprintf(e.out, "%4d. %s\n", i+1, s)
	}
	for _, w := range r.Unreached {
		fmt.Fprintf(e.out, "! saksi %s tidak menjawab: tidak ada yang dibandingkan dengannya\n", w)
	}
	if r.More > 0 {
		fmt.Fprintf(e.out, "dan %d temuan lain\n", r.More)
	}
	return nil
}

type signerCmd struct {
	Dir    string `help:"Folder penandatangan; server web tidak boleh menulis di sini." required:"" env:"TEPAT_SIGNER_DIR"`
	Listen string `help:"Alamat lokal, misalnya 127.0.0.1:7001 atau unix:/run/tepat.sock." default:"127.0.0.1:0"`
	Token  string `help:"Berkas token bersama." env:"TEPAT_SIGNER_TOKEN"`
	Child  bool   `help:"Berhenti bila proses induk berakhir." hidden:""`
}

func (c signerCmd) Run(e *env) error {
	cfg := signer.Config{Dir: c.Dir, Listen: c.Listen, TokenFile: c.Token, Stdout: e.out}
	if c.Child {
		// Ctrl+C reaches parent and child alike: the parent still has to have its
		// last checkpoint signed, so the child ends only when its stdin closes.
		signal.Ignore(os.Interrupt)
		cfg.Stdin = os.Stdin
	}
	return signer.Serve(e.ctx, cfg)
}

type witnessCmd struct {
	Dir    string   `help:"Folder saksi." required:"" env:"TEPAT_WITNESS_DIR"`
	Name   string   `help:"Nama saksi, misalnya inspektorat.natuna." required:""`
	Listen string   `help:"Alamat mendengarkan." default:"127.0.0.1:7002"`
	Log    []string `help:"Kunci publik buku jejak yang disaksikan." placeholder:"VKEY"`
}

func (c witnessCmd) Run(e *env) error {
	return witness.Serve(e.ctx, witness.Config{Dir: c.Dir, Name: c.Name, Listen: c.Listen, Logs: c.Log, Stdout: e.out})
}
