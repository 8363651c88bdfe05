package indonesia_test

import (
	"context"
	"os"
	"testing"
	"time"

	"tepat/linkage"
	"tepat/linkage/csvfile"
	"tepat/linkage/indonesia"
)

func TestReadDev(t *testing.T) {
	dir := os.Getenv("READ")
	if dir == "" {
		t.Skip()
	}
	fields := map[indonesia.Role]string{indonesia.NIK: "nik", indonesia.KK: "kk", indonesia.Name: "nama", indonesia.BirthDate: "tanggal_lahir", indonesia.BirthPlace: "tempat_lahir", indonesia.SexRole: "jenis_kelamin", indonesia.Village: "desa", indonesia.Kecamatan: "kecamatan", indonesia.RT: "rt", indonesia.RW: "rw"}
	m := indonesia.Model(linkage.LinkAndDedupe, fields)
	o := linkage.Options{Cleaners: indonesia.Cleaners(), Tests: indonesia.Tests()}
	names := []string{"nik", "kk", "nama", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "rt", "rw", "desa", "kecamatan"}
	tb, _ := linkage.NewTable(m, names, o)
	begun := time.Now()
	for _, s := range []string{"dukcapil", "dtsen", "desa"} {
		if _, err := csvfile.ReadFile(context.Background(), tb, dir+"/"+s+".csv", csvfile.Options{Source: s, Clean: s == "dukcapil", ID: "id"}); err != nil {
			t.Fatal(err)
		}
	}
	t.Log(time.Since(begun), tb.Len())
}
