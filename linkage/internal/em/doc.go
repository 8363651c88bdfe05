// Package em learns the parameters of a Fellegi–Sunter model from a histogram
// of comparison vectors by expectation-maximisation.
//
// It owns the latent class model: the classes match, non-match and, when asked
// for, "same household, other person"; the treatment of missing comparisons and
// of the selection that blocking makes; the prior over all pairs. It refuses to
// see a record: its input is counts. It never fails on poor data: what cannot be
// learned keeps a sober default and is named in a warning.
//
// The model is that of Fellegi and Sunter (JASA 64, 1969) as a latent class
// model (Winkler, Using the EM algorithm for weight computation, 1988);
// EM on counts of patterns with missing comparisons at random follows Enamorado,
// Fifield and Imai (APSR 113, 2019). Read TestRecoversUnderBlocking first.
package em
