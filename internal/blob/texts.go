package blob

import "embed"

// Texts holds the catalogue of this package for i18n.Load.
//
//go:embed texts.json
var Texts embed.FS
