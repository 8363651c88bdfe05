package demo

import "tepat/internal/nik"

// job is an occupation as the civil registry words it.
type job uint8

const (
	jobless job = iota
	pupil
	housewife
	fisher
	farmer
	labourer
	farmhand
	deckhand
	trader
	selfEmployed
	employee
	honorary
	carpenter
	driver
	villageOfficial
	civilServant
	teacher
	soldier
	police
	pensioner
	numJobs
)

var jobWords = [numJobs]string{"BELUM/TIDAK BEKERJA", "PELAJAR/MAHASISWA", "MENGURUS RUMAH TANGGA", "NELAYAN/PERIKANAN",
	"PETANI/PEKEBUN", "BURUH HARIAN LEPAS", "BURUH TANI/PERKEBUNAN", "BURUH NELAYAN/PERIKANAN", "PEDAGANG",
	"WIRASWASTA", "KARYAWAN SWASTA", "KARYAWAN HONORER", "TUKANG KAYU", "SOPIR", "PERANGKAT DESA",
	"PEGAWAI NEGERI SIPIL (PNS)", "GURU", "TENTARA NASIONAL INDONESIA (TNI)", "KEPOLISIAN RI (POLRI)", "PENSIUNAN"}

// worth is what an occupation adds to the welfare score, 0 to 500.
var worth = [numJobs]int{0, 0, 0, 60, 50, 20, 0, 10, 150, 150, 170, 130, 90, 110, 200, 460, 330, 430, 430, 320}

// Education levels of the registry's list, 1 to 9.
var educationWords = [...]string{"", "TIDAK/BELUM SEKOLAH", "BELUM TAMAT SD/SEDERAJAT", "TAMAT SD/SEDERAJAT",
	"SLTP/SEDERAJAT", "SLTA/SEDERAJAT", "DIPLOMA I/II", "AKADEMI/DIPLOMA III/S. MUDA", "DIPLOMA IV/STRATA I", "STRATA II"}

// occupy gives schooling, work and frailty to everybody of the sketch.
func (c *composer) occupy(v *Village) {
	for m := range c.members {
		b := &c.members[m]
		age := (c.today - b.born).inWhole()
		b.edu = c.schooling(age)
		b.job = c.work(b, age, v)
		b.asn = b.job == civilServant || b.job == teacher && c.r.perMille(600)
		b.disabled = c.r.perMille(4 + max(0, age-50)/4)
		b.pregnant = b.rel == Wife && age >= 18 && age <= 43 && c.r.perMille(60)
	}
}

func (c *composer) schooling(age int) uint8 {
	switch {
	case age < 7:
		return 1
	case age < 13:
		return 2
	case age < 16:
		return 3
	case age < 19:
		return 4
	case age < 35:
		return uint8(2 + c.r.pick(20, 130, 190, 430, 30, 50, 140, 4))
	case age < 55:
		return uint8(1 + c.r.pick(30, 100, 330, 180, 240, 20, 30, 80, 10))
	}
	return uint8(1 + c.r.pick(170, 240, 380, 90, 80, 10, 15, 22, 3))
}

func (c *composer) work(b *body, age int, v *Village) job {
	switch {
	case age < 6:
		return jobless
	case age < 19 || age < 23 && c.r.perMille(400):
		return pupil
	case age >= 58 && b.edu >= 5 && c.r.perMille(450):
		return pensioner
	case age >= 75:
		return jobless
	case b.edu >= 7 && age < 60 && c.r.perMille(480):
		return [...]job{civilServant, teacher, honorary}[c.r.pick(50, 25, 25)]
	case b.sex == nik.Female && b.rel == Wife && c.r.perMille(740):
		return housewife
	case b.sex == nik.Female && c.r.perMille(350):
		return housewife
	case b.sex == nik.Male && b.edu >= 5 && age >= 20 && age < 55 && c.r.perMille(40):
		return [...]job{soldier, police, villageOfficial}[c.r.n(3)]
	case b.rel == Child && c.r.perMille(300):
		return jobless
	}
	return c.labour(v)
}

func (c *composer) labour(v *Village) job {
	jobs := [...]job{fisher, farmer, labourer, farmhand, deckhand, trader, selfEmployed, employee, honorary, carpenter, driver}
	switch {
	case !v.Rural():
		return jobs[c.r.pick(14, 8, 15, 2, 4, 14, 20, 10, 7, 3, 3)]
	case v.Coastal && v.Code.Province() == "21":
		return jobs[c.r.pick(40, 15, 11, 3, 8, 5, 10, 2, 3, 2, 1)]
	case v.Coastal:
		return jobs[c.r.pick(18, 34, 13, 8, 4, 5, 10, 3, 2, 2, 1)]
	}
	return jobs[c.r.pick(0, 58, 12, 14, 0, 4, 7, 2, 2, 1, 0)]
}
