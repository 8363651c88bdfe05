package account

import "slices"

// Role is one of the offices of domain brief §5.4. A user has exactly one.
type Role string

// The roles. Their names for people are in the catalogue under "role.<name>".
const (
	VillageOperator Role = "village_operator" // operator desa/kelurahan
	FieldWorker     Role = "field_worker"     // TKSK, pendamping
	Operator        Role = "operator"         // operator Dinsos
	Verifier        Role = "verifier"         // verifikator
	SectionHead     Role = "section_head"     // Kabid
	Head            Role = "head"             // Kepala Dinas
	Treasurer       Role = "treasurer"        // PPTK, PPK-SKPD, bendahara
	Distributor     Role = "distributor"      // petugas penyalur, Pos, bank
	Auditor         Role = "auditor"          // Inspektorat, BPK
	Admin           Role = "admin"            // admin TI
)

// Roles lists every role in the order of the delivery chain.
func Roles() []Role {
	return []Role{VillageOperator, FieldWorker, Operator, Verifier, SectionHead, Head, Treasurer, Distributor, Auditor, Admin}
}

// Known reports whether r is one of Roles.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Local reports whether r works in villages and is never given a whole regency.
func (r Role) Local() bool { return r == VillageOperator || r == FieldWorker }

// TouchesPeople reports whether r enters, judges or pays beneficiaries, so that
// his own NIK and KK belong in the conflict-of-interest register.
func (r Role) TouchesPeople() bool { return r.Known() && r != Auditor && r != Admin }

// Action is something a route does. Every route declares exactly one.
type Action string

// The actions. A name says thing and deed.
const (
	Public           Action = "public"            // before log-in
	Self             Action = "self"              // own account, help, language
	HomeView         Action = "home.view"         // Beranda
	RegistryView     Action = "registry.view"     // lists and profiles
	RegistryEdit     Action = "registry.edit"     // correct a person or family
	RegistryReveal   Action = "registry.reveal"   // open one masked value
	RegistryExport   Action = "registry.export"   // take a list out
	ImportView       Action = "import.view"       // batches
	ImportUpload     Action = "import.upload"     // upload, map, check
	ImportApply      Action = "import.apply"      // put a checked batch in
	ImportUndo       Action = "import.undo"       // take a batch out again
	IndicationView   Action = "indication.view"   // queues of validation
	IndicationDecide Action = "indication.decide" // first decision
	IndicationReview Action = "indication.review" // second person
	ProgramView      Action = "program.view"      // programmes, rules, rankings, decrees
	ProgramDraft     Action = "program.draft"     // write a programme or rule version
	ProgramActivate  Action = "program.activate"  // approve a rule version
	RankingRun       Action = "ranking.run"       // evaluate and rank
	DecreePropose    Action = "decree.propose"    // from ranking to decree
	DecreeSign       Action = "decree.sign"       // number, date, signed PDF
	PayListFreeze    Action = "paylist.freeze"    // daftar bayar
	PayoutView       Action = "payout.view"       // pay lists, sites, reconciliation
	HandoverRecord   Action = "handover.record"   // given, not given
	ReconcileClose   Action = "reconcile.close"   // berita acara rekonsiliasi
	LedgerView       Action = "ledger.view"       // audit page
	UserView         Action = "user.view"         // accounts
	UserManage       Action = "user.manage"       // invite, change, deactivate
)

// grants is the whole policy. Its shape is the separation of duties of domain
// brief §5.4: who enters does not verify, who verifies does not decree, who
// pays does not choose, the administrator of machines sees no beneficiary.
var grants = map[Action][]Role{
	HomeView:         {VillageOperator, FieldWorker, Operator, Verifier, SectionHead, Head, Treasurer, Distributor, Auditor, Admin},
	RegistryView:     {VillageOperator, FieldWorker, Operator, Verifier, SectionHead, Head, Auditor},
	RegistryEdit:     {VillageOperator, Operator},
	RegistryReveal:   {Operator, Verifier, SectionHead, Auditor},
	RegistryExport:   {Operator, Verifier, SectionHead, Head, Auditor},
	ImportView:       {VillageOperator, Operator, Verifier, SectionHead, Head, Auditor},
	ImportUpload:     {VillageOperator, Operator},
	ImportApply:      {Operator},
	ImportUndo:       {Operator},
	IndicationView:   {Verifier, SectionHead, Head, Auditor},
	IndicationDecide: {Verifier},
	IndicationReview: {SectionHead},
	ProgramView:      {Operator, Verifier, SectionHead, Head, Treasurer, Auditor},
	ProgramDraft:     {SectionHead},
	ProgramActivate:  {Head},
	RankingRun:       {SectionHead},
	DecreePropose:    {SectionHead},
	DecreeSign:       {Head},
	PayListFreeze:    {Treasurer},
	PayoutView:       {SectionHead, Head, Treasurer, Distributor, Auditor},
	HandoverRecord:   {Distributor},
	ReconcileClose:   {Treasurer},
	LedgerView:       {Head, SectionHead, Auditor},
	UserView:         {Head, Auditor, Admin},
	UserManage:       {Admin},
}

// Actions lists every action that a role must be granted, sorted.
func Actions() []Action {
	out := make([]Action, 0, len(grants))
	for a := range grants {
		out = append(out, a)
	}
	slices.Sort(out)
	return out
}

// May reports whether role may do action. Public is for everybody, Self for
// everybody who is logged in.
func (r Role) May(a Action) bool {
	switch a {
	case Public:
		return true
	case Self:
		return r.Known()
	}
	return slices.Contains(grants[a], r)
}

// separated lists pairs of actions that one role must never hold together.
var separated = [][2]Action{
	{ImportApply, IndicationDecide},      // enters ≠ verifies
	{RegistryEdit, IndicationDecide},     // corrects ≠ verifies
	{IndicationDecide, IndicationReview}, // first ≠ second person
	{IndicationDecide, DecreePropose},    // verifies ≠ decrees
	{ProgramDraft, ProgramActivate},      // writes a rule ≠ approves it
	{RankingRun, DecreeSign},             // ranks ≠ signs
	{DecreePropose, DecreeSign},          // proposes ≠ signs
	{DecreeSign, PayListFreeze},          // signs ≠ pays
	{DecreePropose, HandoverRecord},      // chooses ≠ pays
	{PayListFreeze, HandoverRecord},      // lists ≠ hands over
	{HandoverRecord, ReconcileClose},     // hands over ≠ reconciles
	{UserManage, RegistryView},           // machines ≠ beneficiaries
}
