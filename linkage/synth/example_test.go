package synth_test

import (
	"os"

	"tepat/linkage/synth"
)

func Example() {
	set := synth.FEBRL{Originals: 2, Duplicates: 2, Seed: 1}.Set()
	if err := set.WriteCSV(os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// rec_id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state,date_of_birth,age,phone_number,soc_sec_id,person
	// rec-0-org,thomas,hall,3,fairton court,ashgrove,morharbour,6126,nsw,19871025,14,04 73217220,5920549,0
	// rec-0-dup-0,thomas,hall,3,fairton court,ashgrove,morharbour,6126,nsw,19871025,14,04 73217220,5925049,0
	// rec-1-org,david,matthews,47,lorimer close,pengate village,penbridge,2436,nsw,19450217,56,05 79087278,8729413,1
	// rec-1-dup-0,david,matthews,47,lorimer close,pengate village,penbridge,2436,nsw,69450217,16,05 79087278,8729413,1
}
