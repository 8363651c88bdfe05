package demo

import (
	"context"
	"testing"
)

const benchPeople = 100_000

func perPerson(b *testing.B) {
	b.ReportMetric(float64(benchPeople)*float64(b.N)/b.Elapsed().Seconds(), "people/s")
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		generate(b, Options{Regency: "7203", People: benchPeople, Seed: 1})
	}
	perPerson(b)
}

func BenchmarkFamilies(b *testing.B) {
	w := generate(b, Options{Regency: "7203", People: benchPeople, Seed: 1})
	for b.Loop() {
		w.Families(func(Family) bool { return true })
	}
	perPerson(b)
}

func BenchmarkDukcapil(b *testing.B) {
	w := generate(b, Options{Regency: "7203", People: benchPeople, Seed: 1})
	dir := b.TempDir()
	for b.Loop() {
		truth, err := newTruth(dir)
		if err != nil {
			b.Fatal(err)
		}
		d, err := newDukcapil(w, dir, truth)
		if err != nil {
			b.Fatal(err)
		}
		if err := w.pass(context.Background(), []agency{d}, func(int, int, string) {}); err != nil {
			b.Fatal(err)
		}
		if _, err := d.close(); err != nil {
			b.Fatal(err)
		}
		if _, err := truth.close(); err != nil {
			b.Fatal(err)
		}
	}
	perPerson(b)
}

func BenchmarkWriteFiles(b *testing.B) {
	w := generate(b, Options{Regency: "7203", People: benchPeople, Seed: 1})
	dir := b.TempDir()
	for b.Loop() {
		if _, err := w.WriteFiles(context.Background(), dir, nil); err != nil {
			b.Fatal(err)
		}
	}
	perPerson(b)
}
