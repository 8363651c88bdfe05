package intake

import (
	"tepat/internal/fault"
)

// halted says of a failure of the storage in the middle of a file how many of
// its rows are safe: rows go in chunk by chunk, so "nothing was saved", which is
// true of a single command, is not true of a file. Other errors stay.
func halted(err error, key string, rows int) error {
	f := fault.From(err)
	if f == nil || rows == 0 || f.Key != "db.full" && f.Key != "db.io" {
		return err
	}
	return fault.NewUnavailable(key, rows).Because(err)
}
