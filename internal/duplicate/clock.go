package duplicate

import "time"

// midnight is the beginning of t's day where t is.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}
