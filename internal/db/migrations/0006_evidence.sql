-- What agencies say (fact), what speaks against an entitlement (indication),
-- and every step that people took (indication_step). See internal/evidence.

CREATE TABLE fact (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	person_id TEXT,
	family_id TEXT,
	village TEXT NOT NULL,
	source TEXT NOT NULL,
	grade TEXT NOT NULL,
	value TEXT NOT NULL,
	amount_idr BIGINT NOT NULL,
	on_date TEXT,
	until_on TEXT,
	document TEXT NOT NULL,
	stated_name TEXT NOT NULL,
	stated_birth TEXT,
	note TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	row_n BIGINT NOT NULL,
	recorded_at TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_name TEXT NOT NULL,
	retracted_at TEXT,
	retract_reason TEXT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, person_id) REFERENCES person (regency, id),
	FOREIGN KEY (regency, family_id) REFERENCES family (regency, id)
);
CREATE INDEX fact_person ON fact (regency, person_id, kind);
CREATE INDEX fact_family ON fact (regency, family_id, kind);
CREATE INDEX fact_kind ON fact (regency, kind, value);
CREATE INDEX fact_batch ON fact (regency, batch_id) WHERE batch_id <> '';

CREATE TABLE indication (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	person_id TEXT NOT NULL,
	family_id TEXT,
	village TEXT NOT NULL,
	fact_id TEXT NOT NULL,
	programs TEXT NOT NULL,
	amount_idr BIGINT NOT NULL,
	weight BIGINT NOT NULL,
	severity TEXT NOT NULL,
	state TEXT NOT NULL,
	ended BIGINT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_name TEXT NOT NULL,
	decided_at TEXT,
	reason TEXT NOT NULL,
	confirmed_by TEXT NOT NULL,
	confirmed_name TEXT NOT NULL,
	confirmed_at TEXT,
	note TEXT NOT NULL,
	revived_by TEXT NOT NULL,
	revived_name TEXT NOT NULL,
	revived_at TEXT,
	revived_why TEXT NOT NULL,
	opened_at TEXT NOT NULL,
	closed_at TEXT,
	batch_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, person_id) REFERENCES person (regency, id),
	FOREIGN KEY (regency, family_id) REFERENCES family (regency, id),
	FOREIGN KEY (regency, fact_id) REFERENCES fact (regency, id),
	-- Nobody confirms alone, whatever a program may try.
	CHECK (state <> 'confirmed' OR (decided_by <> '' AND confirmed_by <> '' AND decided_by <> confirmed_by))
);
CREATE UNIQUE INDEX indication_one ON indication (regency, person_id, kind) WHERE state <> 'cancelled';
CREATE INDEX indication_queue ON indication (regency, kind, state, weight DESC, id);
CREATE INDEX indication_person ON indication (regency, person_id);
CREATE INDEX indication_family ON indication (regency, family_id);
CREATE INDEX indication_fact ON indication (regency, fact_id);

CREATE TABLE indication_step (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	indication_id TEXT NOT NULL,
	deed TEXT NOT NULL,
	state TEXT NOT NULL,
	at TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, indication_id) REFERENCES indication (regency, id)
);
CREATE INDEX indication_step_of ON indication_step (regency, indication_id, id);
