// Package web puts the screens on the network: the table of routes, the menu,
// and the middleware around them.
//
// It owns what holds for every request (code, log, headers, cross-site guard,
// limits); it refuses to know any rule or table of the database. The table of
// routes is routes.go. Read server_test.go first.
package web
