// Package imports holds the screens of "Impor data": the list of files, the
// upload, the choice of sheet and columns, what the check found, the
// application with its progress, corrections and undo.
//
// It owns forms and words; it refuses to read values, to judge rows and to
// touch the database, which is intake's work. Every page shows numbers masked;
// only the correction workbook, which returns to whoever sent the file, holds
// digits. Read imports_test.go first.
package imports
