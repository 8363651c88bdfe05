package sheet

// HeaderAt reads the header that begins at rows[index], for a person who says
// that FindHeader chose the wrong row. Index is -1 when there is no such row.
func HeaderAt(rows []Row, index int) Header {
	h := Header{Index: -1}
	if index < 0 || index >= len(rows) {
		return h
	}
	h.Index = index
	h.readNames(rows)
	return h
}
