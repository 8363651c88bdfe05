-- 0003_jobs: tables of internal/jobs; see its doc.go.

-- The work queue. Not a record: its changes are housekeeping, what a job does
-- to records is in the ledger by the commands it runs.
CREATE TABLE job (
	regency TEXT NOT NULL,
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
	payload BYTEA NOT NULL,
	phase TEXT NOT NULL,
	done_n BIGINT NOT NULL,
	total_n BIGINT NOT NULL,
	phase_at TEXT,
	phase_from_n BIGINT NOT NULL,
	message TEXT NOT NULL,
	message_args BYTEA NOT NULL,
	result BYTEA NOT NULL,
	attempts BIGINT NOT NULL,
	failures BIGINT NOT NULL,
	cancel_asked BIGINT NOT NULL,
	due_at TEXT NOT NULL,
	lease_until TEXT,
	created_at TEXT NOT NULL,
	started_at TEXT,
	ended_at TEXT,
	actor_id TEXT NOT NULL,
	actor_name TEXT NOT NULL,
	actor_role TEXT NOT NULL,
	actor_areas TEXT NOT NULL,
	PRIMARY KEY (regency, id)
);
CREATE INDEX job_waiting ON job (due_at, id) WHERE state = 'waiting';
CREATE INDEX job_leased ON job (lease_until) WHERE state = 'running';
CREATE UNIQUE INDEX job_active ON job (regency, kind, subject) WHERE state IN ('waiting', 'running') AND subject <> '';
CREATE INDEX job_subject ON job (regency, subject, id);
