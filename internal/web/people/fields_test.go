package people

import (
	"encoding/json"
	"testing"

	"tepat/internal/registry"
)

// Whatever the registry may change about somebody has a name for people.
func TestEveryFieldOfTheRegistryHasAName(t *testing.T) {
	raw, err := files.ReadFile("texts.json")
	if err != nil {
		t.Fatal(err)
	}
	var texts map[string][2]string
	if err := json.Unmarshal(raw, &texts); err != nil {
		t.Fatal(err)
	}
	if len(registry.FieldNames()) < 20 {
		t.Fatal(registry.FieldNames())
	}
	for _, name := range registry.FieldNames() {
		if name == "family_id" { // told as a move, see diffWords
			continue
		}
		if _, ok := texts["people.field."+name]; !ok {
			t.Errorf("people.field.%s is missing", name)
		}
	}
}
