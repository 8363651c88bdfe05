package indonesia

import "tepat/linkage"

// Role is what a field of a person record holds.
type Role string

// The roles that Model knows.
const (
	NIK        Role = "nik"
	KK         Role = "kk"
	Name       Role = "name"
	BirthDate  Role = "birth_date"
	BirthPlace Role = "birth_place"
	SexRole    Role = "sex"
	Mother     Role = "mother"
	Village    Role = "village" // desa or kelurahan, by name or code
	Kecamatan  Role = "kecamatan"
	RT         Role = "rt" // or RT and RW in one cell
	RW         Role = "rw"
	Address    Role = "address"
	Phone      Role = "phone"
)

// Model is a model for Indonesian person records with the fields that exist:
// fields gives the field's name by role, roles without a field are left out.
// It needs Cleaners and Tests in the Options of the table and wants training.
//
// What it counts as evidence: a NIK equal or with a slip; names equal, equal by ear, one a short form of the other, or with
// a rare word in common, each adjusted by how frequent the name is; birth
// dates with conventional days (1 January, 1 July, 31 December) kept apart,
// because so many share them; the mother; the place down to RT and RW. Equal
// family cards make a household, so that brothers and twins, who share nearly
// all of this, are learned as a class of their own.
//
// A NIK fills in a missing birth date and sex.
func Model(link linkage.LinkType, fields map[Role]string) *linkage.Model {
	b := builder{fields: fields, m: &linkage.Model{Link: link}}
	b.numbers()
	b.names()
	b.birth()
	b.rest()
	b.places()
	b.blocking()
	return b.m
}

type builder struct {
	fields map[Role]string
	m      *linkage.Model
}

func (b *builder) has(roles ...Role) bool {
	for _, r := range roles {
		if b.fields[r] == "" {
			return false
		}
	}
	return true
}

// column adds a column read from the fields of the roles that exist.
func (b *builder) column(name, cleaner string, kind linkage.Kind, roles ...Role) {
	var from []string
	for _, r := range roles {
		if f := b.fields[r]; f != "" {
			from = append(from, f)
		}
	}
	b.m.Columns = append(b.m.Columns, linkage.Column{Name: name, From: from, Clean: []string{cleaner}, Kind: kind})
}

func (b *builder) compare(name string, levels ...linkage.Level) {
	levels = append(levels, linkage.Level{Label: "other", Test: linkage.Test{Op: linkage.Else}})
	b.m.Comparisons = append(b.m.Comparisons, linkage.Comparison{Name: name, Levels: levels})
}

func level(label string, t linkage.Test) linkage.Level { return linkage.Level{Label: label, Test: t} }

// silent is a level that says nothing, whatever the data: its evidence is
// counted elsewhere, or is none.
func silent(label string, t linkage.Test) linkage.Level {
	return linkage.Level{Label: label, Test: t, M: 0.01, U: 0.01, FixedM: true, FixedU: true}
}

// frequent is level adjusted by the frequency of the value in a column.
func frequent(label string, t linkage.Test, column string) linkage.Level {
	return linkage.Level{Label: label, Test: t, TF: &linkage.TF{Column: column, Weight: 1}}
}

// rare is level adjusted by the frequency of the rarest shared word.
func rare(label string, t linkage.Test, column string) linkage.Level {
	return linkage.Level{Label: label, Test: t, TF: &linkage.TF{Column: column, Weight: 1, Words: true}}
}

func test(op linkage.Op, column string, threshold float64) linkage.Test {
	return linkage.Test{Op: op, Columns: []string{column}, Threshold: threshold}
}

func exact(column string) linkage.Test { return test(linkage.Exact, column, 0) }

func custom(name, column string) linkage.Test {
	return linkage.Test{Op: linkage.Custom, Columns: []string{column}, Func: name}
}

func all(of ...linkage.Test) linkage.Test { return linkage.Test{Op: linkage.And, Of: of} }

func not(t linkage.Test) linkage.Test { return linkage.Test{Op: linkage.Not, Of: []linkage.Test{t}} }

func (b *builder) numbers() {
	if b.has(NIK) {
		b.column("nik", CleanerNIK, linkage.Digits, NIK)
		// A NIK holds the birth date and the sex, and its serial is low: two
		// people of one birthday often have NIKs one digit apart in the
		// region, or that end in the 0 that Excel puts. Beside the birth date
		// these say nothing. Two ends of a serial are two people, as those of
		// twins, and a NIK one digit off with another birth date is another
		// NIK; that leaves the slips in the date and within the serial.
		b.compare("nik",
			level("same", exact("nik")),
			level("a slip", all(exact("birth"), exact("sex"), custom(TestSlip, "nik"))),
			silent("perhaps a slip", all(exact("birth"), custom(TestWeakSlip, "nik"))))
	}
	if b.has(KK) {
		b.column("kk", CleanerKK, linkage.Digits, KK)
		b.compare("kk",
			level("same", exact("kk")),
			level("a slip", test(linkage.DigitSlip, "kk", 1)))
		b.m.Household = "kk"
	}
}

func (b *builder) names() {
	if b.has(Name) {
		b.column("name", CleanerName, linkage.Name, Name)
		b.column("name_sound", CleanerSound, linkage.Name, Name)
		b.column("name_key", CleanerKey, linkage.Name, Name)
		b.compare("name",
			// By the frequency of the sound: a rare spelling of a common name
			// is no rare name.
			frequent("same", exact("name"), "name_sound"),
			frequent("same by ear", exact("name_sound"), "name_sound"),
			rare("a short form", test(linkage.Words, "name", 1), "name"),
			rare("alike word by word", test(linkage.Words, "name", 0.9), "name"),
			frequent("same consonants", exact("name_key"), "name_key"),
			level("alike", test(linkage.JaroWinkler, "name", 0.88)),
			rare("a word in common", test(linkage.Overlap, "name_key", 1), "name_key"))
	}
	if b.has(Mother) {
		b.column("mother", CleanerName, linkage.Name, Mother)
		b.column("mother_sound", CleanerSound, linkage.Name, Mother)
		b.column("mother_key", CleanerKey, linkage.Name, Mother)
		b.compare("mother",
			frequent("same", exact("mother"), "mother_sound"),
			frequent("same by ear", exact("mother_sound"), "mother_sound"),
			rare("a short form", test(linkage.Words, "mother", 0.9), "mother"),
			level("alike", test(linkage.JaroWinkler, "mother", 0.85)),
			rare("a word in common", test(linkage.Overlap, "mother_key", 1), "mother_key"))
	}
}

// born reports whether a birth date can be had.
func (b *builder) born() bool { return b.has(BirthDate) || b.has(NIK) }

func (b *builder) birth() {
	if b.born() {
		b.column("birth", CleanerBirth, linkage.Date, BirthDate, NIK)
		b.compare("birth",
			level("same day", all(exact("birth"), not(custom(TestConventional, "birth")))),
			level("same conventional day", exact("birth")),
			level("day and month exchanged", test(linkage.DateSwap, "birth", 0)),
			level("a slip", test(linkage.DateSlip, "birth", 0)),
			level("same year, day unknown", all(test(linkage.DateYear, "birth", 0), custom(TestVagueDate, "birth"))),
			level("same year", test(linkage.DateYear, "birth", 0)),
			level("within two years", test(linkage.DateYear, "birth", 2)))
	}
	if b.has(BirthPlace) {
		b.column("birth_place", CleanerPlace, linkage.Text, BirthPlace)
		b.compare("birth_place",
			// Not by frequency: those of a small village are born there, which
			// the place has told already.
			level("same", exact("birth_place")),
			level("alike", test(linkage.JaroWinkler, "birth_place", 0.88)))
	}
	if b.has(SexRole) || b.has(NIK) {
		b.column("sex", CleanerSex, linkage.Text, SexRole, NIK)
		b.compare("sex", level("same", exact("sex")))
	}
}

func (b *builder) rest() {
	if b.has(Phone) {
		b.column("phone", CleanerPhone, linkage.Digits, Phone)
		b.compare("phone",
			level("same", exact("phone")),
			level("a slip", test(linkage.DigitSlip, "phone", 1)))
	}
	if b.has(Address) {
		b.column("address", CleanerAddress, linkage.Name, Address)
		b.compare("address",
			frequent("same", exact("address"), "address"),
			rare("alike", test(linkage.Words, "address", 0.88), "address"),
			level("alike in letters", test(linkage.JaroWinkler, "address", 0.85)))
	}
}

// places are one comparison from the neighbourhood up, since the smaller says
// nothing without the larger.
func (b *builder) places() {
	if b.has(RT) {
		b.column("rtrw", CleanerRTRW, linkage.Text, RT, RW)
	}
	var levels []linkage.Level
	if b.has(Village) {
		b.column("village", CleanerPlace, linkage.Text, Village)
		if b.has(RT) {
			// Without a level of its own, "RT not written" would count as "another RT".
			levels = append(levels, frequent("same RT and RW", all(exact("village"), exact("rtrw")), "village"),
				level("same village, other RT", all(exact("village"), not(exact("rtrw")))))
		}
		levels = append(levels,
			frequent("same village", exact("village"), "village"),
			level("village alike", test(linkage.JaroWinkler, "village", 0.9)))
	}
	if b.has(Kecamatan) {
		b.column("kecamatan", CleanerPlace, linkage.Text, Kecamatan)
		levels = append(levels, level("same kecamatan", exact("kecamatan")))
	}
	if len(levels) > 0 {
		b.compare("place", levels...)
	}
}

func key(column, part string) linkage.Key { return linkage.Key{Column: column, Part: part} }

// blocking proposes pairs by every way in which two records of a person can
// still meet: by a number, by the birth date with something, by the name with
// something, by the mother. A rule whose columns do not exist is left out.
// Every rule holds a number, a date or a place that grows with the number of
// records, so that the pairs of a record do not.
func (b *builder) blocking() {
	exists := map[string]bool{}
	for _, c := range b.m.Columns {
		exists[c.Name] = true
	}
	add := func(keys ...linkage.Key) {
		for _, k := range keys {
			if !exists[k.Column] {
				return
			}
		}
		b.m.Blocking = append(b.m.Blocking, linkage.Rule{Keys: keys})
	}
	place := "village"
	if !exists[place] {
		place = "kecamatan"
	}
	add(key("nik", ""))
	add(key("phone", ""))
	add(key("kk", ""), key("name_key", "each_word"))
	add(key("kk", ""), key("birth", "year"))
	add(key("birth", ""), key("name_key", "each_word"))
	add(key("birth", ""), key(place, ""))
	add(key("birth", ""), key("mother_key", ""))
	add(key("name_key", "each_word"), key(place, ""), key("birth", "year"))
	add(key("name_key", "each_word"), key(place, ""), key("rtrw", ""))
	add(key("name_key", ""), key("village", ""))
	add(key("name_key", ""), key("kecamatan", ""), key("birth", "year"))
	add(key("name_key", ""), key("kecamatan", ""), key("birth", "month_day"))
	add(key("name_key", "each_word"), key("mother_key", ""))
	add(key("mother_key", ""), key(place, ""), key("birth", "year"))
	if !exists[place] {
		add(key("name_key", ""), key("birth", "year"))
		add(key("name_key", ""), key("birth", "month_day"))
	}
	if len(b.m.Blocking) == 0 {
		add(key("name_key", "each_word"))
		add(key("name_sound", ""))
	}
}
