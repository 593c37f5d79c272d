// Connections to PostgreSQL: encrypted unless the server is on this machine, numbers read as numbers.
import type pg from "pg";
import { Failure } from "#base/failure.ts";
import { loadLibrary } from "./load-library.ts";

/** How a server is reached. `ca` is the authority of its certificate in PEM. */
export type PostgresPlace = {
  readonly url: string;
  readonly ca?: string;
  readonly connectionsMax?: number;
};

const CONNECT_MS_MAX = 10_000;
/** A statement of ours takes milliseconds; a question of somebody may take longer. */
const STATEMENT_MS_MAX = 60_000;
/** Types of PostgreSQL (pg_type.oid) that come as text for fear of large values: 64-bit whole numbers and sums of them. */
const INT8 = 20;
const NUMERIC = 1_700;
const LOCAL = /^(?:127\.0\.0\.1|::1|\[::1\]|localhost|)$/;

/** Opens a pool; nothing is connected before the first statement. Throws Failures `fleet-setup` and `usage`. */
export async function openPool(place: PostgresPlace): Promise<pg.Pool> {
  const { default: library } = await loadLibrary(["pg"], () => import("pg"));
  const pool = new library.Pool({
    ...checkedPlace(place),
    max: place.connectionsMax ?? 4,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    application_name: "sallyport",
    // WHY: compiling a question of ours takes longer than answering it.
    options: "-c jit=off",
    types: {
      getTypeParser: ((type: number, form?: string) =>
        form !== "binary" && (type === INT8 || type === NUMERIC)
          ? Number
          : library.types.getTypeParser(type, form as "text")) as typeof pg.types.getTypeParser,
    },
  });
  // WHY: a server that goes away while nobody asks is told by the next question, not by the end of this process.
  pool.on("error", () => undefined);
  return pool;
}

/** The parts of an address. INVARIANT: a password or an event never goes to another machine in clear. */
function checkedPlace({ url, ca }: PostgresPlace): pg.PoolConfig {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(?:ql)?:$/.test(parsed.protocol))
    throw new Failure(
      "usage",
      "the address of PostgreSQL is `postgresql://USER@HOST:PORT/DATABASE`",
    );
  const socket = parsed.searchParams.get("host");
  const host = socket ?? parsed.hostname;
  const strange = [...parsed.searchParams.keys()].find((name) => name !== "host");
  if (strange !== undefined)
    throw new Failure(
      "usage",
      `the address of PostgreSQL takes no \`${strange}\`: certificates are checked always, and a file with the authority is named beside it`,
    );
  const isLocal = host.startsWith("/") || LOCAL.test(host);
  return {
    host: host.replaceAll(/^\[|\]$/g, ""),
    ...(parsed.port === "" ? {} : { port: Number(parsed.port) }),
    user: decodeURIComponent(parsed.username),
    ...(parsed.password === "" ? {} : { password: decodeURIComponent(parsed.password) }),
    database: decodeURIComponent(parsed.pathname.slice(1)),
    ...(ca === undefined && isLocal
      ? {}
      : { ssl: { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) } }),
  };
}

/** Does work in one transaction: all of it or nothing. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let isBroken = false;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {
      isBroken = true;
    });
    throw error;
  } finally {
    client.release(isBroken);
  }
}
