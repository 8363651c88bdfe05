package detect

// Role is what a column is in the life of a person or thing.
type Role string

// The roles. The first group is not compared.
const (
	RecordID Role = "record_id" // names the row
	Truth    Role = "truth"     // names the person: for measuring only
	Origin   Role = "source"    // names the source of the row
	Derived  Role = "derived"   // says again what other columns say
	Constant Role = "constant"  // the same in every row, or empty
	Unused   Role = "unused"    // nothing that would tell people apart

	GivenName  Role = "given_name"
	MiddleName Role = "middle_name"
	Surname    Role = "surname"
	FullName   Role = "full_name"
	MotherName Role = "mother_name"
	OtherName  Role = "other_name" // of father, spouse, head of household
	BirthDate  Role = "birth_date"
	BirthYear  Role = "birth_year"
	BirthMonth Role = "birth_month"
	BirthDay   Role = "birth_day"
	OtherDate  Role = "other_date"
	Age        Role = "age"
	BirthPlace Role = "birth_place"
	Sex        Role = "sex"
	PersonID   Role = "person_id"    // NIK, social security, passport
	Household  Role = "household_id" // number of the family card
	Phone      Role = "phone"
	Email      Role = "email"
	Postcode   Role = "postcode"
	StreetNo   Role = "street_number"
	Street     Role = "street"
	Unit       Role = "unit" // RT, RW, flat
	City       Role = "city" // suburb, village, town
	District   Role = "district"
	State      Role = "state"
	Occupation Role = "occupation"
	Category   Role = "category"
	Amount     Role = "amount"
	Position   Role = "position" // latitude,longitude
	Words      Role = "words"    // free text
)

// Compared says whether columns of this role take part in comparing.
func (r Role) Compared() bool {
	switch r {
	case RecordID, Truth, Origin, Derived, Constant, Unused, "":
		return false
	}
	return true
}

// Known says whether r is one of the roles.
func (r Role) Known() bool {
	for _, k := range Roles() {
		if k == r {
			return true
		}
	}
	return false
}

// Roles lists them all, in the order of the documentation.
func Roles() []Role {
	return []Role{RecordID, Truth, Origin, Derived, Constant, Unused, GivenName, MiddleName, Surname, FullName, MotherName, OtherName,
		BirthDate, BirthYear, BirthMonth, BirthDay, OtherDate, Age, BirthPlace, Sex, PersonID, Household, Phone, Email, Postcode,
		StreetNo, Street, Unit, City, District, State, Occupation, Category, Amount, Position, Words}
}

// family groups roles whose values look alike, for checking a guess made from
// the header against the values.
func (r Role) family() shape {
	switch r {
	case GivenName, MiddleName, Surname, FullName, MotherName, OtherName:
		return shapeName
	case BirthDate, OtherDate:
		return shapeDate
	case BirthYear, BirthMonth, BirthDay, Age, Amount:
		return shapeNumber
	case Email:
		return shapeEmail
	case Phone:
		return shapePhone
	}
	return shapeAny
}

type shape int

const (
	shapeAny shape = iota
	shapeName
	shapeDate
	shapeNumber
	shapeEmail
	shapePhone
)
