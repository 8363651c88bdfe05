// Package app builds the program from its configuration: the only package
// that knows all others.
//
// It owns the data folder's layout, the wiring, the background loops and the
// order of starting and stopping. It refuses rules and pages of its own.
// Read app_test.go first.
package app
