package run

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"tepat/linkage/report"
)

// identities remembers the name of every record and tells about names given
// twice.
func (j *job) identities() error {
	n := j.table.Len()
	j.ids = make([]string, n)
	several := len(j.table.Sources()) > 1
	j.eachPart(n, func(_, from, to int) {
		for i := from; i < to; i++ {
			source, id := j.table.ID(i)
			if several {
				id = source + ":" + id
			}
			j.ids[i] = id
		}
	})
	j.hash = make([]uint64, n)
	j.eachPart(n, func(_, from, to int) {
		for i := from; i < to; i++ {
			j.hash[i] = hash(j.ids[i])
		}
	})
	if again := repeated(j.hash); again > 0 {
		j.again = again
		j.note("%d records share the identity of another record of their source; all are kept, clusters are numbered", "%d baris memakai pengenal yang sama dengan baris lain; semua tetap dipakai, kelompoknya diberi nomor", again)
	}
	return nil
}

// repeated counts the names that stood before.
func repeated(hashes []uint64) int {
	size := 1 << bits.Len(uint(2*len(hashes)+1))
	table, again := make([]uint64, size), 0
	for _, h := range hashes {
		h |= 1
		at := int(h>>1) & (size - 1)
		for table[at] != 0 && table[at] != h {
			at = (at + 1) & (size - 1)
		}
		if table[at] == h {
			again++
		}
		table[at] = h
	}
	return again
}

// eachPart does work on all records, both cores at once.
func (j *job) eachPart(n int, work func(part, from, to int)) int {
	parts := max(1, j.c.Workers)
	if j.c.Workers == 0 {
		parts = 2
	}
	if n < 10_000 {
		parts = 1
	}
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { work(p, n*p/parts, n*(p+1)/parts) })
	}
	wg.Wait()
	return parts
}

// hash is FNV-1a with its bits mixed: the same on every machine, so that ties
// between records are broken the same way in any order of rows.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>29
}

// clusterNames gives each cluster the name of its smallest record, so that it
// keeps its name when rows come in another order or others are added.
func (j *job) clusterNames() []string {
	count := 0
	for _, c := range j.of {
		count = max(count, int(c)+1)
	}
	names, has := make([]string, count), make([]bool, count)
	for i, c := range j.of {
		if id := j.ids[i]; !has[c] || shorterFirst(id, names[c]) < 0 {
			names[c], has[c] = id, true
		}
	}
	if j.again == 0 {
		return names
	}
	times := map[string]int{}
	for c, name := range names {
		if times[name]++; times[name] > 1 {
			names[c] = fmt.Sprintf("%s#%d", name, times[name])
		}
	}
	return names
}

// shorterFirst orders 9 before 10.
func shorterFirst(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// sizes counts clusters by their number of records, ascending.
func (j *job) sizes() []report.Size {
	var of []int32
	for _, c := range j.of {
		for int(c) >= len(of) {
			of = append(of, make([]int32, max(1024, len(of)))...)
		}
		of[c]++
	}
	counts := map[int32]int64{}
	for _, n := range of {
		if n > 0 {
			counts[n]++
		}
	}
	var out []report.Size
	for n, clusters := range counts {
		out = append(out, report.Size{Records: int(n), Clusters: clusters})
	}
	slices.SortFunc(out, func(a, b report.Size) int { return a.Records - b.Records })
	return out
}
