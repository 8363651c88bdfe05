package page

import (
	"embed"
	"fmt"
	"net/http"

	"tepat/internal/account"
)

//go:embed testdata
var galleryFiles embed.FS

// gallery shows every component, so that templatecheck, the weight test and
// the eye see them all.
type gallery struct {
	Heading  Heading
	Alert    Alert
	Empty    Empty
	Progress Progress
	Tabs     []Tab
	Steps    []Step
	Tasks    []Task
	Facts    []Fact
	Timeline []Event
	Revealed Revealed
	Shapes   ShapeMap
	List     List
	Form     Form
}

// overview is the kind of page that Beranda is.
type overview struct {
	Heading Heading
	Funnel  []FunnelStep
	Map     MapPanel
	Work    Worklist
	Sites   Table
	Trust   Trust
}

// review is the kind of page where cases are decided.
type review struct {
	Queue   Queue
	Verdict Verdict
	Compare Comparison
	Clauses []Clause
	Decide  Decision
}

var (
	reviewPage   = New[review](galleryFiles, "testdata/review.html")
	galleryPage  = New[gallery](galleryFiles, "testdata/gallery.html")
	overviewPage = New[overview](galleryFiles, "testdata/overview.html")
)

func galleryRoutes() []Route {
	get := func(path string, h func(*Request) error) Route {
		return Route{Method: "GET", Path: path, Action: account.HomeView, Loader: None, FourEyes: None, Audit: AuditNone, Handle: h}
	}
	return []Route{
		get("/beranda", func(r *Request) error { return overviewPage.Render(r, http.StatusOK, sampleOverview(r)) }),
		get("/validasi", func(r *Request) error {
			r.Shell.Rail = true
			return reviewPage.Render(r, http.StatusOK, sampleReview())
		}),
		get("/keluarga", func(r *Request) error { return galleryPage.Render(r, http.StatusOK, sampleGallery(r)) }),
	}
}

var sampleAreas = []struct {
	name        string
	x, y        int
	part, whole int64
}{
	{"Midai", 0, 5, 0, 394}, {"Suak Midai", 1, 5, 0, 331}, {"Pulau Panjang", 2, 5, 0, 187}, {"Serasan Timur", 4, 6, 96, 402},
	{"Subi", 3, 5, 134, 418}, {"Serasan", 3, 6, 241, 634}, {"Pulau Seluan", 0, 1, 61, 148}, {"Pulau Tiga Barat", 1, 4, 149, 318},
	{"Pulau Laut", 0, 0, 150, 282}, {"Pulau Tiga", 2, 4, 263, 487}, {"Bunguran Utara", 1, 1, 364, 617}, {"Bunguran Barat", 1, 2, 595, 862},
	{"Bunguran Selatan", 3, 3, 351, 428}, {"Bunguran Batubi", 2, 2, 442, 520}, {"Bunguran Tengah", 2, 3, 430, 488},
	{"Bunguran Timur", 3, 2, 2232, 2480}, {"Bunguran Timur Laut", 2, 1, 666, 740},
}

func sampleOverview(r *Request) overview {
	p := r.P()
	m := MapPanel{Title: "Penyaluran per kecamatan", Tiles: &TileMap{Note: r.T("page.map.scheme")},
		Measures: []Tab{{Text: "Tersalur", Href: "?", Current: true}, {Text: "Penerima", Href: "?"}, {Text: "Perlu keputusan", Href: "?"}},
		Table:    Ranked{Caption: r.T("page.map.order"), Columns: [3]string{"Kecamatan", "Tersalur", "Sisa KK"}},
		Legend:   []LegendItem{{NotStarted, "Belum mulai"}, {ClassLow, "< 40%"}, {ClassSome, "40–59%"}, {ClassMost, "60–79%"}, {ClassHigh, "≥ 80%"}}}
	for i, a := range sampleAreas {
		value := "belum"
		if a.part > 0 {
			value = p.Pct(a.part, a.whole)
		}
		href, class := fmt.Sprintf("/keluarga?kec=%d", i), ClassOf(a.part, a.whole)
		m.Tiles.Tiles = append(m.Tiles.Tiles, Tile{X: a.x, Y: a.y, Name: a.name, Value: value, Class: class, Href: href,
			Label: fmt.Sprintf("%s: %s tersalur, %d dari %d keluarga", a.name, value, a.part, a.whole)})
		m.Table.Rows = append(m.Table.Rows, RankedRow{Name: a.name, Href: href, Part: a.part, Whole: a.whole, Class: class,
			Value: value, Rest: p.Num(a.whole - a.part)})
	}
	return overview{
		Heading: Heading{Title: "Keadaan bansos Kabupaten Natuna", Sub: "Minggu, 22 November 2026, 08.15 WIB · Bantuan Lansia tahap 4, tahun anggaran 2026",
			Actions: []Button{{Text: "Unduh xlsx", Href: "?x", Icon: "download"}, {Text: "Cetak ringkasan", Href: "?c", Icon: "print"}}},
		Funnel: []FunnelStep{
			{Name: "Keluarga terdata", Count: 24318, Of: 24318, Href: "/keluarga", Note: "84.325 jiwa, 17 kecamatan"},
			{Name: "Lolos validasi", Count: 22906, Of: 24318, Href: "/keluarga", Note: "1.412 belum tuntas diperiksa", Act: true},
			{Name: "Layak menurut aturan", Count: 10214, Of: 24318, Href: "/keluarga", Note: "12.692 di luar desil 1–4"},
			{Name: "Ditetapkan menerima", Count: 9742, Of: 24318, Href: "/keluarga", Note: "472 di bawah garis kuota"},
			{Name: "Sudah diterima", Count: 6180, Of: 9742, Href: "/keluarga", Note: p.Pct(6180, 9742) + " dari yang ditetapkan"},
		},
		Map: m,
		Work: Worklist{Title: "Menunggu keputusan", All: Link{"Semua 914", "/x"}, Items: []Work{
			{Count: 2316, Title: "Tetapkan penerima tahap 4, gelombang 3", Detail: "Rp 1.389.600.000", Urgent: "tenggat besok, 23 November", Tone: Warn, Href: "/x", Button: "Periksa dan tetapkan"},
			{Count: 96, Title: "Dilaporkan meninggal", Detail: "Dukcapil 21 November", Urgent: "41 masih di daftar bayar", Tone: Bad, Href: "/x"},
			{Count: 412, Title: "Dugaan data ganda", Detail: "38 pasangan berdampak bayar dua kali", Href: "/x"},
			{Count: 312, Title: "Tumpang tindih antarprogram", Detail: "Rp 187.200.000 per tahap bila dibiarkan", Href: "/x"},
			{Count: 71, Title: "Bukti tidak layak dari OPD", Detail: "BKPSDM 29, Samsat 26, DPMPTSP 16", Href: "/x"},
			{Count: 23, Title: "Sanggahan warga", Urgent: "5 lewat batas 7 hari kerja", Tone: Bad, Href: "/x"},
			{Count: 1, Title: "Impor menunggu pemetaan kolom", Detail: "Desa Sedanau 2026.xlsx, 214 baris", Href: "/x"},
		}},
		Sites: Table{Columns: []Column{{Label: "Titik bagi"}, {Label: "Petugas"}, {Label: "Kemajuan"}, {Label: "Tersalur", Num: true}, {Label: "Kabar terakhir"}},
			Rows: []Row{
				{Href: "/s/1", Cells: []Cell{Text("Dermaga Tanjung Pala, Pulau Laut"), Text("Hendra S., Yuliana"), {Bar: &Bar{Part: 87, Whole: 162}}, Text("87 / 162"), Tagged(Tag{"Tanpa sinyal sejak 06.42", Plain})}},
				{Href: "/s/2", Cells: []Cell{Text("Balai Desa Sedanau, Bunguran Barat"), Text("Rosmiati, Ferry A."), {Bar: &Bar{Part: 142, Whole: 200}}, Text("142 / 200"), Tagged(Tag{"Terhubung, 1 menit lalu", Good})}},
				{Href: "/s/3", Cells: []Cell{Text("Kantor Camat Serasan"), Text("Abdul Wahab"), {Bar: &Bar{Part: 58, Whole: 241}}, Text("58 / 241"), Tagged(Tag{"Terhubung, 3 menit lalu", Good})}},
				{Href: "/s/4", Cells: []Cell{Text("Pelabuhan Midai"), Text("Nurhaliza, Tarmizi"), {Bar: &Bar{Part: 0, Whole: 180}}, Text("0 / 180"), Tagged(Tag{"Kapal tertunda, cuaca", Warn})}},
			}},
		Trust: Trust{Whole: true, Sentence: "Catatan utuh: 184.302 entri tersambung, diperiksa 06.00.", Check: Link{"Cocokkan sendiri", "/audit"}, More: Link{"Rincian", "/audit"},
			Sources: []TrustSource{{Name: "Dukcapil", When: "21 Nov, 16.40", Tag: Tag{"Segar", Good}}, {Name: "DTSEN", When: "18 Nov", Tag: Tag{"Segar", Good}}, {Name: "BKPSDM (ASN)", When: "2 Nov", Tag: Tag{"20 hari", Warn}, Old: true}}},
	}
}

func sampleGallery(r *Request) gallery {
	q := r.Query()
	list := List{Count: "1.998 dari 24.318 keluarga", Sentence: "di Bunguran Barat, desil 1 atau 2, menerima PKH",
		Chips: []Chip{{"Kec. Bunguran Barat", "?a"}, {"Desil 1–2", "?b"}, {"Menerima PKH", "?c"}}, ClearAll: "/keluarga",
		Exports: []Link{{"xlsx", "?x"}, {"CSV", "?y"}, {"JSON", "?z"}},
		Table:   Table{Caption: "Keluarga", Select: "id", Columns: []Column{{Label: "Kepala keluarga", Sort: "?s", Sorted: "up"}, {Label: "Nomor KK"}, {Label: "Desa"}, {Label: "Desil", Num: true, Sort: "?d"}, {Label: "Bantuan"}, {Label: "Perlu tindakan"}}},
		Pager:   NewPager("/keluarga", q, 2, 50, 1998), BulkTo: "/x", Bulk: []Button{{Text: "Tandai untuk diperiksa", Icon: "check"}}}
	kec := Facet{Name: "kec", Title: "Kecamatan"}
	for i, a := range sampleAreas {
		kec.Values = append(kec.Values, FacetValue{fmt.Sprint(i), a.name, a.whole, a.name == "Bunguran Barat"})
	}
	list.Facets = &Facets{Action: "/keluarga", Groups: []Facet{{Name: "nama", Title: "Nama", Kind: "search"}, kec,
		{Name: "desil", Title: "Desil", Values: []FacetValue{{"1", "Desil 1", 812, true}, {"2", "Desil 2", 1186, true}, {"3", "Desil 3", 0, false}, {"", "Belum ada", 44, false}}},
		{Name: "ubah", Title: "Terakhir diubah", Kind: "range"}}}
	for i, n := range []string{"ROHANI BINTI ABDUL KADIR", "SITI AMINAH", "WAN ZULKARNAIN", "MUHAMMAD SYAFII", "NURBAITI", "ABDURRAHMAN", "ERMAWATI"} {
		row := Row{Href: fmt.Sprintf("/keluarga/%d", i), Value: fmt.Sprint(i), Cells: []Cell{{Text: n, Sub: "RT 003 RW 001"},
			{Masked: &Masked{Value: "2103**********12", Open: "/keluarga/1/buka"}}, Text("Sedanau"), {Text: fmt.Sprint(i%4 + 1)}, Text("PKH, Sembako"), {}}}
		if i%3 == 1 {
			row.Cells[5] = Tagged(Tag{"Dugaan ganda", Warn})
		}
		list.Table.Rows = append(list.Table.Rows, row)
	}
	form := Form{Action: "/x", Submit: "Simpan perubahan", Cancel: &Link{"Batal", "/keluarga"}, Fields: []Field{
		{Name: "name", Label: "Nama sesuai KTP", Hint: "Tanpa gelar", Value: "SITI AMINAH"},
		{Kind: NIKField, Name: "nik", Label: "NIK", Hint: "16 angka"},
		{Kind: RupiahField, Name: "amount", Label: "Besaran per bulan", Short: true, Suffix: "per bulan"},
		{Kind: Select, Name: "kec", Label: "Kecamatan", Options: []Option{{"1", "Midai", ""}, {"2", "Subi", ""}}},
		{Kind: Radios, Name: "why", Label: "Alasan", Options: []Option{{"a", "Salah ketik", ""}, {"b", "Pindah", "Ada surat pindah"}}},
		{Kind: FileField, Name: "file", Label: "Berkas", Accept: ".xlsx,.csv", Optional: true},
		{Kind: TextArea, Name: "note", Label: "Catatan", Optional: true}}}
	if q.Has("salah") {
		form.Mark("nik", "NIK harus 16 angka. Yang diisi 15 angka.")
	}
	return gallery{
		Heading: Heading{Title: "Data keluarga", Sub: "Contoh semua bagian", Back: &Link{"Beranda", "/beranda"}, Tags: []Tag{{"Layak", Good}, {"Ditahan", Warn}},
			Actions: []Button{{Text: "Simpan saringan"}, {Text: "Impor baru", Href: "/impor", Icon: "plus", Primary: true}, {Text: "Hapus", Danger: true, Post: true, Href: "/x"}}},
		Alert:    Alert{Tone: Warn, Text: "3 titik bagi belum punya petugas.", Link: &Link{"Atur petugas", "/x"}},
		Empty:    Empty{Kind: NeverAny, Title: "Belum ada impor", Text: "Mulai dari berkas Excel yang Anda punya. Setiap baris akan diperiksa dan dijelaskan.", Action: &Button{Text: "Impor berkas pertama", Href: "/x", Primary: true}},
		Progress: Progress{Text: "Memeriksa baris", Detail: "4.120 dari 5.000 baris", Done: 4120, Total: 5000},
		Tabs:     []Tab{{Text: "Meninggal", Href: "?", Count: 96, Current: true}, {Text: "Dugaan ganda", Href: "?", Count: 412}, {Text: "Tidak layak", Href: "?", Count: 71}, {Text: "Data kurang", Href: "?"}},
		Steps:    []Step{{"Berkas", "/x", StepDone}, {"Kolom", "", StepNow}, {"Periksa", "", StepNext}, {"Hasil", "", StepNext}},
		Tasks: []Task{{"Impor data awal", "DTSEN atau daftar desa", "/x", Tag{"Selesai", Plain}}, {"Periksa wilayah", "17 kecamatan", "/x", Tag{"Belum mulai", Info}},
			{"Buat program", "", "", Tag{"Belum bisa", Plain}}},
		Facts: []Fact{{Label: "Nomor KK", Masked: &Masked{Value: "2103**********12", Open: "/x"}}, {Label: "Alamat", Value: "RT 003 RW 001, Tanjung Pala"}, {Label: "Desil", Value: "2", Sub: "DTSEN 18 Nov 2026"},
			{Label: "Status", Value: "Hidup", Tag: &Tag{"Dukcapil", Good}}},
		Timeline: []Event{{When: "21 Nov 2026", Title: "Bantuan Lansia tahap 4 diterima", Text: "Rp 600.000 di Dermaga Tanjung Pala", Who: "Hendra S.", Tone: Good, Marker: "tick"},
			{When: "18 Nov 2026", Title: "Desil berubah dari 3 ke 2", Who: "DTSEN", Tone: Info, Marker: "sync"}, {When: "2 Okt 2026", Title: "Diusulkan desa", Tone: Plain, Marker: "user"}},
		Revealed: Revealed{Digits: "2103 9901 0203 0012", Value: "2103**********12", Seconds: 30},
		Shapes: ShapeMap{Width: 300, Height: 120, Insets: []Inset{{200, 10, 90, 60}}, Shapes: []Shape{
			{Path: "M20 20L90 30L70 90L30 80Z", Name: "Utara", Value: "59,0%", Class: 2, Href: "/x", Label: "Utara", X: 52, Y: 52, Anchor: "middle"},
			{Path: "M90 30L150 40L140 100L70 90Z", Name: "Timur", Value: "90,0%", Class: 4, Href: "/x", Label: "Timur", X: 112, Y: 62, Anchor: "middle"},
			{Path: "M215 25L240 22L250 45L220 50Z", Name: "Subi", Value: "belum", Class: 0, Href: "/x", Label: "Subi", X: 255, Y: 40, Anchor: "start", Outside: true}}},
		List: list, Form: form,
	}
}

func sampleReview() review {
	return review{
		Queue: Queue{Title: "Dugaan ganda", Sub: "412 pasangan, 38 berdampak bayar. Hari ini Anda selesai 26.", Keys: true,
			Filters: []Tab{{Text: "Berdampak bayar", Href: "?", Count: 38, Current: true}, {Text: "Bunguran Barat", Href: "?", Count: 61}, {Text: "Semua", Href: "?", Count: 412}},
			Items: []QueueItem{{Title: "Jumadi · Djumadi", Sub: "Midai, Sabang Barat", Note: "Digabung", Tone: Good, Href: "/1", Done: true},
				{Title: "Siti Aminah · St. Aminah", Sub: "Bunguran Barat, Sedanau", Figure: "9,5", Note: "2 program", Tone: Warn, Href: "/2", Current: true},
				{Title: "Wan Zulkarnain · Zulkarnain", Sub: "Bunguran Timur, Ranai Kota", Figure: "9,1", Note: "3 program", Tone: Warn, Href: "/3"},
				{Title: "Nurbaiti · Nurbaity", Sub: "Serasan, Kampung Hilir", Figure: "8,8", Note: "2 program", Tone: Warn, Href: "/4"}}},
		Verdict: Verdict{Title: "Sangat mungkin orang yang sama", Stake: &Tag{"Bila sama: bayar dua kali Rp 300.000 per bulan", Bad}, Text: "Tanggal lahir sama persis dan 3 anggota keluarganya sama.",
			Against: "nomor KK dan nomor HP berbeda, bisa karena pecah KK.", Gauge: &Gauge{Text: "Skor 9,5 dari 16", At: 59, Low: 25, High: 63, Labels: [3]string{"Lemah", "Perlu ditinjau", "Hampir pasti"}}},
		Compare: Comparison{Weighs: true, A: Side{Title: "Data A", Sub: "DTSEN 18 Nov 2026, cocok Dukcapil"}, B: Side{Title: "Data B", Sub: "Desa Sedanau 2026.xlsx, baris 148"}, Rows: []CompareRow{
			{Label: "Nama", A: Pieces("SITI AMINAH"), B: []Piece{{"ST.", true}, {" AMINAH", false}}, Match: Near, Why: "Singkatan umum", Weight: 4.6, Weigh: "+4,6"},
			{Label: "NIK", OpenA: &Masked{Value: "2103**********01", Open: "/x"}, OpenB: &Masked{Value: "2103**********10", Open: "/x"}, Match: Near, Why: "14 dari 16 angka sama", Weight: 3.9, Weigh: "+3,9"},
			{Label: "Tanggal lahir", A: Pieces("12 Maret 1979"), B: Pieces("12 Maret 1979"), Match: Same, Why: "Sama persis", Weight: 7.8, Weigh: "+7,8"},
			{Label: "Ibu kandung", A: Pieces("ROKIAH"), B: Pieces(""), Match: Silent, Why: "Data B tidak menyebut", Weigh: "0"},
			{Label: "Alamat", A: Pieces("RT 002 RW 001, Sedanau"), B: Pieces("RT 02/01 Sedanau"), Match: Same, Why: "Sama setelah dirapikan", Weight: 2.2, Weigh: "+2,2"},
			{Label: "Nomor KK", A: Pieces("2103**********32"), B: Pieces("2103**********07"), Match: Differs, Why: "Berbeda", Weight: -1.9, Weigh: "−1,9"}}},
		Clauses: []Clause{{"Desil 1 sampai 4 (nilai: 2)", ClauseYes, "DTSEN, 18 Nov 2026"}, {"Tidak menerima PKH (nilai: menerima)", ClauseNo, "SIKS-NG, 15 Nov 2026"}, {"Bukan ASN, TNI, atau Polri", ClauseUnknown, "BKPSDM belum mengirim"}},
		Decide: Decision{Action: "/x", Answers: []Button{{Text: "Orang yang sama", Primary: true, Name: "a", Value: "1", Key: "1"}, {Text: "Dua orang berbeda", Name: "a", Value: "2", Key: "2"}, {Text: "Cek ke lapangan", Name: "a", Value: "3", Key: "3"}},
			Reason: &Field{Kind: Select, Name: "why", Label: "Alasan", Options: []Option{{"a", "Salah ketik NIK", ""}, {"b", "Pecah KK", ""}}}, Skip: &Link{"Lewati", "/3"}},
	}
}
