// Package demo invents a whole regency: people in families, their troubles, the
// aid they get, and the files that agencies would send about them, with the
// dirt such files carry and the truth to measure against.
//
// It owns the invented population, the agencies' layouts as they really arrive,
// and the worked case of Natuna 2024; it refuses real people (every NIK and KK
// carries kecamatan code 99, which exists nowhere) and knows nothing of the
// database or of how the files are read.
//
// The same seed, size and date give the same bytes on every machine: there are
// no floats, no maps in any order, no clock. Families lie in the order of their
// villages and each can be recomputed alone; only the serials of NIK and KK and
// the ranks are kept, about eight bytes a person. Read world_test.go first.
package demo
