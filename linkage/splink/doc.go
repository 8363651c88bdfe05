// Package splink reads and writes the settings of Splink 4 as JSON, so that a
// model made here runs there (on DuckDB or Spark) and the other way round.
//
// It owns the translation between SQL conditions and linkage.Test, between
// expressions on columns and cleaned columns, and between blocking rules. It
// refuses what the other side cannot say: reading and writing end with an
// *Error that names the comparison, the level and the SQL or test. What is
// translated with a small difference is told in Settings.Warnings.
//
// Splink cleans nothing: a column with cleaners other than those of this
// package is written by its name, and the table given to Splink must hold it
// cleaned (Prepared lists these columns). Columns that come from an expression
// in Splink's SQL keep it as cleaners named splink.…; Cleaners gives the
// functions behind these names.
//
// The format follows Splink's documentation of settings and the models its
// save_model_to_json writes (https://moj-analytical-services.github.io/splink).
//
// Read TestReadModelsAsSplinkSavesThem first.
package splink
