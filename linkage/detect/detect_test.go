package detect

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A file is a header and a few made rows, as an office or a laboratory writes them.
type file struct {
	name string
	csv  string
	want string
}

var files = []file{
	{"FEBRL", `rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, age, phone_number, soc_sec_id
rec-223-org, , waller, 6, tullaroop street, willaroo, st james, 4011, wa, 19081209, 42, 08 38827281, 6988048
rec-122-org, lachlan, berry, 69, giblin street, killarney, bittern, 4814, qld, 19990219, 31, 02 54920381, 7364009
rec-223-dup-0, , waller, 6, tullaroop street, willaroo, st james, 4011, wa, 19081209, 42, 08 38827281, 6988048
rec-3-dup-1, deakin, sondergeld, 48, goldfinch circuit, kooltuo, canterbury, 2776, vic, 19600210, 29, 04 12345678, 2635962`,
		`rec_id=record_id given_name=given_name surname=surname street_number=street_number address_1=street address_2=street suburb=city postcode=postcode
		state=state date_of_birth=birth_date age=derived phone_number=phone soc_sec_id=person_id`},
	{"Splink fake_1000", `unique_id,first_name,surname,dob,city,email,cluster
0,Robert,Alan,1971-06-24,,robert255@smith.net,0
1,Robert,Allen,1971-05-24,,roberta25@smith.net,0
2,Rob,Allen,1971-06-24,London,roberta25@smith.net,0
3,Robert,Alen,1971-06-24,Lonon,,0
4,Grace,,1997-04-26,Hull,grace.kelly52@jones.com,1`,
		`unique_id=record_id first_name=given_name surname=surname dob=birth_date city=city email=email cluster=truth`},
	{"historical", `unique_id,cluster,full_name,first_and_surname,first_name,surname,dob,birth_place,postcode_fake,gender,occupation
Q2296770-1,Q2296770,"thomas clifford, 1st baron clifford of chudleigh",thomas chudleigh,thomas,chudleigh,1630-08-01,devon,tq13 8df,male,politician
Q2296770-2,Q2296770,thomas of chudleigh,thomas chudleigh,thomas,chudleigh,1630-08-01,devon,tq13 8df,male,politician
Q2296770-3,Q2296770,tom clifford of chudleigh,tom chudleigh,tom,chudleigh,1630-08-01,devon,tq13 8df,male,politician
Q1-1,Q1,mary ann miller,mary miller,mary,miller,,kent,ct1 2ab,female,writer`,
		`unique_id=record_id cluster=truth full_name=derived first_and_surname=derived first_name=given_name surname=surname dob=birth_date birth_place=birth_place
		postcode_fake=postcode gender=sex occupation=occupation`},
	{"RLdata", `fname_c1,fname_c2,lname_c1,lname_c2,by,bm,bd,ent_id
CARSTEN,NA,MEIER,NA,1949,7,22,34
GERD,NA,BAUER,NA,1968,7,27,51
ROBERT,NA,HARTMANN,NA,1930,4,30,115
STEFAN,NA,WOLFF,NA,1957,9,2,189
RALF,JUERGEN,KRUEGER,NA,1966,1,13,72
GERD,NA,BAUERH,NA,1968,7,27,51`,
		`fname_c1=given_name fname_c2=middle_name lname_c1=surname lname_c2=constant by=birth_year bm=birth_month bd=birth_day ent_id=truth`},
	{"Dukcapil", `NIK,NO_KK,NAMA_LGKP,TMPT_LHR,TGL_LHR,JENIS_KLMIN,NAMA_LGKP_IBU,ALAMAT,NO_RT,NO_RW,NAMA_KEL,NAMA_KEC,JENIS_PKRJN,AGAMA
7203994507890001,7203990101120001,SITI AMINAH,DONGGALA,05/07/1989,PEREMPUAN,HALIMA,JL POROS 4,1,2,LABEAN,BALAESANG,PETANI,ISLAM
7203990107750002,7203990101120001,ABDUL RAHMAN,PALU,01/07/1975,LAKI-LAKI,NURJANA,JL POROS 4,1,2,LABEAN,BALAESANG,NELAYAN,ISLAM
7203991203010003,7203990101120009,MOH. RIZAL,DONGGALA,12/03/2001,LAKI-LAKI,SITI AMINAH,DUSUN II,3,1,TAMBU,BALAESANG,PELAJAR,ISLAM`,
		`NIK=person_id NO_KK=household_id NAMA_LGKP=full_name TMPT_LHR=birth_place TGL_LHR=birth_date JENIS_KLMIN=sex NAMA_LGKP_IBU=mother_name ALAMAT=street
		NO_RT=unit NO_RW=unit NAMA_KEL=city NAMA_KEC=constant JENIS_PKRJN=occupation AGAMA=constant`},
	{"camel and spaces", "RecordID,FirstName,Last Name,Date of Birth (dd/mm/yyyy),MothersMaidenName,ZIP,Truth ID\n1,Ana,Silva,01/02/1980,Costa,90210,7\n2,Rui,Gomes,31/12/1975,Lima,90211,8\n3,Ana,Sylva,01/02/1980,Costa,90210,7",
		`RecordID=record_id FirstName=given_name Last|Name=surname Date|of|Birth|(dd/mm/yyyy)=birth_date MothersMaidenName=mother_name ZIP=postcode Truth|ID=truth`},
	{"no headers that speak", `a,b,c,d,e,f
7203994507890001,7203990101120001,SITI AMINAH,1989-07-05,P,siti@contoh.id
7203990107750002,7203990101120001,ABDUL RAHMAN,1975-07-01,L,abdul@contoh.id
7203991203010003,7203990101120009,MOH. RIZAL,2001-03-12,L,
7203995509900004,7203990101120009,NUR HAYATI,1990-09-15,P,nur@contoh.id`,
		`a=person_id b=household_id c=full_name d=birth_date e=sex f=email`},
	{"headers that lie", "name,dob,email\n7203994507890001,SITI AMINAH,x\n7203990107750002,ABDUL RAHMAN,y\n7203991203010003,MOH. RIZAL DG. MATUTU,z",
		`name=person_id dob=full_name email=unused`},
	{"labels under other names", "id,person,group,x\n1,ANI LESTARI,7,3\n2,BUDI HARTONO,8,9\n3,ANI LESTARI,7,4\n4,CICI DEWI,9,5",
		`id=record_id person=full_name group=truth x=unused`},
	{"an id that repeats is a person", "id,nama,tanggal_lahir\n1,ANI,1990-01-02\n1,ANNI,1990-01-02\n2,BUDI,1980-03-04\n2,BUDDI,1980-03-04\n3,CICI,1970-05-06\n3,CICIH,1970-05-06",
		`id=truth nama=full_name tanggal_lahir=birth_date`},
}

func table(text string) ([]string, [][]string) {
	var rows [][]string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		var cells []string
		for i, part := range strings.Split(line, `"`) {
			if i%2 == 1 {
				cells[len(cells)-1] += part
				continue
			}
			for j, c := range strings.Split(part, ",") {
				if i > 0 && j == 0 {
					continue
				}
				cells = append(cells, strings.TrimSpace(c))
			}
		}
		rows = append(rows, cells)
	}
	return rows[0], rows[1:]
}

func TestColumnsAreRecognised(t *testing.T) {
	for _, f := range files {
		t.Run(f.name, func(t *testing.T) {
			header, rows := table(f.csv)
			want := map[string]Role{}
			for pair := range strings.FieldsSeq(f.want) {
				column, role, _ := strings.Cut(pair, "=")
				want[strings.ReplaceAll(column, "|", " ")] = Role(role)
			}
			got := map[string]Role{}
			for _, g := range Columns(header, rows, nil) {
				got[g.Column] = g.Role
				if g.Why("en") == "" || g.Why("id") == "" {
					t.Errorf("%s has no reason", g.Column)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTruthAndIdentityAreNeverCompared(t *testing.T) {
	for _, f := range files {
		header, rows := table(f.csv)
		guesses := Columns(header, rows, nil)
		p, err := Propose(guesses, rows)
		if err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		for _, g := range guesses {
			for _, field := range p.Fields {
				if field == g.Column && !g.Role.Compared() {
					t.Errorf("%s: the model reads %s, which is %s", f.name, field, g.Role)
				}
			}
		}
	}
}

func TestTheCallerKnowsBetter(t *testing.T) {
	header, rows := table("x,y\nANI,1\nBUDI,2")
	got := Columns(header, rows, map[string]Role{"x": Surname, "y": Unused})
	if got[0].Role != Surname || got[1].Role != Unused || !got[0].Said {
		t.Errorf("got %v %v", got[0].Role, got[1].Role)
	}
}

func TestAmericanDaysAreSeenByOneDayAboveTwelve(t *testing.T) {
	header, rows := table("dob\n01/02/1980\n03/04/1975\n12/31/1990\n11/30/1991")
	g := Columns(header, rows, nil)[0]
	if g.Layout != "01/02/2006" {
		t.Errorf("layout %s", g.Layout)
	}
}

func TestAStateThatFollowsFromThePostcodeIsNotCountedTwice(t *testing.T) {
	header := []string{"name", "dob", "postcode", "state"}
	var rows [][]string
	for i := range 400 {
		post := i % 20
		rows = append(rows, []string{fmt.Sprintf("person%c%c", 'a'+i%26, 'a'+i/26), fmt.Sprintf("19%02d-01-%02d", i%97, 1+i%28), fmt.Sprint(2000 + post), []string{"nsw", "vic", "qld"}[post%3]})
	}
	guesses := Columns(header, rows, nil)
	if guesses[3].Role != Derived {
		t.Errorf("state is %s", guesses[3].Role)
	}
	for i := range rows {
		rows[i][3] = []string{"nsw", "vic", "qld"}[i*7/20%3]
	}
	if guesses = Columns(header, rows, nil); guesses[3].Role != State {
		t.Errorf("an independent state is %s", guesses[3].Role)
	}
}

func FuzzColumns(f *testing.F) {
	for _, c := range files {
		f.Add(c.csv)
	}
	f.Fuzz(func(t *testing.T, text string) {
		header, rows := table(text + "\n")
		seen := map[string]bool{}
		for _, h := range header {
			if seen[h] {
				return
			}
			seen[h] = true
		}
		guesses := Columns(header, rows, nil)
		if len(guesses) != len(header) {
			t.Fatalf("%d guesses for %d columns", len(guesses), len(header))
		}
		for _, g := range guesses {
			if !g.Role.Known() {
				t.Errorf("%q is %q", g.Column, g.Role)
			}
		}
		p, err := Propose(guesses, rows)
		if err != nil {
			return
		}
		if n := len(p.Model.Comparisons); n == 0 || n > maxComparisons || len(p.Model.Blocking) == 0 {
			t.Errorf("%d comparisons, %d rules", n, len(p.Model.Blocking))
		}
	})
}
