/** The shape of the store file, version by version. A list that only grows: a released entry is never edited. */

/** Version n of the file is what the first n entries made; each runs in one transaction, after a backup. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE records (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    expires_at_ms INTEGER,
    PRIMARY KEY (kind, id)
  ) STRICT;
  CREATE INDEX records_expiring ON records (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    fence INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE lane_entries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    lane TEXT NOT NULL,
    kind TEXT NOT NULL,
    not_before_ms INTEGER NOT NULL,
    finished_at_ms INTEGER
  ) STRICT;
  CREATE INDEX lane_entries_waiting ON lane_entries (lane, seq) WHERE finished_at_ms IS NULL;
  CREATE INDEX lane_entries_finished ON lane_entries (finished_at_ms) WHERE finished_at_ms IS NOT NULL;
  `,
  // The few records that are not over, found at every start among those of a year. The words are those of the phases in the core, as
  // JSON.stringify writes them; the same words in somebody's instruction have backslashes before their quotes.
  `
  CREATE INDEX records_open ON records (kind, id)
    WHERE kind IN ('turns', 'renders')
      AND instr(value, '"phase":"settled"') = 0
      AND instr(value, '"phase":"delivered"') = 0
      AND instr(value, '"phase":"failed"') = 0
      AND instr(value, '"phase":"cancelled"') = 0;
  -- Whose a record is: the id and the quote after it begin the text. Found without reading the records of everybody else.
  CREATE INDEX records_owner ON records (substr(value, instr(value, '"requesterId":"') + 15, 24))
    WHERE kind IN ('threads', 'turns', 'renders', 'arrivals');
  `,
];
