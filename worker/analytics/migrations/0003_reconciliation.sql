-- What Analytics Engine had of each UTC day beside what was counted exactly, as the console's Worker found it by itself.
-- A later look at a day takes the place of an earlier one. Kept 92 days, as the rows it speaks of.
CREATE TABLE reconciliation (
  brand TEXT NOT NULL,
  day INTEGER NOT NULL, -- epoch seconds of its beginning
  until INTEGER NOT NULL, -- epoch seconds up to which it was over and settled, exclusive
  at INTEGER NOT NULL, -- when it was looked at
  exact INTEGER NOT NULL,
  engine REAL NOT NULL,
  margin REAL NOT NULL, -- half width of the 95 % interval of `engine`; 0 where nothing was sampled
  off INTEGER NOT NULL, -- 1: the difference is larger than sampling and one in a hundred explain
  differs TEXT NOT NULL, -- JSON object: outcome to what the engine has more (+) or less (-)
  PRIMARY KEY (brand, day)
) STRICT, WITHOUT ROWID;

-- The last look at a brand, and the last that came to something.
CREATE TABLE reconciled (
  brand TEXT PRIMARY KEY,
  tried_at INTEGER NOT NULL,
  done_at INTEGER,
  state TEXT NOT NULL -- done, or why not: unanswered, late, exact
) STRICT, WITHOUT ROWID;
