package region

// Name is the bare name of the region, "Sedanau", or the code in digits when no
// region has it any more: regions are merged away, records stay.
func (c Code) Name() string {
	if r, ok := ByCode(c); ok {
		return r.Name
	}
	return c.Dotted()
}

// Title is the name with what the region is, "Desa Sedanau"; see Name.
func (c Code) Title() string {
	if r, ok := ByCode(c); ok {
		return r.Title()
	}
	return c.Dotted()
}

// Where is the name of a village with its kecamatan, "Sedanau, Bunguran Barat":
// a name alone may mean several villages. Other regions are their Name.
func (c Code) Where() string {
	if c.Level() != Village {
		return c.Name()
	}
	return c.Name() + ", " + c.Kecamatan().Name()
}
