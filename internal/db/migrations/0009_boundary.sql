-- The boundaries that the office draws its map with; id is the code of the
-- kecamatan. rings is the format of internal/boundary.

CREATE TABLE boundary (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	name TEXT NOT NULL,
	rings TEXT NOT NULL,
	source TEXT NOT NULL,
	imported_at TEXT NOT NULL,
	imported_by TEXT NOT NULL,
	PRIMARY KEY (regency, id)
);
