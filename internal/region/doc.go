// Package region knows the administrative map of Indonesia: provinces,
// regencies, kecamatan and villages by Kemendagri code, the BPS codes beside
// them, and the working area (Scope) of a user.
//
// It owns codes, names, containment, spelling and the place of a kecamatan on
// the tile map. It refuses to guess: a code or name that fits two places is
// Ambiguous and comes back with its candidates. It has no database, no HTTP
// and no clock.
//
// The table is Kepmendagri 300.2.2-2430/2025 from the npm package
// idn-area-data; `make assets` writes it before the first build.
// Read resolve_test.go first.
package region
