package duplicate

import "embed"

// Texts holds the sentences of this package, Indonesian first.
//
//go:embed texts.json
var Texts embed.FS
