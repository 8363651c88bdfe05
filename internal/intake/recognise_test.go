package intake_test

import (
	"strings"
	"testing"

	"tepat/internal/intake"
)

func TestFilesAreRecognisedByTheirHeaders(t *testing.T) {
	for want, headers := range map[string]string{
		"dukcapil":           "NIK,NO_KK,NAMA_LGKP,JENIS_KLMN,TMPT_LHR,TGL_LHR,STAT_HBKEL,NAMA_LGKP_IBU,ALAMAT,NO_RT,NO_RW,NO_PROP,NO_KAB,NO_KEC,NO_KEL",
		"dtsen_family":       "id_keluarga,no_kk,nik,nama_kepala_keluarga,alamat,rt,rw,kelurahan,kecamatan,kabupaten,provinsi,id_wilayah,desil_nasional,peringkat_nasional,peringkat_kab_kota",
		"bnba":               "NAMA PENERIMA,NIK KTP,TAHAP,BANSOS,IDSEMESTA,NO KEL,NM PROV,NM KAB,NM KEC,NM KEL,ALAMAT",
		"blt_dd":             "NO,NIK,NAMA KEPALA KELUARGA,JENIS KELAMIN,TANGGAL LAHIR,JUMLAH ANGGOTA KELUARGA,ALAMAT,RT,RW,JENIS PEKERJAAN,KODE_JP,KRITERIA BLT,KODE_KRIT,METODE PEMBAYARAN,KODE_BAYAR",
		"deaths":             "No,N I K,Nama Lengkap,Tgl Meninggal,No. Akta,Desa/Keluarahan",
		"asn":                "NIP,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN",
		"candidates":         "id_kpm,nik_kk,nik_pkk,nama_kk,nama_pkk,no_kk,alamat,nama_rt,nama_rw,desa_kelurahan,kecamatan,kabkot,kode_desa,jumlah_anggota,sumber,desil_p3ke,peringkat",
		"village_validation": "NO,ID KPM,NIK,NAMA KEPALA KELUARGA,KECAMATAN,DESA/KELURAHAN,KODE DESA,HASIL,ALASAN,TANGGAL MUSDES,KETERANGAN",
	} {
		l, m, reasons, sure := intake.Recognise(strings.Split(headers, ","))
		if l.Name != want || !sure {
			t.Errorf("%s is %q, sure %v, %v", headers, l.Name, sure, m)
		}
		if len(reasons) != strings.Count(headers, ",")+1 {
			t.Errorf("%s: %d reasons", want, len(reasons))
		}
	}
}

func TestSlipsOfTheKeysAreGuessedAndSaid(t *testing.T) {
	_, m, reasons, _ := intake.Recognise(strings.Split("NIK,NO_KK,NAMA_LGKP,TGL_LHR,STAT_HBKEL,KECAMTAN,KELURAHN", ","))
	if m[intake.FieldKecamatan] != 5 || reasons[5].How != intake.HowSimilar || m[intake.FieldVillage] != 6 {
		t.Error(m, reasons)
	}
}

func TestDoubleAndUnknownColumnsAreAsked(t *testing.T) {
	_, m, reasons, sure := intake.Recognise(strings.Split("NIK,NO_KK,NAMA_LGKP,NAMA_LGKP,TGL_LHR,STAT_HBKEL,HOBI", ","))
	if _, guessed := m[intake.FieldName]; guessed || sure || reasons[2].How != intake.HowTwice || reasons[3].How != intake.HowTwice {
		t.Error(m, sure, reasons)
	}
	if reasons[6].How != intake.HowUnknown || reasons[6].Field != "" {
		t.Error(reasons[6])
	}
	if l, _, _, sure := intake.Recognise(strings.Split("a,b,c,d", ",")); l.Name != "" || sure {
		t.Error("nonsense is recognised as", l.Name)
	}
}

func TestTheFingerprintIgnoresSpacingAndCase(t *testing.T) {
	if intake.Fingerprint([]string{"No. KK", "N I K"}) != intake.Fingerprint([]string{"NO_KK", "nik"}) {
		t.Error("two spellings of one header differ")
	}
	if intake.Fingerprint([]string{"NIK", "KK"}) == intake.Fingerprint([]string{"KK", "NIK"}) {
		t.Error("the order of columns does not count")
	}
}
