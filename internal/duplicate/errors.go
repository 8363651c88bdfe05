package duplicate

import "errors"

// errStop ends a reading early without a failure.
var errStop = errors.New("duplicate: enough")
