-- Rule W3: the wait that a person was told when the number was taken, and the one that came. No older log has such entries,
-- so nothing is to be made again.
CREATE TABLE told_waits (
    ticket   INTEGER PRIMARY KEY REFERENCES tickets (seq),
    day      INTEGER NOT NULL REFERENCES days (day),
    at       INTEGER NOT NULL,
    median_s INTEGER NOT NULL,
    low_s    INTEGER NOT NULL,
    high_s   INTEGER NOT NULL,
    naive_s  INTEGER NOT NULL,
    doubtful INTEGER NOT NULL CHECK (doubtful IN (0, 1)),
    came_s   INTEGER
) STRICT;
CREATE INDEX told_waits_day ON told_waits (day);

-- Rule W2: when a wait neared and passed its target.
CREATE TABLE reminders (
    position INTEGER PRIMARY KEY REFERENCES log (position),
    day      INTEGER NOT NULL REFERENCES days (day),
    at       INTEGER NOT NULL,
    ticket   INTEGER NOT NULL REFERENCES tickets (seq),
    passed   INTEGER NOT NULL CHECK (passed IN (0, 1)),
    wait_s   INTEGER NOT NULL
) STRICT;
CREATE INDEX reminders_day ON reminders (day);
