package demo

// WriteRegistry writes, beside the lists of the case, what the civil registry
// and DTSEN send about the families of the candidates only: dukcapil.csv and
// dtsen_keluarga.csv. They are cut from the whole regency's files and carry
// the same dirt, so that a test of the case does not import 84,000 people.
func (c *Case2024) WriteRegistry(dir string) ([]File, error) {
	truth, err := newTruth(dir)
	if err != nil {
		return nil, err
	}
	agencies := []agency{}
	for _, start := range []func(*World, string, *truthFiles) (agency, error){newDukcapil, newDTSEN} {
		var a agency
		if a, err = start(c.World, dir, truth); err != nil {
			break
		}
		agencies = append(agencies, a)
	}
	if err == nil {
		err = c.eachFamily(func(f *Family) error {
			for _, a := range agencies {
				if err := a.family(f); err != nil {
					return err
				}
			}
			return truth.family(f)
		})
	}
	var files []File
	for _, a := range append(agencies, truth) {
		done, closeErr := a.close()
		if err == nil {
			err = closeErr
		}
		files = append(files, done...)
	}
	if err != nil {
		return nil, err
	}
	return files, nil
}

// eachFamily visits the candidates' families once each, in their order.
func (c *Case2024) eachFamily(visit func(*Family) error) error {
	last := FamilyKey(0)
	for i := range c.Candidates {
		f := &c.Candidates[i].Family
		if f.Key == last { // doubled rows follow their first
			continue
		}
		last = f.Key
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}
