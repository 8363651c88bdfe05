package indonesia

// place of a title in a name.
type place uint8

const (
	front     place = 1 << iota // only before the name
	anywhere                    // wherever it stands
	end                         // after the name, also without full stops
	endDotted                   // after the name, only with full stops or a comma: it could be a word
)

// titles are the words that come and go with a person's studies, pilgrimage,
// age or the politeness of the writer. Titles of birth (ANDI, DAENG, RADEN,
// TENGKU, WAN, RAJA, SAID, SYARIFAH, LALU, CUT …) are not here: they are part
// of the name in the civil registry and tell people apart.
var titles = map[string]place{}

func init() {
	add := func(p place, words ...string) {
		for _, w := range words {
			titles[w] |= p
		}
	}
	add(front, "H", "IR", "DR", "PROF", "NS", "KH", "TN", "NY", "NN", "BPK", "BAPAK", "PAK", "IBU", "BU",
		"SDR", "SDRI", "SAUDARA", "SAUDARI", "TUAN", "NYONYA", "NONA", "UST", "PDT", "PDP", "TGH", "KOL", "LETKOL",
		"KAPTEN", "KAPT", "MAYOR", "LETTU", "LETDA", "SERMA", "SERKA", "SERTU", "SERDA", "KOPDA", "KOPTU", "PRAKA", "PRATU",
		"AIPTU", "AIPDA", "BRIPKA", "BRIGPOL", "BRIGADIR", "BRIPTU", "BRIPDA", "IPTU", "IPDA", "AKP", "KOMPOL", "AKBP",
		"KOMBES", "BRIGJEN", "MAYJEN", "LETJEN", "BRIGJENPOL", "LAKSMA", "MARSMA", "TUANKU", "NR")
	add(anywhere, "HJ", "HJH", "HI", "HAJI", "HAJJAH", "HAJAH", "DRS", "DRA", "DRG", "DRH", "KYAI", "KIAI", "KIYAI",
		"USTADZ", "USTAD", "USTAZ", "USTADZAH", "USTADZA", "ALM", "ALMH", "ALMARHUM", "ALMARHUMAH", "ALMRH", "PENDETA", "PASTOR")
	add(end, "SE", "SH", "ST", "SP", "MM", "MH", "SIP", "SAG", "MSI", "SPD", "SPDI", "SPDK", "SPDSD", "SPDAUD", "SPDH", "SPDB",
		"MPD", "MPDI", "MPDK", "SSOS", "SSOSI", "MSOS", "SKOM", "SKOMI", "MKOM", "SKM", "MKM", "SKEP", "MKEP", "SKED", "SKG", "SKH",
		"MKES", "SKEB", "STRKEB", "STRKES", "STRKEP", "STRGZ", "SGZ", "SFARM", "MFARM", "SSI", "SSN", "SSTP", "SSTPAR", "SST", "STP",
		"STHI", "SHI", "SHUM", "SHUT", "MHUM", "MHI", "MHAN", "SPT", "MPT", "SPI", "SPSI", "MPSI", "SPAK", "SIK", "SIKOM", "MIKOM",
		"SIPEM", "SEI", "SESY", "SEAK", "MSAK", "SADM", "SIAN", "SKPM", "SFIL", "SFILI", "SSY", "STRPT", "STRSOS", "STRPI",
		"AMD", "AMDKEB", "AMDKEP", "AMDKES", "AMDKEU", "AMDPD", "AMDAK", "AMDSOS", "AMDKL", "AMDGZ", "AMDKOM", "AMDFARM", "AMAPD",
		"AMAPDSD", "AMKEB", "AMKEP", "AMKG", "AMKL", "AMK", "AMG", "MBA", "MSC", "BSC", "PHD", "MPH", "MMPD", "MMSI", "MKN", "LLM",
		"NERS", "LC", "STH", "MTH", "MEI", "MPAR", "MIP", "MPA", "SMPH", "MMA", "MTI")
	add(endDotted, "MA", "SI", "PD", "SS", "SM", "MT", "MP", "ME", "MS", "MAP", "MAG", "MAK", "MARS", "SAP", "SAB", "SAN", "SAK",
		"SSAR", "SAR", "AMA", "APT", "BA", "BE", "BBA", "CA", "AK", "AR", "MED", "MENG", "MSY", "MESY", "SPN", "SPB", "SPOG", "SPA",
		"SPPD", "SPM", "SPTHT", "SPJP", "CPNS", "QIA", "CHT", "SARS", "MSP", "MSM", "MAB", "STEKP", "H", "IR", "DR", "MD", "SOS", "KEB", "KEP",
		"NS", "PGSD", "PAUD")
}

// notAName are the words that stand where a name is not known.
var notAName = map[string]bool{
	"NULL": true, "NIHIL": true, "NONE": true, "NA": true, "NAN": true, "XX": true, "XXX": true, "XXXX": true, "X": true,
	"TIDAK ADA": true, "TIDAK ADA NAMA": true, "TIDAK DIKETAHUI": true, "TIDAK TAHU": true, "TIDAK TERDATA": true,
	"TANPA NAMA": true, "BELUM ADA": true, "BELUM ADA NAMA": true, "BELUM DIBERI NAMA": true, "KOSONG": true, "TDK ADA": true,
	"TDK DIKETAHUI": true, "ANONIM": true, "NO NAME": true, "UNKNOWN": true, "T A": true, "N A": true,
	"ALM": true, "ALMH": true, "ALMARHUM": true, "ALMARHUMAH": true, "DATA TIDAK DITEMUKAN": true,
}

// dropTitles removes titles before, after and inside the name, as long as a
// word of the name is left.
func (t *text) dropTitles() {
	for changed := true; changed; {
		changed = t.dropFront() || t.dropEnd() || t.dropInside()
	}
}

func (t *text) dropFront() bool {
	if t.count < 2 {
		return false
	}
	b := t.bytes(0)
	if titles[string(b)]&(front|anywhere) != 0 && t.leaves(1, t.count) {
		t.drop(0, 1)
		return true
	}
	// HM. YUSUF and H.M. YUSUF: Haji Muhammad. HA. and the like are initials.
	if len(b) == 2 && b[0] == 'H' && b[1] == 'M' && t.leaves(1, t.count) {
		t.words[0].from++
		return true
	}
	return false
}

func (t *text) dropInside() bool {
	for i := 1; i < t.count; i++ {
		if titles[string(t.bytes(i))]&anywhere != 0 && t.leaves(0, i) {
			t.drop(i, i+1)
			return true
		}
	}
	return false
}

// dropEnd removes one degree after the name. It may be written apart: S. Pd.
// I, A.Md.Keb; so up to four words are tried together, the longest first.
func (t *text) dropEnd() bool {
	var joined [24]byte
	for k := min(4, t.count-1); k >= 1; k-- {
		n, dotted, tight := 0, t.words[t.count-k].comma, true
		for i := t.count - k; i < t.count; i++ {
			b := t.bytes(i)
			if n+len(b) > len(joined) {
				n = 0
				break
			}
			n += copy(joined[n:], b)
			if i > t.count-k {
				tight = tight && t.words[i].tight
			}
		}
		if n == 0 {
			continue
		}
		p := titles[string(joined[:n])]
		first := t.bytes(t.count - k)
		if k == 1 {
			dotted = dotted || t.words[t.count-1].dot && n > 1
		} else {
			// Two words become a degree only when the first is a letter or
			// two and the parts hang together; AHMAD S E has two initials.
			if len(first) > 2 {
				continue
			}
			if tight {
				dotted = true
			}
			if !dotted && (n < 3 || len(first) > 1) {
				continue
			}
		}
		if p&(end|anywhere) == 0 && !(p&endDotted != 0 && dotted) {
			continue
		}
		if t.leaves(0, t.count-k) {
			t.count -= k
			return true
		}
	}
	return false
}

// leaves reports whether the words from i up to j still hold a name: one word
// of two letters or more that is no title itself.
func (t *text) leaves(i, j int) bool {
	for ; i < j; i++ {
		b := t.bytes(i)
		if i == 0 && len(b) == 1 && b[0] == 'M' {
			return true
		}
		if len(b) > 1 && titles[string(b)]&(front|anywhere) == 0 {
			return true
		}
	}
	return false
}
