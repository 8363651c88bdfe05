package app

import (
	"embed"
	"errors"
	"io/fs"
	"strings"

	"tepat/internal/account"
	"tepat/internal/blob"
	"tepat/internal/boundary"
	"tepat/internal/delivery"
	"tepat/internal/demo"
	"tepat/internal/duplicate"
	"tepat/internal/evidence"
	"tepat/internal/export"
	"tepat/internal/fault"
	"tepat/internal/i18n"
	"tepat/internal/intake"
	"tepat/internal/intake/sheet"
	"tepat/internal/jobs"
	"tepat/internal/ledger"
	"tepat/internal/program"
	"tepat/internal/ranking"
	"tepat/internal/registry"
	"tepat/internal/rules"
)

//go:embed texts.json
var texts embed.FS

// Texts lists the sentences of every package that has no pages.
func Texts() []fs.FS {
	return []fs.FS{texts, account.Texts, registry.Texts, boundary.Texts, intake.Texts, sheet.Texts, evidence.Texts, program.Texts, delivery.Texts, duplicate.Texts,
		rules.Texts, ranking.Texts, ledger.Texts, blob.Texts, jobs.Texts, export.Texts, demo.Texts}
}

// Say turns an error into a sentence for the terminal: the catalogue's for
// faults, the error itself for everything else.
func Say(err error) string {
	f := fault.From(err)
	if f == nil {
		return err.Error()
	}
	cat, loadErr := i18n.Load(Texts()...)
	if loadErr != nil {
		return errors.Join(err, loadErr).Error()
	}
	return cat.Printer(i18n.Default).Fault(err)
}

// cutSpace splits "a b" at the first space.
func cutSpace(s string) (string, string, bool) {
	a, b, ok := strings.Cut(strings.TrimSpace(s), " ")
	return a, strings.TrimSpace(b), ok && b != ""
}
