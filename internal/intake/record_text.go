package intake

import (
	"encoding/json"
	"fmt"

	"tepat/internal/civil"
	"tepat/internal/money"
	"tepat/internal/nik"
	"tepat/internal/region"
	"tepat/internal/registry"
)

// storedRecord is a Record as a waiting row keeps it. It holds the numbers in
// digits: their own types write themselves masked.
type storedRecord struct {
	NIK        string `json:"nik,omitempty"`
	KK         string `json:"kk,omitempty"`
	Name       string `json:"name,omitempty"`
	Sex        string `json:"sex,omitempty"`
	BirthOn    string `json:"birth_on,omitempty"`
	Precision  string `json:"precision,omitempty"`
	BirthPlace string `json:"birth_place,omitempty"`
	Mother     string `json:"mother,omitempty"`
	Relation   int    `json:"relation,omitempty"`
	Occupation string `json:"occupation,omitempty"`
	Address    string `json:"address,omitempty"`
	RT         string `json:"rt,omitempty"`
	RW         string `json:"rw,omitempty"`
	Hamlet     string `json:"hamlet,omitempty"`
	Village    string `json:"village,omitempty"`
	Desil      int    `json:"desil,omitempty"`
	Rank       int    `json:"rank,omitempty"`
	RankedOn   string `json:"ranked_on,omitempty"`
	Program    string `json:"program,omitempty"`
	Amount     int64  `json:"amount,omitempty"`
	EventOn    string `json:"event_on,omitempty"`
	Grade      string `json:"grade,omitempty"`
	Document   string `json:"document,omitempty"`
	Answer     string `json:"answer,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Note       string `json:"note,omitempty"`
}

// Text writes r for ParseRecord, with its numbers in digits: it is for a column
// that is as guarded as the registry's own.
func (r *Record) Text() (string, error) {
	b, err := json.Marshal(storedRecord{r.NIK.Reveal(), r.KK.Reveal(), r.Name, string(r.Sex), r.BirthOn.String(), string(r.Precision), r.BirthPlace, r.Mother,
		int(r.Relation), r.Occupation, r.Address, r.RT, r.RW, r.Hamlet, string(r.Village), r.Desil, r.Rank, r.RankedOn.String(), r.Program,
		int64(r.Amount), r.EventOn.String(), r.Grade, r.Document, r.Answer, r.Reason, r.Note})
	return string(b), err
}

// ParseRecord reads what Text wrote.
func ParseRecord(text string) (Record, error) {
	var s storedRecord
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return Record{}, fmt.Errorf("intake: record of a row: %w", err)
	}
	r := Record{NIK: nik.NIK(s.NIK), KK: nik.KK(s.KK), Name: s.Name, Sex: nik.Sex(s.Sex), Precision: registry.Precision(s.Precision),
		BirthPlace: s.BirthPlace, Mother: s.Mother, Relation: registry.Relation(s.Relation), Occupation: s.Occupation, Address: s.Address,
		RT: s.RT, RW: s.RW, Hamlet: s.Hamlet, Village: region.Code(s.Village), Desil: s.Desil, Rank: s.Rank, Program: s.Program,
		Amount: money.Rupiah(s.Amount), Grade: s.Grade, Document: s.Document, Answer: s.Answer, Reason: s.Reason, Note: s.Note}
	for _, d := range []struct {
		to   *civil.Date
		text string
	}{{&r.BirthOn, s.BirthOn}, {&r.RankedOn, s.RankedOn}, {&r.EventOn, s.EventOn}} {
		if d.text == "" {
			continue
		}
		day, err := civil.Parse(d.text)
		if err != nil {
			return Record{}, fmt.Errorf("intake: record of a row: %w", err)
		}
		*d.to = day
	}
	return r, nil
}
