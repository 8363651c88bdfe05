package synth

import "strings"

// Common given names in falling order of frequency, from general knowledge of
// English-speaking countries; the order is this project's own.
const (
	englishMale = `john william james george thomas henry charles robert joseph edward richard samuel david peter daniel
 michael benjamin alexander francis frederick arthur walter andrew philip patrick stephen matthew hugh ralph joshua jack
 lachlan liam nicholas harrison mitchell dylan jordan luke ryan jake kyle cooper ethan noah riley jayden blake logan connor
 oscar angus lewis aidan zachary tyler brodie finn archer callum hamish jasper caleb bailey flynn declan marcus toby reuben
 kane elliot corey hayden lincoln beau tristan sean leo christian sebastian jonathan nathaniel ambrose gilbert edmund
 humphrey roger simon laurence gregory martin christopher anthony timothy leonard albert ernest alfred harold stanley`
	englishFemale = `mary elizabeth anne sarah margaret jane catherine alice emily charlotte emma isabella sophie olivia
 chloe jessica hannah georgia lucy amelia grace ruby lily ella mia zoe molly matilda abigail alexandra samantha rebecca
 victoria eleanor martha frances dorothy florence harriet caroline louisa susan helen rose edith ada clara agnes ellen
 jasmine madison caitlin paige taylor hayley bethany brooke tahlia amber kiara imogen phoebe holly mikayla eliza freya
 jade tara lara bridget rosalie claudia stephanie natalie rachel kate laura julia annabel sienna india poppy evie ivy
 winifred beatrice gertrude lydia priscilla judith joanna philippa cecily mabel maud isabel barbara joan agatha`
	germanMale = `hans peter michael thomas wolfgang klaus juergen guenter stefan christian uwe werner horst frank dieter
 manfred gerhard andreas bernd torsten mathias helmut walter heinz martin joerg rolf jens sven alexander jan rainer holger
 karl dirk joachim ralf carsten herbert oliver wilhelm kurt heinrich christoph axel udo volker norbert georg erich otto`
	germanFemale = `ursula maria monika petra elisabeth sabine renate helga karin brigitte ingrid erika andrea gisela
 claudia susanne gabriele christa christine hildegard anna birgit barbara gertrud martina angelika irmgard heike katrin
 silke nicole stefanie anja kerstin ute jutta doris marianne ruth inge elke heidi edith anke bettina cornelia regina`
	englishSurnames = `smith jones white brown taylor wilson clarke green hall wood thomas campbell ryan martin webb reid
 nguyen matthews turner hill young king wright scott baker carter mason hunter palmer fisher walker cooper marsh shepherd
 foster potter gardiner fletcher chandler carver miller archer tanner harper piper dyer mercer sawyer porter thatcher
 north east field lane banks brooks rivers dale heath moore knowles stone pitt ford bridges church parish castle hurst`
	germanSurnames = `mueller schmidt schneider fischer weber meyer wagner becker schulz hoffmann schaefer koch bauer
 richter klein wolf schroeder neumann schwarz zimmermann braun krueger hofmann hartmann lange schmitt werner schmitz
 krause meier lehmann schmid schulze maier koehler herrmann koenig walter mayer huber kaiser fuchs peters lang scholz
 moeller weiss jung hahn schubert vogel friedrich keller guenther frank berger winkler roth beck lorenz baumann franke`
	surnameHeads = `ash beck brad bran burn carl chad cran dun ea far fair gar glen gran hal har hart hath hay hol hor
 ken kirk lang lin mal mer mil nor oak pem pen rad red rose row sand sher shir stan sut thorn tun wal war wat wes whit win wood wyn`
	surnameTails = `bury by combe cott croft dale den don field ford gate ham hurst kins land ley low man more ness over
 ridge ridge se sett shaw stead ston ter thorpe ton wall well wick with wood worth`
	germanTails = `acker bach berg born brink bruch dorf eck feld furt hagen haus heim hof horst kamp land loh mann meier
 moser rath reuter rode stein thal wald weiler winkel`
	streetHeads = `angas barker bluebell booth camden carrow clift cotter delia duffy dunbar ellery fenton gaunt gilles
 hakea hawdon hodson jarrah kellet lanyon lorimer macrae marron nardoo orchid parry quandong ridley sawle tarrant upland
 verco wandoo yarra barron chippin deakin eltham furneaux garran hurley ibis jackie keira lambrigg mugga newman ogilvie`
	streetKinds = `street street street street place place crescent crescent close avenue circuit road court drive`
	houseNames  = `rosedene fairholme the-pines glenview willow-park hillcrest rivendene ashgrove brindabella-view
 ocean-park the-meadows sunnyside wattle-lodge the-old-mill northside-units ridgeway-village lakeside-caravan-park`
	suburbHeads = `bal bar ben birk black bond bur cam car cen clay cor dan dee dul east elm far gal glen gor green hamp
 haw hill ivan jam kel kin lake lan lil mal mar mer mor nar new nor oak or pad pen pin port red ros sand shel south ster sun
 tam ten tor up ver wal wan west wil wood yar`
	suburbTails = `alla ara bah borough bourne bridge brook burra bury by chester dale den field fields ford garra gong
 grove ham harbour haven hill hills holm hurst kurra lands leigh ling long lyn mere mouth na ong park point ra ridge side
 stead ton town vale view ville warra wick wood worth`
	trades = `politician politician politician writer writer soldier officer cleric cleric priest lawyer barrister merchant
 painter engraver architect engineer physician surgeon chemist botanist naturalist cricketer cricketer footballer rower
 actor composer organist poet novelist playwright journalist historian translator philosopher teacher schoolmaster diplomat
 banker brewer publisher printer bookseller astronomer mathematician explorer sculptor photographer illustrator geologist`
	counties = `cornwall devon dorset somerset wiltshire hampshire sussex kent surrey essex suffolk norfolk lincolnshire
 yorkshire lancashire cumberland durham northumberland cheshire shropshire herefordshire gloucestershire oxfordshire
 berkshire warwickshire staffordshire derbyshire nottinghamshire leicestershire rutland glamorgan gwynedd`
	mailHosts = `mailbox post homepage webmail inbox letterbox office county union harbour summit river`
)

func fields(s string) []string {
	list := strings.Fields(s)
	for i, w := range list {
		list[i] = strings.ReplaceAll(w, "-", " ")
	}
	return list
}

// combined appends to list every head with every tail, the nearest to the
// front of both first, so that the tail of the list is long and rare.
func combined(list []string, heads, tails string) []string {
	h, t := strings.Fields(heads), strings.Fields(tails)
	seen := map[string]bool{}
	for _, w := range list {
		seen[w] = true
	}
	for sum := range len(h) + len(t) - 1 {
		for i := max(0, sum-len(t)+1); i <= min(sum, len(h)-1); i++ {
			if w := h[(i*7)%len(h)] + t[(sum-i)*5%len(t)]; !seen[w] {
				seen[w] = true
				list = append(list, w)
			}
		}
	}
	return list
}

// Lists shared by the sets. The flat start of each Zipf law is chosen so that
// the commonest surname has a share of about 1 % and the commonest given name
// of about 3 %, as national counts show; historical given names are steeper.
var (
	givenNames   = [2]*words{newWords(fields(englishMale), 8), newWords(fields(englishFemale), 8)}
	oldNames     = [2]*words{newWords(fields(englishMale), 3), newWords(fields(englishFemale), 3)}
	surnames     = newWords(combined(fields(englishSurnames), surnameHeads, surnameTails), 12)
	germanGiven  = [2]*words{newWords(fields(germanMale), 10), newWords(fields(germanFemale), 10)}
	germanFamily = newWords(combined(fields(germanSurnames), surnameHeads+" stein alten bieber dietz eber gross hoch katz lauter nieder ober",
		germanTails), 14)
	streets    = newWords(combined(fields(streetHeads), surnameHeads, "ton ley wood man field shaw"), 30)
	roadKinds  = fields(streetKinds)
	properties = fields(houseNames)
	suburbs    = newWords(combined(nil, suburbHeads, suburbTails), 60)
	towns      = newWords(combined(nil, suburbHeads, "ton ham bury ford chester wick mouth bridge field ley stead by"), 20)
	shires     = fields(counties)
	states     = fields("nsw nsw nsw vic vic vic qld qld wa sa tas act nt")
	callings   = newWords(fields(trades), 12)
	hosts      = fields(mailHosts)
)

// shortForms are names by which the bearers of a name are also written.
var shortForms = map[string][]string{
	"john": {"jack", "jno", "johnny"}, "william": {"bill", "will", "wm", "billy"}, "james": {"jim", "jas", "jamie"}, "george": {"geo", "georgie"},
	"thomas": {"tom", "thos", "tommy"}, "henry": {"harry", "hal"}, "charles": {"charlie", "chas"}, "robert": {"bob", "rob", "robt"},
	"joseph": {"joe", "jos"}, "edward": {"ned", "ted", "edwd"}, "richard": {"dick", "richd", "rick"}, "samuel": {"sam", "saml"},
	"david": {"davy", "dave"}, "daniel": {"dan", "danl"}, "michael": {"mike", "mick"}, "benjamin": {"ben", "benj"},
	"alexander": {"alex", "sandy", "alexr"}, "francis": {"frank", "fras"}, "frederick": {"fred", "fredk"}, "arthur": {"art"},
	"walter": {"walt", "wat"}, "andrew": {"andy", "drew"}, "philip": {"phil"}, "patrick": {"pat", "paddy"}, "stephen": {"steve"},
	"matthew": {"matt"}, "nicholas": {"nick"}, "christopher": {"chris", "kit"}, "anthony": {"tony"}, "timothy": {"tim"},
	"edmund": {"ned", "ed"}, "laurence": {"larry"}, "gilbert": {"gil"}, "albert": {"bert"}, "alfred": {"alf"}, "nathaniel": {"nat"},
	"mary": {"polly", "molly", "may"}, "elizabeth": {"eliza", "bess", "betty", "eliz"}, "anne": {"annie", "nancy", "ann"}, "sarah": {"sally", "sadie"},
	"margaret": {"maggie", "peggy", "margt"}, "jane": {"jenny", "janet"}, "catherine": {"kate", "kitty", "katherine"}, "alice": {"elsie"},
	"emily": {"emmy"}, "charlotte": {"lottie"}, "isabella": {"bella"}, "rebecca": {"becky"}, "victoria": {"vicky"}, "eleanor": {"nell", "nora"},
	"martha": {"patty"}, "frances": {"fanny", "fran"}, "dorothy": {"dolly", "dora"}, "florence": {"flo"}, "harriet": {"hattie"},
	"caroline": {"carrie"}, "louisa": {"lou"}, "susan": {"sue", "susannah"}, "helen": {"nell"}, "beatrice": {"bea"}, "gertrude": {"gertie"},
}

// place is a town with what depends on it.
type place struct {
	name, region string
	post         int
}

// town numbers the towns: the same rank has the same postcode everywhere.
func town(w *words, rank int, regions []string) place {
	h := mix(uint64(rank) + 77)
	return place{w.list[rank], regions[h%uint64(len(regions))], int(h >> 20 % 8000)}
}
