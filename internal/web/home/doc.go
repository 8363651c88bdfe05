// Package home shows Beranda: how far the aid has come, what waits for the
// person who looks, and whether the figures can be believed. The page of the
// regency's boundaries and the help page are here too.
//
// It owns words and places on the screen; the counts are report's. Every number
// leads to the list that it counts. Read home_test.go first.
package home
