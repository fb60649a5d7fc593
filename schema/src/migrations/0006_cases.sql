-- What is owed after a visit: work orders (rule R5), unresolved matters (rule P5), findings of patrols (rule O2). No older
-- log has such entries, so nothing is to be made again. How a person is reached is in `about`, encrypted.
CREATE TABLE patrols (
    patrol INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    places TEXT    NOT NULL,
    note   TEXT    NOT NULL,
    by     TEXT    NOT NULL
) STRICT;
CREATE INDEX patrols_at ON patrols (at);

CREATE TABLE cases (
    case_id     INTEGER PRIMARY KEY,
    kind        TEXT    NOT NULL CHECK (kind IN ('work_order', 'unresolved', 'finding')),
    about       TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
    opened_at   INTEGER NOT NULL,
    opened_by   TEXT    NOT NULL,
    due         INTEGER NOT NULL,
    overdue     INTEGER NOT NULL DEFAULT 0 CHECK (overdue IN (0, 1)),
    extended    INTEGER NOT NULL DEFAULT 0,
    answered_at INTEGER,
    answer      TEXT,
    closed_at   INTEGER,
    delivery    TEXT CHECK (delivery IN ('waiting', 'accepted', 'refused')),
    reference   TEXT,
    why         TEXT
) STRICT;
CREATE INDEX cases_open ON cases (case_id) WHERE state <> 'closed';
CREATE INDEX cases_opened ON cases (opened_at);

-- Every step of a case, for the ledger; a start reads the log's entries of those that are not closed.
CREATE TABLE case_steps (
    position INTEGER PRIMARY KEY REFERENCES log (position),
    case_id  INTEGER NOT NULL REFERENCES cases (case_id),
    at       INTEGER NOT NULL,
    step     TEXT    NOT NULL,
    due      INTEGER,
    note     TEXT,
    by       TEXT
) STRICT;
CREATE INDEX case_steps_case ON case_steps (case_id, position);
