-- The tables of a new store in a file, as the migrations make them: a test compares the two. A change begins with a
-- migration, which is what an older store, or one on a server, goes by.
--
-- Days are ISO text ("2024-03-31"), lists that are never searched are JSON text: one representation on every database,
-- which sorts, compares and copies the same everywhere. Enums are kept by value.

CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('0007');

CREATE TABLE bodies (
    id INTEGER NOT NULL,
    "key" VARCHAR NOT NULL, -- the name without its case; "" for papers that name no body
    name VARCHAR, -- as most of its papers print it
    stale BOOLEAN NOT NULL, -- its papers, or the tracker, changed since its promises were derived
    CONSTRAINT pk_bodies PRIMARY KEY (id),
    CONSTRAINT uq_bodies_key UNIQUE ("key")
);

CREATE TABLE papers (
    id INTEGER NOT NULL,
    sha256 VARCHAR NOT NULL,
    ruleset VARCHAR NOT NULL,
    name VARCHAR NOT NULL, -- file name, with folders where two papers share one
    file VARCHAR NOT NULL,
    backwards VARCHAR NOT NULL, -- the path that names it, folders last: compared byte by byte
    body_id INTEGER NOT NULL,
    body VARCHAR, -- as printed
    media_type VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    date VARCHAR,
    next_date VARCHAR,
    meeting_dates TEXT NOT NULL,
    draft BOOLEAN NOT NULL,
    pages INTEGER,
    coverage VARCHAR NOT NULL,
    warnings TEXT NOT NULL,
    cancelled TEXT DEFAULT '[]' NOT NULL, -- days
    CONSTRAINT pk_papers PRIMARY KEY (id),
    CONSTRAINT fk_papers_body_id FOREIGN KEY(body_id) REFERENCES bodies (id),
    CONSTRAINT uq_papers_sha256 UNIQUE (sha256)
);
CREATE INDEX ix_papers_backwards ON papers (backwards);
CREATE INDEX ix_papers_body ON papers (body, body_id, date); -- all that `gather` asks of all papers
CREATE INDEX ix_papers_body_id ON papers (body_id);
CREATE INDEX ix_papers_file ON papers (file);
CREATE INDEX ix_papers_name ON papers (name);

-- Apart from the papers, so that a list of papers does not leaf through their texts.
CREATE TABLE texts (
    paper_id INTEGER NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT pk_texts PRIMARY KEY (paper_id),
    CONSTRAINT fk_texts_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE
);

-- Every file seen, and the paper that it holds: byte-identical files are one paper, which lives as long as one of them.
CREATE TABLE sources (
    path VARCHAR NOT NULL,
    paper_id INTEGER NOT NULL,
    CONSTRAINT pk_sources PRIMARY KEY (path),
    CONSTRAINT fk_sources_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE
);
CREATE INDEX ix_sources_paper_id ON sources (paper_id);

CREATE TABLE failures (
    path VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    message TEXT NOT NULL,
    CONSTRAINT pk_failures PRIMARY KEY (path)
);

CREATE TABLE attendees (
    paper_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    initials VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    present BOOLEAN NOT NULL,
    CONSTRAINT pk_attendees PRIMARY KEY (paper_id, seq),
    CONSTRAINT fk_attendees_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE
);

CREATE TABLE items (
    paper_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    number VARCHAR NOT NULL,
    title TEXT NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    CONSTRAINT pk_items PRIMARY KEY (paper_id, seq),
    CONSTRAINT fk_items_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE
);

CREATE TABLE extracts (
    paper_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    quote TEXT NOT NULL,
    page INTEGER,
    boxes TEXT NOT NULL,
    rule VARCHAR NOT NULL,
    confidence FLOAT NOT NULL,
    owner VARCHAR,
    owner_name VARCHAR,
    due_words VARCHAR,
    due_start VARCHAR,
    due_end VARCHAR,
    due_kind VARCHAR,
    strength VARCHAR,
    outcome VARCHAR,
    formal BOOLEAN NOT NULL,
    recipient VARCHAR,
    reference VARCHAR,
    status TEXT,
    item VARCHAR,
    CONSTRAINT pk_extracts PRIMARY KEY (paper_id, seq),
    CONSTRAINT fk_extracts_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE,
    CONSTRAINT uq_extracts_paper_id_id UNIQUE (paper_id, id)
);
CREATE INDEX ix_extracts_kind ON extracts (kind);

CREATE TABLE links (
    paper_id INTEGER NOT NULL,
    extract_id VARCHAR NOT NULL,
    type VARCHAR NOT NULL, -- "answers" or "arises-from"
    seq INTEGER NOT NULL,
    target VARCHAR NOT NULL,
    CONSTRAINT pk_links PRIMARY KEY (paper_id, extract_id, type, seq),
    CONSTRAINT fk_links_paper_id_extract_id FOREIGN KEY(paper_id, extract_id)
        REFERENCES extracts (paper_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_links_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE
);

CREATE TABLE evidence (
    paper_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    type VARCHAR NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    quote TEXT NOT NULL,
    page INTEGER,
    reference VARCHAR,
    extract VARCHAR,
    day VARCHAR,
    CONSTRAINT pk_evidence PRIMARY KEY (paper_id, seq),
    CONSTRAINT fk_evidence_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE
);

CREATE TABLE unclaimed (
    paper_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    span_start INTEGER NOT NULL,
    span_end INTEGER NOT NULL,
    quote TEXT NOT NULL,
    page INTEGER,
    CONSTRAINT pk_unclaimed PRIMARY KEY (paper_id, seq),
    CONSTRAINT fk_unclaimed_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE
);

CREATE TABLE meta (
    name VARCHAR NOT NULL, -- "tracker": the code that all but the stale bodies were derived with
    value VARCHAR NOT NULL,
    CONSTRAINT pk_meta PRIMARY KEY (name)
);

-- What people entered. It only grows, and nothing makes it anew: not the papers, not another tracker. So it refers to no
-- other table, and each entry holds as much of its promise as it takes to be understood without it.
CREATE TABLE ledger (
    seq INTEGER NOT NULL, -- 1, 2, 3 ...
    at VARCHAR NOT NULL, -- "2024-04-02T09:15:00Z"
    who VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    promise VARCHAR NOT NULL,
    body VARCHAR,
    made VARCHAR,
    paper VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL, -- the paper's
    page INTEGER,
    quote TEXT NOT NULL,
    payload TEXT NOT NULL,
    reason TEXT NOT NULL,
    previous VARCHAR NOT NULL, -- the hash of the entry before, or 64 zeros
    hash VARCHAR NOT NULL, -- of all the others
    CONSTRAINT pk_ledger PRIMARY KEY (seq)
);
CREATE INDEX ix_ledger_kind ON ledger (kind);
CREATE INDEX ix_ledger_promise ON ledger (promise);
CREATE TRIGGER ledger_keeps_its_words BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER ledger_keeps_its_entries BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER ledger_grows_at_its_end BEFORE INSERT ON ledger
WHEN NEW.seq IS NOT (SELECT COALESCE(max(seq), 0) + 1 FROM ledger)
    OR NEW.previous IS NOT COALESCE((SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'an entry follows the last one of the ledger'); END;

-- Derived: the tables below hold nothing that the ones above do not tell, and are rebuilt by body.

CREATE TABLE promises (
    id VARCHAR NOT NULL,
    body_id INTEGER NOT NULL,
    paper_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    owner VARCHAR,
    owner_name VARCHAR,
    owner_words VARCHAR NOT NULL, -- owner, resolved owner and initials, folded, for the filter
    due_words VARCHAR,
    due_start VARCHAR,
    due_end VARCHAR,
    due_kind VARCHAR,
    strength VARCHAR NOT NULL,
    reference VARCHAR,
    page INTEGER,
    made VARCHAR,
    confidence FLOAT NOT NULL,
    mentions TEXT NOT NULL,
    inherited VARCHAR, -- the original due day of what it replaces
    owned VARCHAR, -- the day from which the owner is known, where that is later than it was made
    referred VARCHAR, -- the same of the reference
    CONSTRAINT pk_promises PRIMARY KEY (id),
    CONSTRAINT fk_promises_body_id FOREIGN KEY(body_id) REFERENCES bodies (id) ON DELETE CASCADE,
    CONSTRAINT fk_promises_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE
);
CREATE INDEX ix_promises_body_id ON promises (body_id);
CREATE INDEX ix_promises_paper_id ON promises (paper_id);

-- The words that `Filter.text` searches, apart from the promises for the same reason as the papers' texts.
CREATE TABLE promise_words (
    promise_id VARCHAR NOT NULL,
    words TEXT NOT NULL,
    CONSTRAINT pk_promise_words PRIMARY KEY (promise_id),
    CONSTRAINT fk_promise_words_promise_id FOREIGN KEY(promise_id) REFERENCES promises (id) ON DELETE CASCADE
);

CREATE TABLE sightings (
    promise_id VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    paper_id INTEGER NOT NULL,
    extract_id VARCHAR NOT NULL,
    CONSTRAINT pk_sightings PRIMARY KEY (promise_id, seq),
    CONSTRAINT fk_sightings_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE,
    CONSTRAINT fk_sightings_promise_id FOREIGN KEY(promise_id) REFERENCES promises (id) ON DELETE CASCADE
);
CREATE INDEX ix_sightings_paper_id_extract_id ON sightings (paper_id, extract_id);

CREATE TABLE events (
    promise_id VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    type VARCHAR NOT NULL,
    paper_id INTEGER NOT NULL,
    page INTEGER,
    date VARCHAR,
    quote TEXT NOT NULL,
    new_due VARCHAR,
    agreed BOOLEAN NOT NULL,
    day VARCHAR,
    owner VARCHAR, -- a new one
    successor VARCHAR, -- the promise that replaces this one
    CONSTRAINT pk_events PRIMARY KEY (promise_id, seq),
    CONSTRAINT fk_events_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE,
    CONSTRAINT fk_events_promise_id FOREIGN KEY(promise_id) REFERENCES promises (id) ON DELETE CASCADE
);
CREATE INDEX ix_events_paper_id ON events (paper_id);

-- What people laid over promises as read, with what was read.
CREATE TABLE corrections (
    promise_id VARCHAR NOT NULL,
    field VARCHAR NOT NULL, -- "owner", "due", "action"; "promise" where it is none, and has no verdict
    read TEXT,
    seq INTEGER NOT NULL, -- in the ledger
    CONSTRAINT pk_corrections PRIMARY KEY (promise_id, field),
    CONSTRAINT fk_corrections_promise_id FOREIGN KEY(promise_id) REFERENCES promises (id) ON DELETE CASCADE
);

-- Further ids of a promise: of those that people called the same.
CREATE TABLE aliases (
    id VARCHAR NOT NULL,
    promise_id VARCHAR NOT NULL,
    CONSTRAINT pk_aliases PRIMARY KEY (id),
    CONSTRAINT fk_aliases_promise_id FOREIGN KEY(promise_id) REFERENCES promises (id) ON DELETE CASCADE
);
CREATE INDEX ix_aliases_promise_id ON aliases (promise_id);

-- What the tracker leaves to a person: what may have happened to a promise, or, with `other`, which one it may be.
CREATE TABLE proposals (
    promise_id VARCHAR NOT NULL,
    seq INTEGER NOT NULL,
    type VARCHAR NOT NULL,
    paper_id INTEGER NOT NULL,
    page INTEGER,
    date VARCHAR,
    quote TEXT NOT NULL,
    other VARCHAR,
    CONSTRAINT pk_proposals PRIMARY KEY (promise_id, seq),
    CONSTRAINT fk_proposals_paper_id FOREIGN KEY(paper_id) REFERENCES papers (id) ON DELETE CASCADE,
    CONSTRAINT fk_proposals_promise_id FOREIGN KEY(promise_id) REFERENCES promises (id) ON DELETE CASCADE
);
CREATE INDEX ix_proposals_paper_id ON proposals (paper_id);

-- A verdict holds on the days from `from_date` up to, not including, `until`: what is outstanding on any day is one
-- walk along the second index, which is in the order of the list. "9999-12-31" stands for no day.
CREATE TABLE verdict_periods (
    promise_id VARCHAR NOT NULL,
    from_date VARCHAR NOT NULL,
    until VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    due VARCHAR,
    days_late INTEGER NOT NULL,
    agreed BOOLEAN,
    stale BOOLEAN NOT NULL,
    rank INTEGER NOT NULL, -- 0 late, 1 due soon, 2 open, 3 undated, 4 closed
    by_date VARCHAR NOT NULL, -- due, or 9999-12-31
    made VARCHAR NOT NULL, -- made, or 9999-12-31
    place INTEGER NOT NULL, -- order within the paper that made it
    searched TEXT NOT NULL,
    rests_on TEXT DEFAULT '[]' NOT NULL, -- seq of events
    original VARCHAR, -- due as first promised
    CONSTRAINT pk_verdict_periods PRIMARY KEY (promise_id, from_date),
    CONSTRAINT fk_verdict_periods_promise_id FOREIGN KEY(promise_id) REFERENCES promises (id) ON DELETE CASCADE
);
CREATE INDEX ix_verdict_periods_count ON verdict_periods (verdict, until, from_date);
CREATE INDEX ix_verdict_periods_list
    ON verdict_periods (rank, by_date, made, place, promise_id, from_date, until, verdict);
