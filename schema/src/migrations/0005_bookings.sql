-- Appointments (rules A1 to A9). No older log has such entries, so nothing is to be made again. Names, telephone and identity
-- numbers are in `sealed`, encrypted under a key that is not in this file; `person` is a keyed hash.
CREATE TABLE bookings (
    booking       INTEGER PRIMARY KEY,
    person        TEXT    NOT NULL,
    sealed        TEXT    NOT NULL,
    service       TEXT    NOT NULL,
    service_code  TEXT    NOT NULL,
    time          INTEGER NOT NULL,
    matter        TEXT    NOT NULL CHECK (matter IN ('personal', 'legal')),
    channel       TEXT    NOT NULL CHECK (channel IN ('online', 'on_site', 'telephone')),
    registered_at INTEGER NOT NULL,
    registered_by TEXT    NOT NULL,
    code          TEXT    NOT NULL,
    reference     TEXT,
    made_at       INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('booked', 'forfeited', 'checked_in', 'no_show', 'unknown', 'cancelled',
                                                    'not_kept')),
    ticket        INTEGER REFERENCES tickets (seq),
    late          INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)),
    reminded_at   INTEGER,
    ended_at      INTEGER,
    reason        TEXT,
    breach        INTEGER NOT NULL DEFAULT 0 CHECK (breach IN (0, 1))
) STRICT;
CREATE INDEX bookings_time ON bookings (time);
CREATE INDEX bookings_reference ON bookings (reference) WHERE reference IS NOT NULL;

-- Where the entries about bookings are in the log: a start reads those of the last months and no others.
CREATE TABLE booking_entries (
    position INTEGER PRIMARY KEY REFERENCES log (position),
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX booking_entries_at ON booking_entries (at);

-- Rules A7, A8: whom the staff is to call.
CREATE TABLE tasks (
    task      INTEGER PRIMARY KEY,
    kind      TEXT    NOT NULL CHECK (kind IN ('call_back', 'offer_times')),
    booking   INTEGER NOT NULL REFERENCES bookings (booking),
    raised_at INTEGER NOT NULL,
    done_at   INTEGER,
    done_by   TEXT,
    note      TEXT
) STRICT;

-- Rule A8: the restricted list.
CREATE TABLE restrictions (
    position  INTEGER PRIMARY KEY REFERENCES log (position),
    person    TEXT    NOT NULL,
    why       TEXT    NOT NULL CHECK (why IN ('no_show', 'malicious', 'duplicate')),
    since     INTEGER NOT NULL,
    until     INTEGER NOT NULL,
    asked_by  TEXT    NOT NULL,
    lifted_at INTEGER,
    lifted_by TEXT,
    reason    TEXT
) STRICT;
CREATE INDEX restrictions_person ON restrictions (person);

-- Numbers taken by card: one open one per person and service.
CREATE TABLE holders (
    ticket INTEGER PRIMARY KEY REFERENCES tickets (seq),
    person TEXT    NOT NULL
) STRICT;

-- Rules A6, A7: what is to be told to a person who is not here, and what became of it. `handed`: given to the outlet, and
-- whether it went out is in doubt until an end is known.
CREATE TABLE messages (
    message   INTEGER PRIMARY KEY,
    booking   INTEGER NOT NULL REFERENCES bookings (booking),
    about     TEXT    NOT NULL CHECK (about IN ('reminder', 'not_kept')),
    outlet    TEXT    NOT NULL,
    state     TEXT    NOT NULL CHECK (state IN ('queued', 'handed', 'sent', 'failed', 'doubtful', 'void')),
    queued_at INTEGER NOT NULL,
    handed_at INTEGER,
    ended_at  INTEGER,
    tries     INTEGER NOT NULL DEFAULT 0,
    reference TEXT,
    why       TEXT
) STRICT;
CREATE INDEX messages_open ON messages (message) WHERE state IN ('queued', 'handed');

-- Rule G5: who accompanies the person.
ALTER TABLE tickets ADD COLUMN helper TEXT;

-- Rules A1, Q9: the booking's form is printed, and the notice of a service. SQLite cannot change a CHECK, so the rows are copied.
CREATE TABLE jobs_with_forms (
    job       INTEGER PRIMARY KEY,
    ticket    INTEGER REFERENCES tickets (seq),
    booking   INTEGER REFERENCES bookings (booking),
    service   TEXT,
    printer   TEXT    NOT NULL,
    purpose   TEXT    NOT NULL CHECK (purpose IN ('slip', 'reprint', 'notice', 'explanation', 'form')),
    english   INTEGER NOT NULL CHECK (english IN (0, 1)),
    state     TEXT    NOT NULL CHECK (state IN ('queued', 'sent', 'confirmed', 'failed', 'void')),
    queued_at INTEGER NOT NULL,
    sent_at   INTEGER,
    ended_at  INTEGER,
    why       TEXT
) STRICT;
INSERT INTO jobs_with_forms (job, ticket, printer, purpose, english, state, queued_at, sent_at, ended_at, why)
SELECT job, ticket, printer, purpose, english, state, queued_at, sent_at, ended_at, why FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_with_forms RENAME TO jobs;
CREATE INDEX jobs_open ON jobs (job) WHERE state IN ('queued', 'sent');
CREATE INDEX jobs_ticket ON jobs (ticket) WHERE ticket IS NOT NULL;
