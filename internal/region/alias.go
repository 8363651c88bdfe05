package region

// aliases are spellings met in the files of the pilots that no rule of
// spelling explains: BPS lists, letters of the offices, census names. An
// entry here must be certain; what is only likely stays out, so that a person
// decides.
var aliases = map[Code][]string{
	// regencies that BPS or older files call otherwise
	"1212": {"Toba Samosir"},
	"6411": {"Mahakam Hulu"},
	"7109": {"Siau Tagulandang Biaro"},
	// Natuna
	"2103062005": {"Batu Berian"},
	"2103071011": {"Ranai"},
	"2103072002": {"Sei Ulu"},
	"2103152005": {"Sebadai Hulu", "Sabadai Ulu"},
	"2103152007": {"Selemam"},
	"2103232002": {"Kerdau"},
	// Donggala
	"720306":     {"Damsol", "Dampelas Sojol"},
	"720324":     {"Sindue Tambusabora"},
	"7203062010": {"Lemba Mukti"},
	"7203102018": {"Kumbasa"},
	"7203112002": {"Tondo S"},
	"7203112007": {"Balentuma"},
	"7203182006": {"Tanahmea"},
	"7203182019": {"Tanahmpulu"},
	"7203192007": {"Wombo Panau"},
	"7203212006": {"Tamodo"},
	"7203212008": {"Karovia"},
	"7203312005": {"Rano B"},
}

// formerCodes are villages of the pilots that kept their name and got a new
// number when a kecamatan was cut out of theirs (Natuna, 2022).
var formerCodes = map[Code]Code{
	"2103082003": "2103242001", // Kelarik Barat, Bunguran Utara → Pulau Seluan
	"2103082007": "2103242002", // Seluan Barat, Bunguran Utara → Pulau Seluan
	"2103092004": "2103232001", // Pulau Panjang, Subi → Pulau Panjang
	"2103092006": "2103232002", // Pulau Kerdau, Subi → Pulau Panjang
}
