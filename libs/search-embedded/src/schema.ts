import { sha256Hex } from '#kernel';
import { analyzerVersion } from '#search';

/** Documents per block: a slot in a block and the four bits of a term's code fill one 16-bit number. */
export const blockSlots = 4096;

/** Terms of one and two characters that words of the head begin with are rows of their own, marked by this. */
export const prefixMark = '\u0001';

export const tables = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE document (
    docid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name_key TEXT NOT NULL, revision INTEGER NOT NULL,
    card TEXT NOT NULL, name TEXT NOT NULL, title TEXT, summary TEXT, description TEXT, rest TEXT NOT NULL
  );
  CREATE INDEX document_name ON document (name_key);
  CREATE TABLE posting (term TEXT, block INTEGER, codes BLOB NOT NULL, PRIMARY KEY (term, block)) WITHOUT ROWID;
  CREATE TABLE term (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE);
  CREATE TABLE term_shelf (length INTEGER PRIMARY KEY, marks BLOB NOT NULL, characters BLOB NOT NULL);
  CREATE TABLE facet_value (
    id INTEGER PRIMARY KEY, facet INTEGER NOT NULL, key TEXT NOT NULL, shown TEXT NOT NULL,
    generation INTEGER NOT NULL, UNIQUE (facet, key)
  );
  CREATE INDEX facet_value_generation ON facet_value (generation);
  CREATE TABLE facet_spelling (
    value INTEGER, spelling TEXT, documents INTEGER NOT NULL, PRIMARY KEY (value, spelling)
  ) WITHOUT ROWID;
  CREATE TABLE block (block INTEGER PRIMARY KEY, generation INTEGER NOT NULL, columns BLOB NOT NULL);
`;

/** Rises with every change of the columns or of the card that is kept beside them. */
const columnsVersion = 2;

/** An index written under another mark can't be read; it is built anew. */
export const schemaMark = sha256Hex(`${tables}|${blockSlots}|${columnsVersion}|${analyzerVersion}`).slice(
  0,
  16,
);
