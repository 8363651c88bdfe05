-- Delivery: frozen pay lists, the sites where they are paid, and hand-overs.

-- One stage of a signed decree. lines_n and total_idr are what was frozen and
-- never follow from the lines: reconciliation compares the two.
CREATE TABLE pay_list (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	decree_id TEXT NOT NULL,
	program_id TEXT NOT NULL,
	title TEXT NOT NULL,
	stage_no BIGINT NOT NULL,
	month_from TEXT NOT NULL,
	month_until TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('frozen', 'closed')),
	lines_n BIGINT NOT NULL CHECK (lines_n >= 0),
	total_idr BIGINT NOT NULL CHECK (total_idr >= 0),
	digest TEXT NOT NULL,
	decree_proposed_by TEXT NOT NULL,
	decree_signed_by TEXT NOT NULL,
	frozen_by TEXT NOT NULL,
	frozen_at TEXT NOT NULL,
	closed_by TEXT NOT NULL,
	closed_at TEXT,
	closing_note TEXT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, decree_id) REFERENCES decree (regency, id),
	FOREIGN KEY (regency, program_id) REFERENCES program (regency, id)
);
CREATE UNIQUE INDEX pay_list_stage ON pay_list (regency, decree_id, stage_no);

CREATE TABLE site (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	pay_list_id TEXT NOT NULL,
	village TEXT NOT NULL,
	name TEXT NOT NULL,
	on_date TEXT,
	officer_id TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
	taken_idr BIGINT NOT NULL CHECK (taken_idr BETWEEN 0 AND 1000000000000),
	returned_idr BIGINT NOT NULL CHECK (returned_idr BETWEEN 0 AND 1000000000000),
	note TEXT NOT NULL,
	closed_by TEXT NOT NULL,
	closed_at TEXT,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, pay_list_id) REFERENCES pay_list (regency, id)
);
CREATE INDEX site_list ON site (regency, pay_list_id, village);

CREATE TABLE pay_line (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	pay_list_id TEXT NOT NULL,
	decree_line_id TEXT NOT NULL,
	person_id TEXT NOT NULL,
	family_id TEXT NOT NULL,
	site_id TEXT NOT NULL,
	village TEXT NOT NULL,
	place_no BIGINT NOT NULL,
	payee_name TEXT NOT NULL,
	payee_key TEXT NOT NULL,
	amount_idr BIGINT NOT NULL CHECK (amount_idr BETWEEN 0 AND 1000000000000),
	state TEXT NOT NULL CHECK (state IN ('pending', 'paid', 'failed', 'replaced')),
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	handover_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, pay_list_id) REFERENCES pay_list (regency, id),
	FOREIGN KEY (regency, site_id) REFERENCES site (regency, id)
);
CREATE UNIQUE INDEX pay_line_once ON pay_line (regency, decree_line_id, pay_list_id);
-- Holds all that progress counts, so that counting never reads the rows.
CREATE INDEX pay_line_progress ON pay_line (regency, pay_list_id, village, site_id, state, amount_idr);
CREATE INDEX pay_line_site ON pay_line (regency, site_id, payee_key);
CREATE INDEX pay_line_family ON pay_line (regency, family_id);

-- What an officer said about a line, for ever. outcome: given and not_given
-- count; duplicate and stray are kept as evidence and pay nothing; a reversal
-- takes a given one back.
CREATE TABLE handover (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	pay_line_id TEXT NOT NULL,
	pay_list_id TEXT NOT NULL,
	outcome TEXT NOT NULL CHECK (outcome IN ('given', 'not_given', 'duplicate', 'stray', 'reversal')),
	reason TEXT NOT NULL,
	receiver TEXT NOT NULL,
	receiver_name TEXT NOT NULL,
	relation TEXT NOT NULL,
	note TEXT NOT NULL,
	amount_idr BIGINT NOT NULL,
	receipt_code TEXT NOT NULL,
	officer_id TEXT NOT NULL,
	officer_name TEXT NOT NULL,
	at TEXT NOT NULL,
	device_at TEXT NOT NULL,
	body_sha256 TEXT NOT NULL,
	reversed BIGINT NOT NULL CHECK (reversed IN (0, 1)),
	reverses_id TEXT NOT NULL,
	-- Bounded, so that no sum of them leaves 64 bits; only a reversal is negative.
	CHECK (CASE WHEN outcome = 'reversal' THEN amount_idr BETWEEN -1000000000000 AND 0 ELSE amount_idr BETWEEN 0 AND 1000000000000 END),
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, pay_line_id) REFERENCES pay_line (regency, id)
);
CREATE INDEX handover_line ON handover (regency, pay_line_id, id);
-- Nobody is paid twice in the books, whatever the programs above do.
CREATE UNIQUE INDEX handover_given ON handover (regency, pay_line_id) WHERE outcome = 'given' AND reversed = 0;
CREATE UNIQUE INDEX handover_receipt ON handover (regency, receipt_code) WHERE receipt_code <> '';
CREATE INDEX handover_list ON handover (regency, pay_list_id, at);

-- A hand-over that was recorded by mistake is taken back by two people.
CREATE TABLE correction (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	handover_id TEXT NOT NULL,
	pay_line_id TEXT NOT NULL,
	pay_list_id TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('asked', 'done', 'refused')),
	reason TEXT NOT NULL,
	asked_by TEXT NOT NULL,
	asked_name TEXT NOT NULL,
	asked_at TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at TEXT,
	note TEXT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, handover_id) REFERENCES handover (regency, id)
);
CREATE UNIQUE INDEX correction_open ON correction (regency, handover_id) WHERE state = 'asked';
CREATE INDEX correction_list ON correction (regency, pay_list_id, state);
