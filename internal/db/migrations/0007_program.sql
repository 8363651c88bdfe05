-- Programmes: published rules, candidates, rankings and decrees.

CREATE TABLE program (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	unit TEXT NOT NULL,
	fund TEXT NOT NULL,
	channel TEXT NOT NULL,
	state TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_at TEXT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id)
);
CREATE UNIQUE INDEX program_code ON program (regency, code);

-- rules and spec are the exact bytes that were approved; their digests are
-- taken over these bytes and never over a re-encoding.
CREATE TABLE rule_version (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	program_id TEXT NOT NULL,
	number BIGINT NOT NULL,
	state TEXT NOT NULL,
	valid_from TEXT,
	valid_until TEXT,
	legal_basis TEXT NOT NULL,
	amount_month_idr BIGINT NOT NULL,
	months_n BIGINT NOT NULL,
	quota_n BIGINT NOT NULL,
	budget_idr BIGINT NOT NULL,
	reserve_n BIGINT NOT NULL,
	source TEXT NOT NULL,
	rules TEXT NOT NULL,
	rules_digest TEXT NOT NULL,
	spec TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_at TEXT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at TEXT,
	approved_by TEXT NOT NULL,
	approved_at TEXT,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, program_id) REFERENCES program (regency, id)
);
CREATE UNIQUE INDEX rule_version_number ON rule_version (regency, program_id, number);
CREATE UNIQUE INDEX rule_version_active ON rule_version (regency, program_id) WHERE state = 'active';

-- One row of a list that somebody sent for a programme. listed_name is as the
-- list writes it: two rows may name one family.
CREATE TABLE candidate (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	program_id TEXT NOT NULL,
	family_id TEXT NOT NULL,
	person_id TEXT NOT NULL,
	list_key TEXT NOT NULL,
	listed_name TEXT NOT NULL,
	village TEXT NOT NULL,
	listed_no BIGINT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	note TEXT NOT NULL,
	answered_on TEXT,
	answer_batch_id TEXT NOT NULL,
	answer_row_n BIGINT NOT NULL,
	batch_id TEXT NOT NULL,
	row_n BIGINT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, program_id) REFERENCES program (regency, id),
	FOREIGN KEY (regency, person_id) REFERENCES person (regency, id),
	FOREIGN KEY (regency, family_id) REFERENCES family (regency, id)
);
CREATE INDEX candidate_list ON candidate (regency, program_id, listed_no, id);
CREATE UNIQUE INDEX candidate_row ON candidate (regency, batch_id, row_n);
CREATE INDEX candidate_family ON candidate (regency, family_id);
CREATE INDEX candidate_person ON candidate (regency, person_id);
CREATE INDEX candidate_answer ON candidate (regency, answer_batch_id) WHERE answer_batch_id <> '';

CREATE TABLE ranking (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	program_id TEXT NOT NULL,
	version_id TEXT NOT NULL,
	as_of TEXT NOT NULL,
	state TEXT NOT NULL,
	rules_digest TEXT NOT NULL,
	inputs_digest TEXT NOT NULL,
	result_digest TEXT NOT NULL,
	seed TEXT NOT NULL,
	subjects_n BIGINT NOT NULL,
	in_n BIGINT NOT NULL,
	reserve_n BIGINT NOT NULL,
	below_n BIGINT NOT NULL,
	ineligible_n BIGINT NOT NULL,
	unknown_n BIGINT NOT NULL,
	spent_idr BIGINT NOT NULL,
	line_no BIGINT NOT NULL,
	limit_kind TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_at TEXT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, program_id) REFERENCES program (regency, id),
	FOREIGN KEY (regency, version_id) REFERENCES rule_version (regency, id)
);
CREATE INDEX ranking_program ON ranking (regency, program_id, id);

-- Why lines stand where they stand; one row per different reason of a ranking.
CREATE TABLE ranking_reason (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	ranking_id TEXT NOT NULL,
	reason_no BIGINT NOT NULL,
	state TEXT NOT NULL,
	clause_no TEXT NOT NULL,
	text_id TEXT NOT NULL,
	text_en TEXT NOT NULL,
	subjects_n BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, ranking_id) REFERENCES ranking (regency, id)
);
CREATE INDEX ranking_reason_of ON ranking_reason (regency, ranking_id, reason_no);

-- One row per subject that was judged, eligible or not. It is a snapshot and
-- outlives a person who is taken out of the registry again, so it points there
-- without a foreign key.
CREATE TABLE ranking_line (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	ranking_id TEXT NOT NULL,
	place_no BIGINT NOT NULL,
	state TEXT NOT NULL,
	person_id TEXT NOT NULL,
	family_id TEXT NOT NULL,
	village TEXT NOT NULL,
	listed_no BIGINT NOT NULL,
	reason_no BIGINT NOT NULL,
	policy BIGINT NOT NULL,
	keys TEXT NOT NULL,
	cost_idr BIGINT NOT NULL,
	reserve_no BIGINT NOT NULL,
	decided_by BIGINT NOT NULL,
	tied_n BIGINT NOT NULL,
	PRIMARY KEY (regency, id)
);
CREATE INDEX ranking_line_place ON ranking_line (regency, ranking_id, place_no, id);
CREATE INDEX ranking_line_family ON ranking_line (regency, family_id);

-- Counts of the lines; derived from ranking_line.
CREATE TABLE ranking_tally (
	regency TEXT NOT NULL,
	ranking_id TEXT NOT NULL,
	village TEXT NOT NULL,
	state TEXT NOT NULL,
	reason_no BIGINT NOT NULL,
	subjects_n BIGINT NOT NULL,
	cost_idr BIGINT NOT NULL,
	PRIMARY KEY (regency, ranking_id, village, state, reason_no)
) /* keyed */;

CREATE TABLE decree (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	program_id TEXT NOT NULL,
	version_id TEXT NOT NULL,
	ranking_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	number TEXT NOT NULL,
	signed_on TEXT,
	pdf_sha256 TEXT NOT NULL,
	amount_month_idr BIGINT NOT NULL,
	months_n BIGINT NOT NULL,
	month_from TEXT NOT NULL,
	lines_n BIGINT NOT NULL,
	total_idr BIGINT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at TEXT NOT NULL,
	signed_by TEXT NOT NULL,
	signed_at TEXT,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, program_id) REFERENCES program (regency, id),
	FOREIGN KEY (regency, version_id) REFERENCES rule_version (regency, id),
	FOREIGN KEY (regency, ranking_id) REFERENCES ranking (regency, id)
);
CREATE INDEX decree_program ON decree (regency, program_id, id);
CREATE UNIQUE INDEX decree_number ON decree (regency, number) WHERE number <> '';
CREATE UNIQUE INDEX decree_first ON decree (regency, ranking_id) WHERE kind = 'induk';

CREATE TABLE decree_line (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	decree_id TEXT NOT NULL,
	ranking_line_id TEXT NOT NULL,
	person_id TEXT NOT NULL,
	family_id TEXT NOT NULL,
	village TEXT NOT NULL,
	place_no BIGINT NOT NULL,
	amount_idr BIGINT NOT NULL,
	state TEXT NOT NULL,
	replaces_id TEXT NOT NULL,
	reason TEXT NOT NULL,
	left_on TEXT,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, decree_id) REFERENCES decree (regency, id),
	FOREIGN KEY (regency, person_id) REFERENCES person (regency, id),
	FOREIGN KEY (regency, family_id) REFERENCES family (regency, id)
);
CREATE INDEX decree_line_list ON decree_line (regency, decree_id, place_no, id);
CREATE INDEX decree_line_family ON decree_line (regency, family_id);
CREATE INDEX decree_line_person ON decree_line (regency, person_id);
CREATE UNIQUE INDEX decree_line_once ON decree_line (regency, ranking_line_id) WHERE state <> 'withdrawn';
