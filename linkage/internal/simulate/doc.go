// Package simulate invents small populations whose records are rows of numbers,
// blocks and compares them, and keeps the truth: test data for the statistics of
// linkage that no cleaner, string metric or file can colour.
//
// It owns four worlds that differ in what makes linking hard: independent typing
// errors; many records of a person with errors that come together; few fields
// and a rare match; households, twins and damaged numbers in three sources. It
// refuses to be tuned to: their rates are round numbers.
package simulate
