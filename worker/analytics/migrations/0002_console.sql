-- What analysts keep, and the record of what they asked (90 days).
CREATE TABLE saved_question (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  owner TEXT NOT NULL,
  brands TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE query_log (
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  role TEXT NOT NULL,
  brands TEXT NOT NULL,
  question TEXT,
  text TEXT NOT NULL,
  rows INTEGER NOT NULL
) STRICT;

CREATE INDEX query_log_at ON query_log (at);
