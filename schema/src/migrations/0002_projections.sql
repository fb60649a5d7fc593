-- What reports and explanations read. Made from the log in the transaction that appends to it, and made again by
-- `rebuild`; the version below stays 0 until the first rebuild, so that an older file's log is projected when opened.
CREATE TABLE projections (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO projections (id, version) VALUES (1, 0);

-- Rule Q1: a day is opened once, so its numbers start once.
CREATE TABLE days (
    day       INTEGER PRIMARY KEY,
    position  INTEGER NOT NULL UNIQUE REFERENCES log (position),
    opened_at INTEGER NOT NULL,
    next_seq  INTEGER NOT NULL
) STRICT;

-- One row per visit. The category of a green-channel grant is not here (rule G6); for audit it stays in the log.
-- `window`: where it is called, served, parked or was last served; for a waiting ticket the only one that may call it.
CREATE TABLE tickets (
    seq             INTEGER PRIMARY KEY,
    day             INTEGER NOT NULL REFERENCES days (day),
    number          TEXT    NOT NULL,
    service         TEXT    NOT NULL,
    class           TEXT    NOT NULL CHECK (class IN ('ordinary', 'complex', 'special')),
    state           TEXT    NOT NULL CHECK (state IN ('waiting', 'called', 'serving', 'parked', 'returned', 'passed',
                                                      'completed', 'missed', 'voided')),
    window          INTEGER,
    issued_by       TEXT    NOT NULL,
    issued_at       INTEGER NOT NULL,
    join_at         INTEGER NOT NULL,
    ready_at        INTEGER NOT NULL,
    booked          INTEGER,
    forfeited       INTEGER,
    green           INTEGER NOT NULL CHECK (green IN (0, 1)),
    passed          INTEGER NOT NULL DEFAULT 0,
    passed_by_green INTEGER NOT NULL DEFAULT 0,
    calls           INTEGER NOT NULL DEFAULT 0,
    recalls         INTEGER NOT NULL DEFAULT 0,
    revived         INTEGER NOT NULL DEFAULT 0 CHECK (revived IN (0, 1)),
    called_at       INTEGER,
    started_at      INTEGER,
    completed_at    INTEGER,
    ended_at        INTEGER,
    wait_s          INTEGER,
    served_s        INTEGER,
    void_reason     TEXT,
    UNIQUE (day, number)
) STRICT;

-- Rule Q7: the matters of a visit, in the order they were named.
CREATE TABLE matters (
    ticket  INTEGER NOT NULL REFERENCES tickets (seq),
    place   INTEGER NOT NULL,
    service TEXT    NOT NULL,
    window  INTEGER,
    done_at INTEGER,
    PRIMARY KEY (ticket, place)
) STRICT, WITHOUT ROWID;

-- Rule Q3: every call with its reason. `inputs` and `overtaken` are JSON as in the event.
CREATE TABLE calls (
    position    INTEGER PRIMARY KEY REFERENCES log (position),
    day         INTEGER NOT NULL REFERENCES days (day),
    at          INTEGER NOT NULL,
    ticket      INTEGER NOT NULL REFERENCES tickets (seq),
    number      TEXT    NOT NULL,
    window      INTEGER NOT NULL,
    reason      TEXT    NOT NULL,
    service     TEXT    NOT NULL,
    class       TEXT    NOT NULL,
    wait_s      INTEGER NOT NULL,
    inputs      TEXT    NOT NULL,
    overtaken   TEXT    NOT NULL,
    n_overtaken INTEGER NOT NULL
) STRICT;
CREATE INDEX calls_day ON calls (day);
CREATE INDEX calls_ticket ON calls (ticket);

-- Rule Q5: where a ticket was sent on and why.
CREATE TABLE transfers (
    position    INTEGER PRIMARY KEY REFERENCES log (position),
    day         INTEGER NOT NULL REFERENCES days (day),
    at          INTEGER NOT NULL,
    ticket      INTEGER NOT NULL REFERENCES tickets (seq),
    from_window INTEGER,
    to_window   INTEGER,
    service     TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    asked_by    TEXT    NOT NULL
) STRICT;
CREATE INDEX transfers_day ON transfers (day);
CREATE INDEX transfers_ticket ON transfers (ticket);

-- A ticket's service ended at a window; the clerk is who was on duty then (rule P2).
CREATE TABLE completions (
    position INTEGER PRIMARY KEY REFERENCES log (position),
    day      INTEGER NOT NULL REFERENCES days (day),
    at       INTEGER NOT NULL,
    ticket   INTEGER NOT NULL REFERENCES tickets (seq),
    window   INTEGER NOT NULL,
    clerk    TEXT,
    served_s INTEGER NOT NULL,
    prompted INTEGER NOT NULL CHECK (prompted IN (0, 1))
) STRICT;
CREATE INDEX completions_day ON completions (day);
CREATE INDEX completions_ticket ON completions (ticket, window);

CREATE TABLE windows (
    day          INTEGER NOT NULL REFERENCES days (day),
    number       INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('closed', 'free', 'asking', 'calling', 'serving', 'paused')),
    since        INTEGER NOT NULL,
    clerk        TEXT,
    ticket       INTEGER REFERENCES tickets (seq),
    pause_booked TEXT,
    PRIMARY KEY (day, number)
) STRICT, WITHOUT ROWID;

-- Rule P1: the reason and the length of each pause.
CREATE TABLE pauses (
    position INTEGER PRIMARY KEY REFERENCES log (position),
    day      INTEGER NOT NULL REFERENCES days (day),
    window   INTEGER NOT NULL,
    clerk    TEXT,
    reason   TEXT    NOT NULL,
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    length_s INTEGER
) STRICT;
CREATE INDEX pauses_window ON pauses (day, window);

-- Rules R2, R4: one rating for the matters done together at one window; a visit that went on elsewhere has another there.
-- Rule R3: no level means that the prompt ended without an answer.
CREATE TABLE ratings (
    completion INTEGER PRIMARY KEY REFERENCES completions (position),
    day        INTEGER NOT NULL REFERENCES days (day),
    ticket     INTEGER NOT NULL REFERENCES tickets (seq),
    window     INTEGER NOT NULL,
    clerk      TEXT,
    level      INTEGER CHECK (level BETWEEN 1 AND 5),
    reasons    TEXT    NOT NULL,
    rated_at   INTEGER,
    closed_at  INTEGER,
    CHECK ((level IS NULL) = (rated_at IS NULL))
) STRICT;
CREATE INDEX ratings_ticket ON ratings (ticket);
CREATE INDEX ratings_day ON ratings (day);

-- What must happen once on paper. A ticket's number that did not print is reprinted or voided on record (rule Q1).
CREATE TABLE jobs (
    job       INTEGER PRIMARY KEY,
    ticket    INTEGER REFERENCES tickets (seq),
    printer   TEXT    NOT NULL,
    purpose   TEXT    NOT NULL CHECK (purpose IN ('slip', 'reprint', 'notice')),
    english   INTEGER NOT NULL CHECK (english IN (0, 1)),
    state     TEXT    NOT NULL CHECK (state IN ('queued', 'sent', 'confirmed', 'failed', 'void')),
    queued_at INTEGER NOT NULL,
    sent_at   INTEGER,
    ended_at  INTEGER,
    why       TEXT
) STRICT;
CREATE INDEX jobs_open ON jobs (job) WHERE state IN ('queued', 'sent');
CREATE INDEX jobs_ticket ON jobs (ticket) WHERE ticket IS NOT NULL;

-- Rule O1: a fault is open until the device works again.
CREATE TABLE faults (
    position  INTEGER PRIMARY KEY REFERENCES log (position),
    device    TEXT    NOT NULL,
    fault     TEXT    NOT NULL,
    detail    TEXT    NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX faults_open ON faults (device, fault) WHERE closed_at IS NULL;
