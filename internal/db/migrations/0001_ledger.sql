-- The ledger: one RFC 6962 log per regency in the same database.
-- Written by internal/ledger only; see its doc.go for the formats.

-- One row per leaf, in the order of the tree. hashes holds the RFC 6962 hashes
-- that this leaf completes, 32 bytes a level from the leaf upwards, so a leaf
-- and its part of the tree are one row. payload and salt may be blanked, once,
-- leaving payload_digest: that is erasure.
CREATE TABLE ledger_entry (
	regency TEXT NOT NULL,
	seq BIGINT NOT NULL,
	kind TEXT NOT NULL,
	at TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	object TEXT NOT NULL,
	area TEXT NOT NULL,
	payload BYTEA,
	payload_digest BYTEA,
	seals BYTEA,
	salt BYTEA,
	leaf BYTEA NOT NULL,
	hashes BYTEA NOT NULL,
	PRIMARY KEY (regency, seq)
);
CREATE INDEX ledger_entry_object ON ledger_entry (regency, object, seq);
CREATE INDEX ledger_entry_actor ON ledger_entry (regency, actor_id, seq);
CREATE INDEX ledger_entry_kind ON ledger_entry (regency, kind, seq);
CREATE INDEX ledger_entry_at ON ledger_entry (regency, at, seq);

-- PostgreSQL only: entries that wait for the sequencer. turn is drawn at the
-- end of the transaction, while it holds the locks of every row it changed, so
-- turns agree with the order of conflicting commits. n counts within a command.
CREATE TABLE ledger_outbox (
	regency TEXT NOT NULL,
	turn BIGINT NOT NULL,
	n BIGINT NOT NULL,
	kind TEXT NOT NULL,
	at TEXT NOT NULL,
	actor_id TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	object TEXT NOT NULL,
	area TEXT NOT NULL,
	payload BYTEA,
	seals BYTEA,
	salt BYTEA,
	leaf BYTEA NOT NULL,
	PRIMARY KEY (regency, turn, n)
);
CREATE INDEX ledger_outbox_object ON ledger_outbox (regency, object);
CREATE SEQUENCE ledger_turn -- only: postgres
;

-- size leaves are in the tree; edge holds the hashes of its complete subtrees,
-- largest first, which is all that appending needs.
CREATE TABLE ledger_tree (
	regency TEXT NOT NULL PRIMARY KEY,
	size BIGINT NOT NULL,
	edge BYTEA NOT NULL
);

CREATE TABLE ledger_checkpoint (
	regency TEXT NOT NULL,
	size BIGINT NOT NULL,
	at TEXT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (regency, size)
);

-- note holds the signature line of one witness on the checkpoint of that size.
CREATE TABLE ledger_cosignature (
	regency TEXT NOT NULL,
	size BIGINT NOT NULL,
	witness TEXT NOT NULL,
	at TEXT NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (regency, size, witness)
);

-- These triggers stop mistakes, not the owner of the database; finding what
-- the owner did is the work of `tepat verify`.
CREATE TRIGGER ledger_entry_blank BEFORE UPDATE ON ledger_entry -- only: sqlite
WHEN OLD.payload IS NULL OR NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.payload_digest IS NULL OR OLD.regency <> NEW.regency OR OLD.seq <> NEW.seq OR OLD.kind <> NEW.kind OR OLD.at <> NEW.at OR OLD.actor_id <> NEW.actor_id OR OLD.actor_name <> NEW.actor_name OR OLD.object <> NEW.object OR OLD.area <> NEW.area OR OLD.seals IS NOT NEW.seals OR OLD.leaf <> NEW.leaf OR OLD.hashes <> NEW.hashes -- only: sqlite
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END -- only: sqlite
;
CREATE TRIGGER ledger_entry_keep BEFORE DELETE ON ledger_entry -- only: sqlite
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END -- only: sqlite
;
CREATE TRIGGER ledger_tree_grow BEFORE UPDATE ON ledger_tree WHEN NEW.size <= OLD.size OR NEW.regency <> OLD.regency -- only: sqlite
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END -- only: sqlite
;
CREATE TRIGGER ledger_tree_keep BEFORE DELETE ON ledger_tree -- only: sqlite
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END -- only: sqlite
;
CREATE TRIGGER ledger_checkpoint_hold BEFORE UPDATE ON ledger_checkpoint -- only: sqlite
BEGIN SELECT RAISE(ABORT, 'checkpoints stay'); END -- only: sqlite
;
CREATE TRIGGER ledger_checkpoint_keep BEFORE DELETE ON ledger_checkpoint -- only: sqlite
BEGIN SELECT RAISE(ABORT, 'checkpoints stay'); END -- only: sqlite
;
CREATE TRIGGER ledger_cosignature_keep BEFORE DELETE ON ledger_cosignature -- only: sqlite
BEGIN SELECT RAISE(ABORT, 'cosignatures stay'); END -- only: sqlite
;
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the ledger only grows'; END $$ -- only: postgres
;
CREATE TRIGGER ledger_entry_blank BEFORE UPDATE ON ledger_entry FOR EACH ROW -- only: postgres
WHEN (OLD.payload IS NULL OR NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.payload_digest IS NULL OR OLD.regency <> NEW.regency OR OLD.seq <> NEW.seq OR OLD.kind <> NEW.kind OR OLD.at <> NEW.at OR OLD.actor_id <> NEW.actor_id OR OLD.actor_name <> NEW.actor_name OR OLD.object <> NEW.object OR OLD.area <> NEW.area OR OLD.seals IS DISTINCT FROM NEW.seals OR OLD.leaf <> NEW.leaf OR OLD.hashes <> NEW.hashes) -- only: postgres
EXECUTE FUNCTION ledger_refuse() -- only: postgres
;
CREATE TRIGGER ledger_entry_keep BEFORE DELETE OR TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse() -- only: postgres
;
CREATE TRIGGER ledger_tree_grow BEFORE UPDATE ON ledger_tree FOR EACH ROW WHEN (NEW.size <= OLD.size OR NEW.regency <> OLD.regency) EXECUTE FUNCTION ledger_refuse() -- only: postgres
;
CREATE TRIGGER ledger_tree_keep BEFORE DELETE OR TRUNCATE ON ledger_tree FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse() -- only: postgres
;
CREATE TRIGGER ledger_checkpoint_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse() -- only: postgres
;
CREATE TRIGGER ledger_cosignature_keep BEFORE DELETE OR TRUNCATE ON ledger_cosignature FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse() -- only: postgres
;
