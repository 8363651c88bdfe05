-- The registry: people, families, and everything that ever changed about them.
-- Empty text means "not known"; numbers that may be unknown are NULL. A record
-- that was merged into another stays as a row, so that whatever points at it
-- keeps pointing; merged_into names the one that speaks for it now.

CREATE TABLE family (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	kk TEXT NOT NULL,
	head_id TEXT NOT NULL,
	head_name TEXT NOT NULL,
	head_key TEXT NOT NULL,
	address TEXT NOT NULL,
	rt TEXT NOT NULL,
	rw TEXT NOT NULL,
	hamlet TEXT NOT NULL,
	village TEXT NOT NULL,
	desil BIGINT,
	rank_regency BIGINT,
	ranked_on TEXT,
	members_n BIGINT NOT NULL,
	receives TEXT NOT NULL,
	review TEXT NOT NULL,
	merged_into TEXT NOT NULL,
	version BIGINT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	PRIMARY KEY (regency, id)
);
CREATE UNIQUE INDEX family_kk ON family (regency, kk) WHERE kk <> '' AND merged_into = '';
CREATE INDEX family_list ON family (regency, village, head_key, id);
CREATE INDEX family_desil ON family (regency, desil, village, head_key, id);

CREATE TABLE person (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	nik TEXT NOT NULL,
	name TEXT NOT NULL,
	name_key TEXT NOT NULL,
	sex TEXT NOT NULL,
	birth_on TEXT,
	birth_precision TEXT NOT NULL,
	birth_place TEXT NOT NULL,
	mother_name TEXT NOT NULL,
	occupation TEXT NOT NULL,
	life TEXT NOT NULL,
	life_on TEXT,
	village TEXT NOT NULL,
	family_id TEXT,
	relation BIGINT NOT NULL,
	merged_into TEXT NOT NULL,
	version BIGINT NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, family_id) REFERENCES family (regency, id)
);
CREATE UNIQUE INDEX person_nik ON person (regency, nik) WHERE nik <> '' AND merged_into = '';
CREATE INDEX person_birth ON person (regency, birth_on, name_key);
CREATE INDEX person_family ON person (regency, family_id);
CREATE INDEX person_village ON person (regency, village, name_key);

-- One row per word of a name, normalised: the index behind name search.
-- Derived from person; registry.Rebuild makes it anew.
CREATE TABLE person_name (
	regency TEXT NOT NULL,
	word TEXT NOT NULL,
	person_id TEXT NOT NULL,
	PRIMARY KEY (regency, word, person_id)
) /* keyed */;

CREATE TABLE membership (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	family_id TEXT NOT NULL,
	person_id TEXT NOT NULL,
	relation BIGINT NOT NULL,
	from_on TEXT,
	until_on TEXT,
	reason TEXT NOT NULL,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, family_id) REFERENCES family (regency, id),
	FOREIGN KEY (regency, person_id) REFERENCES person (regency, id)
);
CREATE INDEX membership_person ON membership (regency, person_id);
CREATE INDEX membership_family ON membership (regency, family_id);

-- NIK and KK that a person or family no longer carries, so that an old list
-- still finds them.
CREATE TABLE former_number (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	number TEXT NOT NULL,
	subject_id TEXT NOT NULL,
	until_at TEXT NOT NULL,
	source TEXT NOT NULL,
	PRIMARY KEY (regency, id)
);
CREATE INDEX former_number_find ON former_number (regency, kind, number);

-- Provenance: every creation and change, with the file and row it came from.
-- fields is JSON {"name": ["old", "new"]}; a creation has none.
CREATE TABLE change (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject_id TEXT NOT NULL,
	version BIGINT NOT NULL,
	at TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	source TEXT NOT NULL,
	batch_id TEXT NOT NULL,
	row_n BIGINT NOT NULL,
	reason TEXT NOT NULL,
	fields TEXT NOT NULL,
	PRIMARY KEY (regency, id)
);
CREATE INDEX change_subject ON change (regency, subject_id, version);
CREATE INDEX change_batch ON change (regency, batch_id, id) WHERE batch_id <> '';

-- Counts behind the facets of the list: families by village, desil (0 is
-- unranked), what they receive and whether a validation case is open. Derived from
-- family; registry.Rebuild makes it anew.
CREATE TABLE family_tally (
	regency TEXT NOT NULL,
	village TEXT NOT NULL,
	desil BIGINT NOT NULL,
	receives TEXT NOT NULL,
	review TEXT NOT NULL,
	families_n BIGINT NOT NULL,
	people_n BIGINT NOT NULL,
	PRIMARY KEY (regency, village, desil, receives, review)
) /* keyed */;
