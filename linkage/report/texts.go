package report

import "strings"

// texts are the words of the page: Indonesian, then English.
var texts = map[string][2]string{
	"title":         {"Laporan pencocokan data", "Record linkage report"},
	"made":          {"Dibuat", "Made"},
	"records":       {"baris dibaca", "records read"},
	"compared":      {"pasangan dibandingkan", "pairs compared"},
	"links":         {"pasangan dihubungkan", "pairs linked"},
	"clusters":      {"orang atau benda berbeda", "different people or things"},
	"several":       {"di antaranya dengan lebih dari satu baris", "of them with more than one record"},
	"threshold":     {"ambang", "threshold"},
	"warnings":      {"Yang perlu diketahui", "What you should know"},
	"quality":       {"Seberapa baik hasilnya", "How good the result is"},
	"labelled":      {"Diukur dengan label kebenaran.", "Measured against labels."},
	"estimated":     {"Perkiraan dari peluang tiap pasangan, tanpa label; hanya menghitung pasangan yang sempat dibandingkan.", "Estimated from the probability of each pair, without labels; counts only pairs that were compared."},
	"precision":     {"Ketepatan", "Precision"},
	"precision why": {"dari yang dihubungkan, berapa yang benar", "of the pairs linked, how many are right"},
	"recall":        {"Kelengkapan", "Recall"},
	"recall why":    {"dari yang seharusnya, berapa yang ditemukan", "of the pairs that should be linked, how many were found"},
	"f1":            {"F1", "F1"},
	"f1 why":        {"rata-rata harmonik keduanya", "harmonic mean of the two"},
	"bcubed":        {"B³ F1", "B³ F1"},
	"bcubed why":    {"dinilai per baris, bukan per pasangan", "judged by record, not by pair"},
	"coverage":      {"Jangkauan", "Coverage"},
	"coverage why":  {"pasangan benar yang sempat dibandingkan", "true pairs that were compared at all"},
	"interval":      {"selang 95%", "95% interval"},
	"probability":   {"Peluang", "Probability"},
	"linked":        {"dihubungkan", "linked"},
	"thresholds":    {"Bila ambangnya lain", "If the threshold were another"},
	"histogram":     {"Bobot semua pasangan yang disimpan", "Weights of the pairs kept"},
	"histogram why": {"Bobot kecocokan adalah log2 nisbah Bayes: tiap +1 melipatduakan peluang bahwa keduanya orang yang sama. Sumbu tegak logaritmis. Garis putus-putus adalah ambang; sebelah kanannya dihubungkan.",
		"A match weight is the log2 Bayes factor: each +1 doubles the odds that both are the same person. The vertical axis is logarithmic. The dashed line is the threshold; pairs to its right are linked."},
	"axis weight": {"bobot kecocokan (bit)", "match weight (bits)"},
	"axis pairs":  {"pasangan", "pairs"},
	"parameters":  {"Apa artinya setiap kecocokan", "What each agreement means"},
	"parameters why": {"m: seberapa sering terjadi pada orang yang sama. u: seberapa sering terjadi pada orang berbeda. Bobot = log2(m/u). ★ berarti bobot disesuaikan dengan kelangkaan nilainya.",
		"m: how often it happens for one and the same person. u: how often it happens for different people. Weight = log2(m/u). ★ means that the weight is adjusted to how rare the value is."},
	"level":  {"tingkat", "level"},
	"weight": {"bobot", "weight"},
	"pairs":  {"Contoh pasangan", "Sampled pairs"},
	"pairs why": {"Dari yakin sampai ragu. Batang berjalan dari peluang awal ke jumlah akhir: hijau menambah keyakinan, merah mengurangi. Huruf yang berbeda ditandai; angka panjang disembunyikan.",
		"From certain to doubtful. The bars walk from the prior odds to the sum: green adds belief, red takes it away. Characters that differ are marked; long numbers are hidden."},
	"pairs open":      {"Dari yakin sampai ragu. Batang berjalan dari peluang awal ke jumlah akhir. Angka panjang ditampilkan utuh: simpan berkas ini dengan hati-hati.", "From certain to doubtful. The bars walk from the prior odds to the sum. Long numbers are shown whole: keep this file with care."},
	"band":            {"Peluang %s sampai %s", "Probability %s to %s"},
	"in band":         {"pasangan di rentang ini", "pairs in this range"},
	"field":           {"kolom", "field"},
	"first":           {"baris pertama", "first record"},
	"second":          {"baris kedua", "second record"},
	"evidence":        {"bukti", "evidence"},
	"start":           {"peluang awal", "prior odds"},
	"sum":             {"jumlah", "sum"},
	"missing":         {"kosong di salah satu", "missing on a side"},
	"household":       {"serumah, orang lain", "same house, other person"},
	"household *":     {"menentukan rumah tangga", "tells the household"},
	"is linked":       {"dihubungkan", "linked"},
	"not linked":      {"tidak dihubungkan", "not linked"},
	"label same":      {"label: orang yang sama", "label: the same person"},
	"label different": {"label: orang berbeda", "label: different people"},
	"sizes":           {"Besar kelompok", "Cluster sizes"},
	"sizes why":       {"Satu kelompok adalah semua baris tentang satu orang. Skala logaritmis.", "A cluster is all records of one person. Logarithmic scale."},
	"size":            {"baris", "records"},
	"count":           {"kelompok", "clusters"},
	"rules":           {"Pasangan mana yang dibandingkan", "Which pairs were compared"},
	"rules why": {"Membandingkan semua dengan semua terlalu banyak; dua baris dibandingkan bila sama pada salah satu kunci ini.",
		"Comparing all with all would be too many; two records are compared when they agree on one of these keys."},
	"rule":         {"kunci", "key"},
	"blocks":       {"blok", "blocks"},
	"largest":      {"terbesar", "largest"},
	"proposed":     {"pasangan", "pairs"},
	"added":        {"baru", "added"},
	"oversize":     {"Blok yang terlalu besar", "Blocks that are too large"},
	"oversize why": {"Nilai yang dimiliki terlalu banyak baris dipecah, supaya komputer tidak kehabisan waktu; jumlahnya dihitung.", "Values that too many records share were split so that the run ends; what remained is counted."},
	"value":        {"nilai", "value"},
	"kept":         {"disimpan", "kept"},
	"done":         {"tindakan", "what was done"},
	"columns":      {"Bagaimana kolom dibaca", "How the columns were read"},
	"column":       {"kolom", "column"},
	"role":         {"dianggap", "taken for"},
	"why":          {"karena", "because"},
	"timings":      {"Waktu", "Time"},
	"phase":        {"langkah", "phase"},
	"seconds":      {"detik", "seconds"},
	"method":       {"Cara", "Method"},
	"method text": {"Pencocokan probabilistik Fellegi dan Sunter (1969). u ditaksir dari pasangan acak, m dan peluang awal dengan ekspektasi-maksimisasi atas hitungan pola perbandingan (Winkler 1988; Enamorado, Fifield dan Imai 2019), ambang pada F1 harapan terbesar. Benih dan data yang sama menghasilkan berkas yang sama.",
		"Probabilistic linkage after Fellegi and Sunter (1969). u is estimated from random pairs, m and the prior by expectation-maximisation over counts of comparison patterns (Winkler 1988; Enamorado, Fifield and Imai 2019), the threshold at the greatest expected F1. The same seed and data give the same files."},
	"prior":       {"peluang awal", "prior"},
	"iterations":  {"putaran EM", "EM iterations"},
	"sampled":     {"pasangan acak untuk u", "random pairs for u"},
	"patterns":    {"pola perbandingan", "comparison patterns"},
	"expected":    {"pasangan benar yang diharapkan", "matches expected"},
	"seed":        {"benih", "seed"},
	"digest":      {"sidik model", "digest of the model"},
	"reused":      {"model dipakai ulang, tidak dilatih di sini", "the model was reused, not trained here"},
	"clean":       {"satu baris per orang", "one record per person"},
	"file":        {"berkas", "file"},
	"yes":         {"ya", "yes"},
	"not reached": {"belum dilatih", "not trained"},
}

// levelTexts are the labels of proposed models in Indonesian; a label may go on
// after the beginning that stands here.
var levelTexts = [][2]string{
	{"the same words", "kata-kata yang sama"}, {"the same year", "tahun yang sama"}, {"the same age", "umur sama"}, {"the same before the @", "sama sebelum @"},
	{"the same first", "sama pada awal"}, {"the same", "sama"}, {"alike word by word", "mirip kata demi kata"}, {"alike in letters", "hurufnya mirip"}, {"alike", "mirip"}, {"exchanged with", "tertukar dengan"},
	{"part or initial of the name", "sebagian atau inisial nama"}, {"part of the name", "sebagian nama"}, {"words alike or initials", "kata mirip atau inisial"},
	{"words somewhat alike", "kata agak mirip"}, {"words alike", "kata mirip"}, {"share a word", "berbagi satu kata"}, {"share", "berbagi"},
	{"day and month exchanged", "hari dan bulan tertukar"}, {"one digit differs", "satu angka berbeda"}, {"one digit slipped", "satu angka meleset"},
	{"within two years", "selisih paling lama dua tahun"}, {"within a month", "selisih paling lama sebulan"}, {"within a year", "selisih paling lama setahun"}, {"within ten years", "selisih paling lama sepuluh tahun"},
	{"within", "selisih paling banyak"}, {"a year apart", "selisih setahun"}, {"up to three years apart", "selisih sampai tiga tahun"},
	{"up to ten years apart", "selisih sampai sepuluh tahun"}, {"one typing error", "satu salah ketik"}, {"both the same", "keduanya sama"}, {"different", "berbeda"},
	{"missing", "kosong"}, {"same RT and RW", "RT dan RW sama"}, {"same village, other RT", "desa sama, RT lain"}, {"same village", "desa sama"}, {"same kecamatan", "kecamatan sama"},
	{"same year, day unknown", "tahun sama, hari tidak diketahui"}, {"same year", "tahun sama"}, {"same conventional day", "tanggal lazim yang sama"}, {"same day", "tanggal sama"},
	{"same by ear", "sama bunyinya"}, {"same consonants", "konsonan sama"}, {"same", "sama"}, {"a short form", "bentuk pendek"}, {"a word in common", "satu kata sama"},
	{"a slip", "satu angka meleset"}, {"other serial", "nomor urut lain"}, {"other", "lain"}, {"village alike", "nama desa mirip"}, {"last digit lost", "angka terakhir hilang"},
	{"told by the NIK", "menurut NIK"},
}

// sayer returns the words of a language by key; what is no key is a label of a
// level or stays as it is.
func sayer(lang string) func(string) string {
	return func(key string) string {
		if t, ok := texts[key]; ok {
			if lang == "en" {
				return t[1]
			}
			return t[0]
		}
		if lang == "en" {
			return key
		}
		for _, l := range levelTexts {
			if rest, ok := strings.CutPrefix(key, l[0]); ok {
				rest = strings.NewReplacer("characters", "huruf", "words", "kata", "typing errors", "salah ketik").Replace(rest)
				return l[1] + rest
			}
		}
		return strings.ReplaceAll(key, "typing errors", "salah ketik")
	}
}
