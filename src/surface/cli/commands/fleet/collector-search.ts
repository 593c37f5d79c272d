// `sallyport collector search`: events of a store for many machines that meet a filter, newest first.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { parseFilter } from "#record/index/filter-parse.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { directoriesIn } from "../../../foundation/files/directories.ts";
import { databaseOf } from "../../../services/fleet/clickhouse-store.ts";
import { readPem } from "../../../services/fleet/collector-settings.ts";
import { openPool } from "../../../services/fleet/postgres-connection.ts";
import { isTenantName, noTenantName } from "../../../services/fleet/postgres-setup.ts";
import { clickhouseAt, readStoreAddress } from "../../../services/fleet/store-address.ts";
import {
  searchClickhouse,
  searchPostgres,
  type StoreSearch,
} from "../../../services/fleet/store-search.ts";
import { formOf, printTable } from "../../../foundation/terminal/answer-table.ts";
import { filterOptions, formOptions, readFilter, readLimit } from "../../log/question-options.ts";

/** Without the keys of a machine a session or a user is found by its pseudonym, as the store holds it. */
const NO_NAMES = { pseudonyms: () => [], wordDigest: () => "" };

/** `sallyport collector search`. */
export const searchCommand = defineCommand({
  meta: {
    name: "search",
    description:
      "Events of the store that meet a filter, newest first, by the language of `log search`. Example: sallyport collector search 'verdict:deny tool:Bash' --reader reader.url --since 7d",
  },
  args: {
    ...filterOptions,
    reader: {
      type: "string",
      required: true,
      valueHint: "FILE",
      description:
        "a private file with a reader's address: postgresql://sallyport_reader_TENANT:PASSWORD@HOST/DATABASE, or https://USER:PASSWORD@HOST:8443 of ClickHouse",
    },
    ca: { type: "string", valueHint: "FILE", description: "authority of the server's certificate" },
    tenant: { type: "string", valueHint: "NAME", description: "whose events; ClickHouse only" },
    limit: { type: "string", default: "50", valueHint: "N", description: "how many at most" },
    before: {
      type: "string",
      valueHint: "INDEX",
      description: "only events before this place: the next page",
    },
    data: {
      type: "string",
      valueHint: "DIR",
      description: "data directory whose keys find the names of users, sessions and calls",
    },
    ...formOptions,
  },
  async run({ args }) {
    const nowMs = Date.now();
    const names =
      args.data === undefined ? NO_NAMES : (await openAskedLog(directoriesIn(args.data))).names;
    const filter = parseFilter(readFilter(args._, args, nowMs), { nowMs, names });
    const limit = readLimit(args.limit);
    const before = args.before === undefined ? null : Number(args.before);
    if (before !== null && !/^\d{1,15}$/.test(args.before ?? ""))
      throw new Failure("usage", "`--before` is a place in the store, such as 1000");
    const found = await withStore(args, (store) =>
      store.search(filter, { limit: limit + 1, before }),
    );
    const columns = ["event_index", "time_ms", "kind", "verdict", "tool", "session_id", "user_id"];
    const rows = found
      .slice(0, limit)
      .map(({ place, timeMs, kind, verdict, tool, session, user, id }) => [
        ...[place, timeMs, kind, verdict, tool, session, user, id],
      ]);
    const isCut = found.length > limit;
    await printTable(
      { kind: "table", columns: [...columns, "event_id"], rows, isCut },
      formOf(args),
    );
  },
});

async function withStore<Result>(
  given: { reader: string; ca?: string | undefined; tenant?: string | undefined },
  use: (store: StoreSearch) => Promise<Result>,
): Promise<Result> {
  const url = readStoreAddress(given.reader, "reader");
  const ca = given.ca === undefined ? undefined : await readPem(given.ca);
  const server = clickhouseAt(url, ca);
  if (server !== undefined) {
    if (!isTenantName(given.tenant ?? "")) throw noTenantName();
    return use(searchClickhouse(server, databaseOf(given.tenant ?? "")));
  }
  const pool = await openPool({ url, connectionsMax: 1, ...(ca === undefined ? {} : { ca }) });
  try {
    return await use(searchPostgres(pool));
  } finally {
    await pool.end();
  }
}
