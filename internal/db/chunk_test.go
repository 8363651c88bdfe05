package db_test

import (
	"slices"
	"testing"

	"tepat/internal/db"
	"tepat/internal/id"
)

func TestChunksHoldEveryValueOnceAndInOrder(t *testing.T) {
	for _, n := range []int{0, 1, 499, 500, 501, 1000, 1203} {
		want := make([]id.Person, n)
		for i := range want {
			want[i] = id.Person(rune('a' + i))
		}
		var got []id.Person
		err := db.Chunks(want, func(part []any) error {
			if len(part) == 0 || len(part) > 500 {
				t.Errorf("a chunk of %d", len(part))
			}
			for _, v := range part {
				got = append(got, id.Person(v.(string)))
			}
			return nil
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%d values became %d, %v", n, len(got), err)
		}
	}
}
