-- An explanation can be printed for a complaint (rule G4): one more purpose of a print job. SQLite cannot change a CHECK, so
-- the table is copied row by row; the rows themselves stay as they are and need not be made again from the log.
CREATE TABLE jobs_with_explanations (
    job       INTEGER PRIMARY KEY,
    ticket    INTEGER REFERENCES tickets (seq),
    printer   TEXT    NOT NULL,
    purpose   TEXT    NOT NULL CHECK (purpose IN ('slip', 'reprint', 'notice', 'explanation')),
    english   INTEGER NOT NULL CHECK (english IN (0, 1)),
    state     TEXT    NOT NULL CHECK (state IN ('queued', 'sent', 'confirmed', 'failed', 'void')),
    queued_at INTEGER NOT NULL,
    sent_at   INTEGER,
    ended_at  INTEGER,
    why       TEXT
) STRICT;
INSERT INTO jobs_with_explanations (job, ticket, printer, purpose, english, state, queued_at, sent_at, ended_at, why)
SELECT job, ticket, printer, purpose, english, state, queued_at, sent_at, ended_at, why FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_with_explanations RENAME TO jobs;
CREATE INDEX jobs_open ON jobs (job) WHERE state IN ('queued', 'sent');
CREATE INDEX jobs_ticket ON jobs (ticket) WHERE ticket IS NOT NULL;
