package boundary

import "embed"

// Texts are the sentences of this package's faults and events.
//
//go:embed texts.json
var Texts embed.FS
