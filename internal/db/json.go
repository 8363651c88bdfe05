package db

import (
	"encoding/json"
	"fmt"
)

// JSON scans a column of JSON text into what To points to.
type JSON struct{ To any }

// Scan reads what json.Marshal wrote.
func (j JSON) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), j.To)
	case []byte:
		return json.Unmarshal(v, j.To)
	}
	return fmt.Errorf("db: cannot read JSON from %T", src)
}
