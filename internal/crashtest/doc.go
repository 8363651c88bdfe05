// Package crashtest attacks a running Tepat and then looks whether it kept its
// word: Load hands over through the web like an impatient officer, repeating
// every statement until it is answered, while somebody kills the server; Check
// compares every answer it got with the database.
//
// It owns the file of acknowledgements and the comparison. It refuses servers
// that are not on this machine: load is for rehearsals, never for an office at
// work. Read crashtest_test.go first.
package crashtest
