// Package boundary keeps the outlines of the kecamatan that an office draws its
// map with, and lays that map out: one main frame, and boxes with a scale of
// their own for islands far away.
//
// It owns reading GeoJSON, simplifying (so that neighbours keep sharing their
// border) and placing. It refuses to know what the colours mean, and any
// geometry that is not in degrees. Read draw_test.go first.
package boundary
