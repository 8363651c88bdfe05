package rules

import "embed"

// Texts holds the sentences of this package, Indonesian and English.
//
//go:embed texts.json
var Texts embed.FS
