package region

// populations of the pilots: civil registry, December 2024.
var populations = map[Code]int{
	"2103": 84_325,
	"7203": 318_613,
}

// Population returns how many people the civil registry counts in regency
// (December 2024), and false for a regency whose number is not held.
func Population(regency Code) (int, bool) {
	n, ok := populations[regency]
	return n, ok
}
