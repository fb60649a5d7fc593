-- The log: one row per entry, appended and never changed. `body` is the entry as JSON, hashed byte for byte as stored;
-- `hash` is SHA-256(previous hash | position | at | body), both integers big-endian, the first row after 32 zero bytes.
-- Nothing but these columns is a source of truth.
PRAGMA application_id = 1751215212; -- the letters "hall": a file of another program is refused before it is touched

CREATE TABLE log (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    at       INTEGER NOT NULL,
    body     TEXT    NOT NULL CHECK (json_valid(body)),
    hash     BLOB    NOT NULL CHECK (length(hash) = 32),
    kind     TEXT    NOT NULL GENERATED ALWAYS AS ((body ->> '$.kind') || '.' || (body ->> '$.event')) VIRTUAL,
    ticket   INTEGER          GENERATED ALWAYS AS (body ->> '$.ticket') VIRTUAL
) STRICT;

-- Restarting reads from the latest day on: ten years of rows before it must cost nothing.
CREATE INDEX log_days ON log (position) WHERE kind = 'hall.day_opened';

-- The history of one ticket, for explanations.
CREATE INDEX log_tickets ON log (ticket) WHERE ticket IS NOT NULL;

CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON log BEGIN
    SELECT raise(ABORT, 'the log is only ever appended to');
END;

CREATE TRIGGER log_is_not_shortened BEFORE DELETE ON log BEGIN
    SELECT raise(ABORT, 'the log is only ever appended to');
END;
