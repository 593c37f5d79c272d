// Statements of the index's file: each prepared once, and queries whose rows are cut while they come.
import type sqlite from "node-sqlite3-wasm";

/** The file as the library has it open. */
export type Database = InstanceType<typeof sqlite.Database>;

type Statement = ReturnType<Database["prepare"]>;

/** A value of a cell. */
export type Cell = string | number | null;

/** The answer of a query. */
export type Selected = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly isCut: boolean;
};

/** A value that a statement is given. */
export type Bound = Cell | Uint8Array;

/** Runs statements, each prepared once. */
export type Statements = {
  run(sql: string, values: readonly Bound[]): void;
  /** Lets go of all of them; for the end. */
  finalize(): void;
};

/** Statements of one file, none of them prepared yet. */
export function createStatements(db: Database): Statements {
  const statements = new Map<string, Statement>();
  const prepared = (sql: string): Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const made = db.prepare(sql);
    statements.set(sql, made);
    return made;
  };
  return {
    run: (sql, values) => void prepared(sql).run(values as Bound[]),
    finalize() {
      for (const statement of statements.values()) statement.finalize();
    },
  };
}

/**
 * Rows of a query, at most `rowsMax`, and whether there were more. WHY step by step: an answer of a million rows must not be in
 * memory before it is cut.
 */
export function select(
  db: Database,
  sql: string,
  values: readonly Cell[] | Readonly<Record<string, Cell>>,
  rowsMax: number,
): Selected {
  const statement = db.prepare(sql);
  const rows: Cell[][] = [];
  let columns: readonly string[] = [];
  let isCut = false;
  try {
    const given = Array.isArray(values) ? [...values] : { ...(values as Record<string, Cell>) };
    for (const row of statement.iterate(given)) {
      if (rows.length >= rowsMax) {
        isCut = true;
        break;
      }
      if (rows.length === 0) columns = Object.keys(row);
      rows.push(Object.values(row).map(cellOf));
    }
  } finally {
    statement.finalize();
  }
  return { columns, rows, isCut };
}

/** A value of a column as a cell. */
export function cellOf(value: unknown): Cell {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return value instanceof Uint8Array ? `(${value.length} bytes)` : null;
}
