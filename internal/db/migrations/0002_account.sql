-- Users, their working areas, declared relatives and sessions.
-- Written by internal/account only.

CREATE TABLE user_account (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	username TEXT NOT NULL,
	name TEXT NOT NULL,
	role TEXT NOT NULL,
	areas TEXT NOT NULL,
	position TEXT NOT NULL,
	nip TEXT NOT NULL,
	nik TEXT NOT NULL,
	kk TEXT NOT NULL,
	password_hash TEXT NOT NULL,
	active BIGINT NOT NULL CHECK (active IN (0, 1)),
	must_change BIGINT NOT NULL CHECK (must_change IN (0, 1)),
	lang TEXT NOT NULL,
	version BIGINT NOT NULL,
	created_at TEXT NOT NULL,
	changed_at TEXT NOT NULL,
	PRIMARY KEY (regency, id)
);
CREATE INDEX user_account_id ON user_account (id);
CREATE INDEX user_account_role ON user_account (regency, role);
-- One person, one active account: four eyes are two people.
CREATE UNIQUE INDEX user_account_nik ON user_account (regency, nik) WHERE nik <> '' AND active = 1;

-- The conflict-of-interest register beside the officer's own NIK and KK.
CREATE TABLE declared_relative (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	user_id TEXT NOT NULL,
	kk TEXT NOT NULL,
	nik TEXT NOT NULL,
	relation TEXT NOT NULL,
	declared_at TEXT NOT NULL,
	withdrawn_at TEXT,
	PRIMARY KEY (regency, id),
	FOREIGN KEY (regency, user_id) REFERENCES user_account (regency, id)
);
CREATE INDEX declared_relative_user ON declared_relative (user_id);

-- Who signed in when; derived from the ledger, so it is not sealed.
CREATE TABLE user_presence (
	regency TEXT NOT NULL,
	user_id TEXT NOT NULL,
	signed_in_at TEXT NOT NULL,
	PRIMARY KEY (regency, user_id)
);

-- The three tables below are asked before the regency of the visitor is known,
-- so it cannot lead their keys; on Citus they are reference tables.

-- A username is unique in the installation. A row that does not agree with
-- user_account signs nobody in.
CREATE TABLE login_name (
	username TEXT NOT NULL PRIMARY KEY,
	regency TEXT NOT NULL,
	user_id TEXT NOT NULL
);

-- token and data as the session library writes them; token is a SHA-256.
CREATE TABLE session (
	token TEXT NOT NULL PRIMARY KEY,
	regency TEXT NOT NULL,
	user_id TEXT NOT NULL,
	data BYTEA NOT NULL,
	created_at TEXT NOT NULL,
	expires_at TEXT NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);
CREATE INDEX session_expiry ON session (expires_at);

-- bucket is the SHA-256 of a username or an address: people type passwords
-- into the wrong field.
CREATE TABLE login_attempt (
	bucket TEXT NOT NULL PRIMARY KEY,
	n BIGINT NOT NULL,
	last_at TEXT NOT NULL,
	until_at TEXT NOT NULL
);
