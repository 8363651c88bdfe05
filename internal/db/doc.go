// Package db is the one door to the database: SQLite inside, PostgreSQL when
// it grows, with one text per query.
//
// It owns connections, transactions, migrations, the clock of a transaction
// and the seals of changed rows. It refuses bare time.Time and float
// arguments, writes that recorded nothing, and knowledge of any table but its
// own. Read write_test.go first.
//
// Who writes gets a *Tx from Write; who reads takes a Querier, which both the
// read pool and a Tx satisfy. So a signature tells what a function may do.
package db
