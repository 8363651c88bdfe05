package linkage

import "testing"

// What a memo finds was placed for that hash, however often it grew, rested or
// drove values out.
func TestMemoFindsWhatWasPlaced(t *testing.T) {
	for _, distinct := range []uint64{100, 30_000, 1 << 21} {
		m := newMemo(2)
		hits, rests := 0, 0
		for i := range uint64(1 << 20) {
			if m.off() {
				rests++
				continue
			}
			v := spread(i) % distinct
			h := spread(v) | 1
			cells, found := m.slot(h)
			if !found {
				cells[0], cells[1] = uint32(v), uint32(v>>1)
				continue
			}
			hits++
			if cells[0] != uint32(v) || cells[1] != uint32(v>>1) {
				t.Fatalf("of %d values: %d has the cells %v", distinct, v, cells)
			}
		}
		if few := distinct < 1<<20; few != (rests == 0) || few && hits < 1<<19 {
			t.Errorf("of %d values: %d hits, %d rests", distinct, hits, rests)
		}
	}
}
