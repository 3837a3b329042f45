-- Times are milliseconds since 1970-01-01T00:00Z. Sources, destinations and subscriptions are numbers
-- out of the table name. States: 0 due, 1 leased, 2 held, 3 delivered, 4 dead, 5 cancelled.
-- What strangers wrote is bytea (UTF-8): text cannot hold every character they can send.

CREATE TABLE name (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    text text COLLATE "C" NOT NULL UNIQUE
);

-- What arrived. Ids grow with time, so a range of ids is a range of time: partitions are weeks.
-- checksum: CRC32C of the id, the headers as encoded and the body.
CREATE TABLE event (
    id bigint NOT NULL,
    source integer NOT NULL,
    type bytea,
    external_id bytea,
    received_at bigint NOT NULL,
    checksum bigint NOT NULL,
    headers bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);

-- Apart from the events, so that a week of them can be dropped while its keys are still remembered.
CREATE TABLE dedupe (
    high bigint NOT NULL,
    low bigint NOT NULL,
    event bigint NOT NULL,
    expires bigint NOT NULL,
    PRIMARY KEY (high, low)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

CREATE INDEX dedupe_expires ON dedupe (expires);

-- Unfinished deliveries only: small, whatever the length of history. visible_at: when due, or when
-- the lease ends. node: whose lease it is.
CREATE TABLE work (
    event bigint NOT NULL,
    ordinal integer NOT NULL,
    destination integer NOT NULL,
    subscription integer NOT NULL,
    state smallint NOT NULL,
    node smallint NOT NULL,
    visible_at bigint NOT NULL,
    token bigint NOT NULL,
    attempts integer NOT NULL,
    throttled integer NOT NULL,
    lost integer NOT NULL,
    replay_of integer,
    created_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    reason bytea,
    PRIMARY KEY (event, ordinal)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.1);

CREATE INDEX work_due ON work (destination, visible_at, event, ordinal) WHERE state = 0;

CREATE INDEX work_leased ON work (node, visible_at) WHERE state = 1;

-- Finished deliveries.
CREATE TABLE delivery (
    event bigint NOT NULL,
    ordinal integer NOT NULL,
    destination integer NOT NULL,
    subscription integer NOT NULL,
    state smallint NOT NULL,
    finished_at bigint NOT NULL,
    reason bytea,
    attempts integer NOT NULL,
    throttled integer NOT NULL,
    replay_of integer,
    created_at bigint NOT NULL,
    PRIMARY KEY (event, ordinal)
) PARTITION BY RANGE (event);

CREATE INDEX delivery_dead ON delivery (event, ordinal) WHERE state = 4;

-- headers is null where no response came.
CREATE TABLE attempt (
    event bigint NOT NULL,
    ordinal integer NOT NULL,
    number integer NOT NULL,
    started_at bigint NOT NULL,
    nanos bigint NOT NULL,
    outcome smallint NOT NULL,
    status integer NOT NULL,
    detail bytea,
    headers bytea,
    body bytea,
    truncated smallint NOT NULL,
    PRIMARY KEY (event, ordinal, number)
) PARTITION BY RANGE (event);

-- Changes of state that no attempt tells of; repeated ones are counted.
CREATE TABLE state_change (
    event bigint NOT NULL,
    ordinal integer NOT NULL,
    change text NOT NULL,
    times integer NOT NULL,
    first_at bigint NOT NULL,
    last_at bigint NOT NULL,
    PRIMARY KEY (event, ordinal, change)
);

-- Kept with every commit, so that nothing has to be counted. Each writer of each node has rows of its
-- own (slot), so that commits never wait for each other; the sum is the count. state -1: events
-- (destination 0).
CREATE TABLE counter (
    slot integer NOT NULL,
    destination integer NOT NULL,
    state smallint NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (slot, destination, state)
) WITH (fillfactor = 25, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

-- Numbers that outlive the rows they came from: highest_id.
CREATE TABLE fact (
    key text PRIMARY KEY,
    value bigint NOT NULL
);

-- Processes on this database. name: kept in a node's data directory. incarnation: of its present
-- process. told_at: its own clock, when it last gave a sign of life. seen_at: the database's, then.
CREATE TABLE node (
    number smallint PRIMARY KEY,
    name text NOT NULL UNIQUE,
    incarnation bigint NOT NULL,
    seen_at timestamptz NOT NULL,
    told_at bigint NOT NULL,
    closed boolean NOT NULL
) WITH (fillfactor = 25);

CREATE TABLE reject (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source bytea NOT NULL,
    rejected_at bigint NOT NULL,
    reason bytea NOT NULL,
    method bytea NOT NULL,
    url bytea NOT NULL,
    remote bytea NOT NULL,
    headers bytea NOT NULL,
    body bytea NOT NULL
);

CREATE INDEX reject_source ON reject (source, id);

CREATE INDEX reject_age ON reject (rejected_at);

CREATE TABLE declaration (
    kind text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    origin text NOT NULL,
    json text NOT NULL,
    PRIMARY KEY (kind, name)
);

CREATE TABLE standing (
    destination text COLLATE "C" PRIMARY KEY,
    mode text NOT NULL,
    reason text NOT NULL
);

-- Open circuits. version: of this opening. opens_at: when a probe may begin; prober: the node that
-- may probe, until probe_ends_at; -1: none. By the database's clock.
CREATE TABLE circuit (
    destination integer PRIMARY KEY,
    version bigint GENERATED BY DEFAULT AS IDENTITY,
    failures integer NOT NULL,
    opens_at timestamptz NOT NULL,
    prober smallint NOT NULL,
    probe_ends_at timestamptz NOT NULL
) WITH (fillfactor = 25);
