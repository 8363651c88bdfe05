-- Merges and splits of people and families, and what each did to which row, so
-- that it can be undone exactly.

-- Whom a record speaks for: few among many.
CREATE INDEX person_merged ON person (regency, merged_into) WHERE merged_into <> '';
CREATE INDEX family_merged ON family (regency, merged_into) WHERE merged_into <> '';
CREATE INDEX pay_line_person ON pay_line (regency, person_id);
CREATE INDEX former_number_subject ON former_number (regency, subject_id);

-- keep and drop are people or families, by kind; of a split, drop is the record
-- that came out of it and is gone when the split is undone. No foreign keys:
-- the history outlives an import that is taken back.
CREATE TABLE merge (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('person', 'family', 'split')),
	keep_id TEXT NOT NULL,
	drop_id TEXT NOT NULL,
	keep_name TEXT NOT NULL,
	drop_name TEXT NOT NULL,
	village TEXT NOT NULL,
	at TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	source TEXT NOT NULL,
	reason TEXT NOT NULL,
	conflicts TEXT NOT NULL,
	undone_at TEXT,
	undone_by TEXT NOT NULL,
	undone_name TEXT NOT NULL,
	undo_reason TEXT NOT NULL,
	PRIMARY KEY (regency, id)
);
CREATE INDEX merge_keep ON merge (regency, keep_id);
CREATE INDEX merge_drop ON merge (regency, drop_id);

-- What a merge did to one row. fields is JSON {"nik": ["old", "new"]}; made is 1
-- for a row that was not there before.
CREATE TABLE merge_step (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	merge_id TEXT NOT NULL,
	step_no BIGINT NOT NULL,
	kind TEXT NOT NULL,
	row_id TEXT NOT NULL,
	made BIGINT NOT NULL CHECK (made IN (0, 1)),
	fields TEXT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, merge_id) REFERENCES merge (regency, id)
);
CREATE INDEX merge_step_of ON merge_step (regency, merge_id, step_no);
CREATE INDEX merge_step_row ON merge_step (regency, row_id);
