-- Who is who: how records are matched, and what people say about suspected
-- duplicates. Weights are thousandths of a bit, whole numbers.

-- A trained model. parameters is its JSON; number 0 is built in and has no row.
CREATE TABLE match_model (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	number BIGINT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'retired')),
	parameters TEXT NOT NULL,
	digest TEXT NOT NULL,
	people_n BIGINT NOT NULL,
	labels_n BIGINT NOT NULL,
	note TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_name TEXT NOT NULL,
	made_at TEXT NOT NULL,
	active_by TEXT NOT NULL,
	active_name TEXT NOT NULL,
	active_at TEXT,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	-- Nobody puts a model of his own to work, whatever a program may try.
	CHECK (state = 'draft' OR active_by <> made_by)
);
CREATE UNIQUE INDEX match_model_number ON match_model (regency, number);
CREATE UNIQUE INDEX match_model_active ON match_model (regency) WHERE state = 'active';

-- From which weight on rows of a source are the same, or shown to a person.
CREATE TABLE match_policy (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	source TEXT NOT NULL,
	same_weight BIGINT NOT NULL,
	look_weight BIGINT NOT NULL,
	may_confirm BIGINT NOT NULL CHECK (may_confirm IN (0, 1)),
	from_on TEXT NOT NULL,
	reason TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_name TEXT NOT NULL,
	made_at TEXT NOT NULL,
	PRIMARY KEY (regency, id),
	CHECK (look_weight <= same_weight)
);
CREATE INDEX match_policy_source ON match_policy (regency, source, from_on);

-- What a person said about a way of writing somebody: rows of later files that
-- say the same are not asked about again. alias is a hash over number, name,
-- birth date and village as written.
CREATE TABLE match_alias (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	alias TEXT NOT NULL,
	person_id TEXT NOT NULL,
	same BIGINT NOT NULL CHECK (same IN (0, 1)),
	suspicion_id TEXT NOT NULL,
	made_at TEXT NOT NULL,
	PRIMARY KEY (regency, id)
);
CREATE INDEX match_alias_find ON match_alias (regency, alias);
CREATE INDEX match_alias_of ON match_alias (regency, suspicion_id);

-- How rows matched, by month, source, verdict and score band; for watching drift.
CREATE TABLE match_tally (
	regency TEXT NOT NULL,
	month TEXT NOT NULL,
	source TEXT NOT NULL,
	verdict TEXT NOT NULL,
	band BIGINT NOT NULL,
	rows_n BIGINT NOT NULL,
	PRIMARY KEY (regency, month, source, verdict, band)
) /* keyed */;

-- Two records, or a row of a file and a record, that may be one person. It
-- outlives a person who is taken out of the registry again, so it points there
-- without foreign keys. pair_key makes it one: both ids in order, or batch, row
-- and person. record is the row as read. evidence is what the model said.
-- mark_a and mark_b are hashes over what was compared: when one changes, a
-- decision is asked for again.
CREATE TABLE suspicion (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('pair', 'row')),
	pair_key TEXT NOT NULL,
	person_a TEXT NOT NULL,
	person_b TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	row_n BIGINT NOT NULL,
	record TEXT NOT NULL,
	source TEXT NOT NULL,
	name_a TEXT NOT NULL,
	name_b TEXT NOT NULL,
	village_a TEXT NOT NULL,
	village_b TEXT NOT NULL,
	weight BIGINT NOT NULL,
	evidence TEXT NOT NULL,
	model TEXT NOT NULL,
	mark_a TEXT NOT NULL,
	mark_b TEXT NOT NULL,
	impact BIGINT NOT NULL CHECK (impact BETWEEN 0 AND 2),
	programs_n BIGINT NOT NULL,
	monthly_idr BIGINT NOT NULL,
	group_id TEXT NOT NULL,
	group_n BIGINT NOT NULL,
	search_id TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'field', 'proposed', 'same', 'different', 'left', 'gone')),
	verdict TEXT NOT NULL,
	reason TEXT NOT NULL,
	note TEXT NOT NULL,
	follow TEXT NOT NULL,
	second BIGINT NOT NULL CHECK (second IN (0, 1)),
	judged_by TEXT NOT NULL,
	judged_name TEXT NOT NULL,
	judged_at TEXT,
	confirmed_by TEXT NOT NULL,
	confirmed_name TEXT NOT NULL,
	confirmed_at TEXT,
	merge_id TEXT NOT NULL,
	made_at TEXT NOT NULL,
	version BIGINT NOT NULL,
	PRIMARY KEY (regency, id),
	-- Nobody merges alone where money changes, whatever a program may try.
	CHECK (state <> 'same' OR second = 0 OR (judged_by <> '' AND confirmed_by <> '' AND judged_by <> confirmed_by))
);
CREATE UNIQUE INDEX suspicion_pair ON suspicion (regency, pair_key);
CREATE INDEX suspicion_queue ON suspicion (regency, state, impact DESC, weight DESC, id);
CREATE INDEX suspicion_a ON suspicion (regency, person_a);
CREATE INDEX suspicion_b ON suspicion (regency, person_b) WHERE person_b <> '';
CREATE INDEX suspicion_row ON suspicion (regency, batch_id, row_n) WHERE batch_id <> '';
CREATE INDEX suspicion_group ON suspicion (regency, group_id) WHERE group_id <> '';
CREATE INDEX suspicion_judged ON suspicion (regency, judged_by, judged_at) WHERE judged_by <> '';

CREATE TABLE suspicion_step (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	suspicion_id TEXT NOT NULL,
	deed TEXT NOT NULL,
	reason TEXT NOT NULL,
	note TEXT NOT NULL,
	at TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, suspicion_id) REFERENCES suspicion (regency, id)
);
CREATE INDEX suspicion_step_of ON suspicion_step (regency, suspicion_id, id);

-- Each search for duplicates: what it looked at, and until when the registry
-- is searched.
CREATE TABLE duplicate_search (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	whole BIGINT NOT NULL CHECK (whole IN (0, 1)),
	model TEXT NOT NULL,
	people_n BIGINT NOT NULL,
	compared_n BIGINT NOT NULL,
	found_n BIGINT NOT NULL,
	fresh_n BIGINT NOT NULL,
	withdrawn_n BIGINT NOT NULL,
	until_at TEXT NOT NULL,
	at TEXT NOT NULL,
	by_id TEXT NOT NULL,
	by_name TEXT NOT NULL,
	PRIMARY KEY (regency, id)
);

-- Who looks at a suspicion now, and who put it off till tomorrow. No record:
-- its changes are housekeeping.
CREATE TABLE suspicion_hold (
	regency TEXT NOT NULL,
	suspicion_id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	name TEXT NOT NULL,
	locked_at TEXT,
	skipped_at TEXT,
	PRIMARY KEY (regency, suspicion_id, user_id)
) /* keyed */;
