-- Times are milliseconds since 1970-01-01T00:00Z. Sources, destinations and subscriptions are numbers
-- out of the table name. States: 0 due, 1 leased, 2 held, 3 delivered, 4 dead, 5 cancelled.

CREATE TABLE name (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);

-- What arrived. Ids grow with time, so rows are appended at the right edge.
-- checksum: CRC32C of the id, the headers as encoded and the body.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    type TEXT,
    external_id TEXT,
    received_at INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    headers BLOB NOT NULL,
    body BLOB NOT NULL
);

-- Keys of which no complete run has been made yet, in the order of their arrival. A generation
-- becomes the run of the same number.
CREATE TABLE dedupe_recent (
    generation INTEGER NOT NULL,
    event INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (generation, event)
) WITHOUT ROWID;

-- Keys in sorted runs, each written once, in order.
CREATE TABLE dedupe (
    run INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    event INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (run, high, low)
) WITHOUT ROWID;

-- A run that is complete; filter tells quickly which keys are not in it.
CREATE TABLE dedupe_run (
    run INTEGER PRIMARY KEY,
    keys INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    filter BLOB NOT NULL
);

-- Unfinished deliveries only. visible_at: when due, or when the lease ends.
CREATE TABLE work (
    event INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    destination INTEGER NOT NULL,
    subscription INTEGER NOT NULL,
    state INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    token INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    throttled INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    replay_of INTEGER,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    reason TEXT,
    PRIMARY KEY (event, ordinal)
) WITHOUT ROWID;

-- A delivery that is tried at once and succeeds is never in this index.
CREATE INDEX work_due ON work (destination, visible_at) WHERE state = 0;

-- Finished deliveries.
CREATE TABLE delivery (
    event INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    destination INTEGER NOT NULL,
    subscription INTEGER NOT NULL,
    state INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    reason TEXT,
    attempts INTEGER NOT NULL,
    throttled INTEGER NOT NULL,
    replay_of INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event, ordinal)
) WITHOUT ROWID;

CREATE INDEX delivery_dead ON delivery (event, ordinal) WHERE state = 4;

-- headers is null where no response came.
CREATE TABLE attempt (
    event INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    nanos INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    status INTEGER NOT NULL,
    detail TEXT,
    headers BLOB,
    body BLOB,
    truncated INTEGER NOT NULL,
    PRIMARY KEY (event, ordinal, number)
) WITHOUT ROWID;

-- Changes of state that no attempt tells of; repeated ones are counted.
CREATE TABLE state_change (
    event INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    change TEXT NOT NULL,
    times INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (event, ordinal, change)
) WITHOUT ROWID;

-- Kept with every commit, so that nothing has to be counted. state -1: events (destination 0).
CREATE TABLE counter (
    destination INTEGER NOT NULL,
    state INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (destination, state)
) WITHOUT ROWID;

-- Numbers that outlive the rows they came from: highest_id.
CREATE TABLE fact (
    key TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE reject (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    rejected_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    remote TEXT NOT NULL,
    headers BLOB NOT NULL,
    body BLOB NOT NULL
);

CREATE INDEX reject_source ON reject (source, id);

CREATE TABLE declaration (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    origin TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;

CREATE TABLE standing (
    destination TEXT PRIMARY KEY,
    mode TEXT NOT NULL,
    reason TEXT NOT NULL
) WITHOUT ROWID;
