package indonesia_test

import (
	"context"
	"os"
	"strconv"
	"testing"

	"tepat/internal/demo"
	"tepat/internal/region"
)

func TestGen(t *testing.T) {
	if os.Getenv("GEN") == "" {
		t.Skip()
	}
	n, _ := strconv.Atoi(os.Getenv("GEN"))
	dir := "/tmp/idgen" + os.Getenv("GEN")
	_, err := demo.WriteLinkage(context.Background(), demo.LinkageOptions{Regency: region.Code("7203"), Records: n, Seed: 7}, dir, func(int, int, string) {})
	if err != nil {
		t.Fatal(err)
	}
}
