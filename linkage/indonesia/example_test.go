package indonesia_test

import (
	"context"
	"fmt"

	"tepat/linkage"
	"tepat/linkage/indonesia"
)

func ExampleNormalizeName() {
	for _, n := range []string{"Drs. H. Moch. Joesoef, M.Si", "ST. AMINAH binti HASAN", "Abdurrahman", "NOERHAYATI (ALMH)"} {
		fmt.Println(indonesia.NormalizeName(n))
	}
	// Output:
	// MUHAMMAD YUSUF
	// SITI AMINAH HASAN
	// ABDUL RAHMAN
	// NUR HAYATI
}

func ExampleNameKey() {
	fmt.Println(indonesia.NameSound("Syarifuddin"), indonesia.NameSound("SARIPUDIN"))
	fmt.Println(indonesia.NameKey("MUH. ROCHMAN"), indonesia.NameKey("Rahman"))
	// Output:
	// SARIPUDIN SARIPUDIN
	// RMN RMN
}

func ExampleCheckBirth() {
	nik := indonesia.CleanNIK("'2103 9955 0590 0001")
	fmt.Println(indonesia.Birth(nik, 2026), indonesia.Sex(nik))
	fmt.Println(indonesia.CheckBirth(nik, "1990-05-15") == indonesia.Agrees)
	// Output:
	// 1990-05-15 P
	// true
}

func ExampleModel() {
	m := indonesia.Model(linkage.LinkAndDedupe, map[indonesia.Role]string{
		indonesia.NIK: "NIK", indonesia.Name: "NAMA", indonesia.BirthDate: "TGL_LHR", indonesia.Village: "DESA",
	})
	o := linkage.Options{Cleaners: indonesia.Cleaners(), Tests: indonesia.Tests()}
	table, err := linkage.NewTable(m, []string{"NIK", "NAMA", "TGL_LHR", "DESA"}, o)
	if err != nil {
		fmt.Println(err)
		return
	}
	records := func(yield func(linkage.Record, error) bool) {
		yield(linkage.Record{ID: "1", Values: []string{"2103991505900001", "H. Moch. Yusuf", "", "Desa Wani I"}}, nil)
	}
	if err := table.Add(context.Background(), linkage.Source{Name: "desa", Records: records}); err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range []string{"name", "birth", "sex", "village"} {
		fmt.Println(c, table.Value(0, c))
	}
	// Output:
	// name MUHAMMAD YUSUF
	// birth 1990-05-15
	// sex L
	// village WANI 1
}
