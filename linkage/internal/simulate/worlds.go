package simulate

// Worlds returns the five worlds, each with about n records.
func Worlds(n int, seed uint64) []World {
	return []World{Typing(n, seed), Historical(n, seed), Parish(n, seed), Sparse(n, seed), Register(n, seed)}
}

// Typing is like FEBRL: seven good fields, one duplicate for every second
// person, errors independent of each other.
func Typing(n int, seed uint64) World {
	w := World{Name: "typing", Household: -1, Fields: []Field{
		{Name: "given", Size: 2000, Zipf: 0.9, Typo: 0.12, Wrong: 0.04, Missing: 0.03, TF: true, Kin: 3},
		{Name: "family", Size: 4000, Zipf: 0.8, Typo: 0.12, Wrong: 0.04, Missing: 0.02, TF: true, Kin: 3},
		{Name: "number", Size: 300, Typo: 0.08, Wrong: 0.05, Missing: 0.05},
		{Name: "street", Size: 3000, Zipf: 0.5, Typo: 0.15, Wrong: 0.05, Missing: 0.04},
		{Name: "postcode", Size: 900, Typo: 0.06, Wrong: 0.05},
		{Name: "born", Size: 25000, Typo: 0.06, Wrong: 0.02, Missing: 0.05, Kin: 30},
		{Name: "number2", Size: 10000000, Typo: 0.08, Wrong: 0.01, Missing: 0.02},
	}, Blocking: [][]int{{0, 4}, {1, 4}, {5}, {6}, {0, 1}}}
	m := newMaker(&w, seed)
	for p := 0; len(w.Records) < n; p++ {
		truth := m.person()
		m.add(p, p, 0, m.record(truth, 0, 1))
		if m.r.IntN(2) == 0 {
			m.add(p, p, 0, m.record(truth, 1, 1))
		}
	}
	return w
}

// Historical is like lists of notable people: up to nine records of each, good
// and bad scribes, half the dates missing.
func Historical(n int, seed uint64) World { return historical("historical", n, seed, false) }

// Parish is Historical with families that share surname, place and often trade.
func Parish(n int, seed uint64) World { return historical("parish", n, seed, true) }

func historical(name string, n int, seed uint64, families bool) World {
	w := World{Name: name, Household: -1, Fields: []Field{
		{Name: "given", Size: 400, Zipf: 1.1, Typo: 0.15, Wrong: 0.06, Missing: 0.01, TF: true, Kin: 2},
		{Name: "family", Size: 3000, Zipf: 0.9, Typo: 0.12, Wrong: 0.05, Missing: 0.01, TF: true, Kin: 2},
		{Name: "born", Size: 30000, Typo: 0.1, Wrong: 0.06, Missing: 0.45, Kin: 30},
		{Name: "place", Size: 600, Zipf: 0.7, Typo: 0.05, Wrong: 0.12, Missing: 0.15, TF: true},
		{Name: "trade", Size: 120, Zipf: 0.8, Typo: 0.05, Wrong: 0.2, Missing: 0.4, TF: true},
	}, Blocking: [][]int{{0, 1}, {2}, {1, 3}, {0, 3, 4}, {-1, -2, 3}}}
	m := newMaker(&w, seed)
	for p := 0; len(w.Records) < n; {
		family := m.person()
		for range 1 + m.r.IntN(4) {
			truth := m.person()
			if families {
				m.related(truth, family)
			}
			for range 1 + m.r.IntN(9) {
				m.add(p, p, 0, m.record(truth, []float64{0.2, 0.5, 1, 2.2}[m.r.IntN(4)], 1))
			}
			p++
		}
	}
	return w
}

func (m *maker) related(truth, family []int) {
	truth[1], truth[3] = family[1], family[3]
	if m.r.IntN(3) == 0 {
		truth[4] = family[4]
	}
}

// Sparse is like RLdata10000: five fields, one duplicate in nine records, one
// error each; agreement on all but one field is not rare among strangers.
func Sparse(n int, seed uint64) World {
	w := World{Name: "sparse", Household: -1, Fields: []Field{
		{Name: "given", Size: 700, Zipf: 1.2, Typo: 0.5, TF: true, Kin: 4},
		{Name: "family", Size: 1500, Zipf: 1.1, Typo: 0.5, TF: true, Kin: 4},
		{Name: "year", Size: 80, Wrong: 0.2},
		{Name: "month", Size: 12, Wrong: 0.2},
		{Name: "day", Size: 31, Wrong: 0.2},
	}, Blocking: [][]int{{0}, {1}, {2, 3}, {3, 4}, {2, 4}}}
	m := newMaker(&w, seed)
	for p := 0; len(w.Records) < n; p++ {
		truth := m.person()
		cells := m.record(truth, 0, 1)
		m.add(p, p, 0, cells)
		if m.r.IntN(9) == 0 {
			m.add(p, p, 0, m.oneError(truth))
		}
	}
	return w
}

func (m *maker) oneError(truth []int) []Value {
	cells := m.record(truth, 0, 0)
	k := m.r.IntN(len(truth))
	if f := m.w.Fields[k]; f.Typo > 0 {
		cells[k] = value(truth[k], 1+m.r.IntN(15))
	} else {
		cells[k] = value(f.draw(m.r, m.sums[k]), 0)
	}
	return cells
}

// Register is like three offices' lists of one regency: a clean register with
// numbers, a list with damaged numbers, and a list of names and villages; with
// households, twins, and fathers and sons of one name.
func Register(n int, seed uint64) World {
	w := World{Name: "register", Household: 1, Fields: []Field{
		{Name: "nik", Size: 1 << 26, Typo: 0.05, Wrong: 0.01},
		{Name: "kk", Size: 1 << 26, Typo: 0.03, Wrong: 0.05, Kin: 0},
		{Name: "name", Size: n / 4, Zipf: 0.8, Typo: 0.2, Wrong: 0.02, TF: true, Kin: 3},
		{Name: "born", Size: 22000, Typo: 0.06, Wrong: 0.04, Kin: 30},
		{Name: "sex", Size: 2, Wrong: 0.01},
		{Name: "village", Size: 40, Zipf: 0.5, Wrong: 0.04, TF: true},
		{Name: "mother", Size: n / 4, Zipf: 0.7, Typo: 0.2, Wrong: 0.03, TF: true, Kin: 3},
	}, Blocking: [][]int{{0}, {1}, {2, 3}, {2, 5}, {3, 5}, {-3, 3}, {6, 2}},
		Clean: []bool{true, false, false}}
	m := newMaker(&w, seed)
	for p, h := 0, 0; len(w.Records) < n; h++ {
		home := m.person()
		mother := m.person()[6]
		var before []int
		for i := range 1 + m.r.IntN(6) {
			truth := m.person()
			truth[1], truth[5] = home[1], home[5]
			if i > 1 {
				truth[6] = mother
			}
			m.likeBefore(truth, before, i)
			m.offices(p, h, truth)
			before = truth
			p++
		}
	}
	return w
}

// likeBefore makes twins and sons of their fathers' names.
func (m *maker) likeBefore(truth, before []int, i int) {
	if before == nil {
		return
	}
	switch x := m.r.Float64(); {
	case i > 1 && x < 0.03: // twin: next number, same day
		truth[0], truth[3], truth[6] = before[0], before[3], before[6]
		truth[0] ^= 1
	case x < 0.05:
		truth[2] = before[2]
	}
}

func (m *maker) offices(p, h int, truth []int) {
	m.add(p, h, 0, m.record(truth, 0.1, 0))
	if m.r.IntN(10) < 6 {
		m.add(p, h, 1, m.record(truth, 1, 0))
		if m.r.IntN(12) == 0 {
			m.add(p, h, 1, m.record(truth, 1, 0))
		}
	}
	if m.r.IntN(10) < 3 {
		cells := m.record(truth, 1.5, 0)
		cells[0], cells[6] = 0, 0
		if m.r.IntN(2) == 0 {
			cells[1] = 0
		}
		if m.r.IntN(3) == 0 {
			cells[3] = 0
		}
		m.add(p, h, 2, cells)
	}
}
