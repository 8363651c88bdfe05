package program

import "embed"

// Texts holds the sentences of this package for the catalogue.
//
//go:embed texts.json
var Texts embed.FS
