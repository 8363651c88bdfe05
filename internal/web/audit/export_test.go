package audit_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"tepat/internal/db"
	"tepat/internal/db/dbtest"
	"tepat/internal/ledger"
)

// A log longer than one page of the database leaves whole.
func TestALongLogLeavesWhole(t *testing.T) {
	k := sit(t, dbtest.SQLite(t), nil)
	want := 2*ledger.MaxLimit + 7
	k.write(func(tx *db.Tx) error {
		for i := range want - 1 { // write records one of its own
			if err := tx.Record("family.registered", fmt.Sprint(i), natuna, map[string]any{"say": []string{"JUMADI"}}); err != nil {
				return err
			}
		}
		return nil
	})
	code, _, body := k.send("GET", "/audit/ekspor?format=json&jenis=family.registered")
	var file struct{ Rows [][]any }
	if err := json.Unmarshal([]byte(body), &file); code != 200 || err != nil {
		t.Fatal(code, err)
	}
	if len(file.Rows) < want-1 {
		t.Errorf("%d of %d entries left", len(file.Rows), want-1)
	}
}
