-- Batches, their chunks and the outcome of every row. Written by internal/intake only.

CREATE TABLE import_batch (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	area TEXT NOT NULL,
	sender TEXT NOT NULL,
	file_name TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	size_n BIGINT NOT NULL,
	sheet_n BIGINT NOT NULL,
	header_row_n BIGINT NOT NULL,
	layout TEXT NOT NULL,
	target TEXT NOT NULL,
	subject TEXT NOT NULL,
	village TEXT NOT NULL,
	mapping TEXT NOT NULL,
	state TEXT NOT NULL,
	rows_n BIGINT NOT NULL,
	ready_n BIGINT NOT NULL,
	same_n BIGINT NOT NULL,
	fix_n BIGINT NOT NULL,
	look_n BIGINT NOT NULL,
	skipped_n BIGINT NOT NULL,
	added_n BIGINT NOT NULL,
	updated_n BIGINT NOT NULL,
	message TEXT NOT NULL,
	message_args TEXT NOT NULL,
	reason TEXT NOT NULL,
	created_by TEXT NOT NULL,
	created_name TEXT NOT NULL,
	created_at TEXT NOT NULL,
	applied_by TEXT NOT NULL,
	applied_name TEXT NOT NULL,
	applied_at TEXT,
	version BIGINT NOT NULL,
	-- 1 when everybody who said what the file is works for the whole regency.
	trusted BIGINT NOT NULL CHECK (trusted IN (0, 1)),
	PRIMARY KEY (regency, id),
	CHECK (rows_n = ready_n + same_n + fix_n + look_n + skipped_n)
);
-- One file goes in once, for one purpose.
CREATE UNIQUE INDEX import_batch_once ON import_batch (regency, sha256, target, subject) WHERE state IN ('applying', 'applied');
CREATE INDEX import_batch_file ON import_batch (regency, sha256);
CREATE INDEX import_batch_list ON import_batch (regency, created_at, id);

-- A chunk is what one transaction checks and another applies. digest is the
-- SHA-256 over the outcomes of its rows, so that sealing the chunk seals them.
CREATE TABLE import_chunk (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	n BIGINT NOT NULL,
	first_n BIGINT NOT NULL,
	last_n BIGINT NOT NULL,
	rows_n BIGINT NOT NULL,
	digest TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('checked', 'applied')),
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, batch_id) REFERENCES import_batch (regency, id)
);
CREATE UNIQUE INDEX import_chunk_order ON import_chunk (regency, batch_id, n);

-- One row per row of the file. The cells stay in the file. marked is 1 when
-- there is something to see: not ready, or a finding.
CREATE TABLE import_row (
	regency TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	row_n BIGINT NOT NULL,
	outcome TEXT NOT NULL,
	findings TEXT NOT NULL,
	note TEXT NOT NULL,
	marked BIGINT NOT NULL,
	PRIMARY KEY (regency, batch_id, row_n)
) /* keyed */;
CREATE INDEX import_row_marked ON import_row (regency, batch_id, outcome, row_n) WHERE marked = 1;

-- How many rows have which finding, by outcome; derived from import_row.
CREATE TABLE import_tally (
	regency TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	finding TEXT NOT NULL,
	outcome TEXT NOT NULL,
	rows_n BIGINT NOT NULL,
	PRIMARY KEY (regency, batch_id, finding, outcome)
) /* keyed */;

-- Which column meant what in the last file of a sender with these headers.
CREATE TABLE import_mapping (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	sender TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	layout TEXT NOT NULL,
	mapping TEXT NOT NULL,
	used_at TEXT NOT NULL,
	PRIMARY KEY (regency, id)
);
CREATE UNIQUE INDEX import_mapping_find ON import_mapping (regency, sender, fingerprint);
