// Benchlinkage measures linkage on data whose truth is known, from beginning to
// end, and prints the tables of linkage/README.md:
//
//	go run ./tools/benchlinkage [-sizes 10000,100000,1000000] [-sets all] [-seed 1]
//
// Each run is a process of its own, so that its memory and processor time are
// its own; quality is counted here, by code that shares nothing with the
// library. The library sees files without the truth and with numbered ids.
package main
