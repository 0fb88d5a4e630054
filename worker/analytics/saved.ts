/** Statements that analysts keep: seen by their owner and by who shares a brand with them, run with the reader's own brands. */

/** A kept statement. */
export interface Saved {
  /** `sav_` and 22 characters. */
  id: string;
  title: string;
  sql: string;
  owner: string;
  brands: string[];
  /** Epoch seconds. */
  updatedAt: number;
}

/** Who looks: a name and the brands it may see. */
export interface Reader {
  name: string;
  brands: readonly string[];
}

interface Row {
  id: string;
  title: string;
  text: string;
  owner: string;
  brands: string;
  updated_at: number;
}

const LISTED = 200;

/** Everything the reader may see, newest first. */
export async function savedFor(db: D1Database, reader: Reader): Promise<Saved[]> {
  const sql = `SELECT * FROM saved_question WHERE ${VISIBLE(reader)} ORDER BY updated_at DESC, id LIMIT ${LISTED}`;
  const { results } = await db
    .prepare(sql)
    .bind(...bound(reader))
    .all<Row>();
  return results.map(savedOf);
}

/** The statement `id`, if the reader may see it: somebody else's is as if it were not there. */
export async function savedById(db: D1Database, reader: Reader, id: string): Promise<Saved | undefined> {
  const sql = `SELECT * FROM saved_question WHERE ${VISIBLE(reader)} AND id = ?`;
  const row = await db
    .prepare(sql)
    .bind(...bound(reader), id)
    .first<Row>();
  return row ? savedOf(row) : undefined;
}

/** Keeps a statement, or a new wording of it if it is its owner's. Whether it did. */
export async function save(db: D1Database, { id, title, sql, owner, brands, updatedAt }: Saved): Promise<boolean> {
  const { meta } = await db
    .prepare(
      "INSERT INTO saved_question (id, title, text, owner, brands, updated_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text, brands = excluded.brands, updated_at = excluded.updated_at WHERE owner = excluded.owner",
    )
    .bind(id, title, sql, owner, brands.join(","), updatedAt)
    .run();
  return meta.changes > 0;
}

/** Throws a statement of `owner` away, or anybody's where it is undefined. Whether there was one. */
export async function unsave(db: D1Database, id: string, owner: string | undefined): Promise<boolean> {
  const { meta } = await db
    .prepare("DELETE FROM saved_question WHERE id = ? AND (owner = ? OR ?)")
    .bind(id, owner ?? "", owner === undefined ? 1 : 0)
    .run();
  return meta.changes > 0;
}

/** Brands are kept as `a,b`; a comma on both sides makes each a whole word. Ids hold no wildcard of LIKE. */
const VISIBLE = ({ brands }: Reader) => `(owner = ?${" OR ',' || brands || ',' LIKE ?".repeat(brands.length)})`;

const bound = ({ name, brands }: Reader) => [name, ...brands.map((brand) => `%,${brand},%`)];

function savedOf({ id, title, text, owner, brands, updated_at }: Row): Saved {
  return { id, title, sql: text, owner, brands: brands.split(","), updatedAt: updated_at };
}
