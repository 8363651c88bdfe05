-- Somebody asks to take a merge back on which money hangs: a second person
-- carries it out. One request for each merge; it goes with the merge.
CREATE TABLE parting (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	reason TEXT NOT NULL,
	asked_by TEXT NOT NULL,
	asked_name TEXT NOT NULL,
	asked_at TEXT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, id) REFERENCES merge (regency, id)
);
