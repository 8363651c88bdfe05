// Package arch holds the tests about the whole: who may import whom, calls
// that are forbidden and why, and documents that must be true.
package arch
