// Package people is the screens of the registry: the list of families with its
// facets, the search, the profile of a family or person, correcting them, and
// opening one masked number.
//
// It decides nothing: registry says who lies in the officer's area, whose data
// he may not touch and what is recorded. It refuses to put a NIK or KK into a
// page, an address or a file name; the one exception is the answer to "Buka",
// which registry has recorded before. Read people_test.go first.
package people
