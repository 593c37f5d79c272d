// What the guard is told of the MCP server of a call: who it is by the client's files, and how that stands against the catalog.
import type { McpFacts } from "#guard/facts/mcp-facts.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { isObject } from "#base/json.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import { identityDigest, nameInTools } from "#govern/mcp/identity.ts";
import { standingOf } from "#govern/mcp/standing.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import type { StatementStore } from "../exceptions/statements.ts";
import { type Catalog, type CatalogEntry, openCatalog } from "./catalog.ts";
import { type ConfiguredServer, createServerLook } from "./configured-servers.ts";
import { isOwnServer, OWN_TOOLS } from "./own-server.ts";
import { createFileCheck } from "./pinned-files.ts";

/** Sessions whose calls are counted, and calls of one. */
const SESSIONS_MAX = 256;
const CALLS_MAX = 100_000;

/** What of a call is asked about. */
export type McpAsked = {
  readonly call: ToolCall;
  readonly sessionId: string;
  readonly root: string;
  readonly config: string;
  /** Where the session looks for programs; undefined where that is not known. */
  readonly path: string | undefined;
};

/** Facts of a call; undefined for calls of other tools, and of servers that nobody approved and that are not ours. Must not throw. */
export type McpFactsOf = (asked: McpAsked) => McpFacts | undefined;

/** Builds the question. Calls are counted in this process alone. */
export function createMcpFacts(
  directories: Pick<Directories, "mcp" | "root">,
  statements: Pick<StatementStore, "all">,
  how: { readonly home: string; readonly nowMs: () => number; readonly managed?: string },
): McpFactsOf {
  const catalog = openCatalog(directories, statements);
  const look = createServerLook();
  const changedFile = createFileCheck();
  const counted = createCounts(how.nowMs);
  return ({ call, sessionId, root, config, path }) => {
    if (call.input.kind !== "mcp") return undefined;
    const { server, tool } = call.input;
    const nowMs = how.nowMs();
    let entries: readonly CatalogEntry[];
    try {
      entries = catalog.entries(root, nowMs);
    } catch {
      return refusedBecause(
        "what is approved of MCP servers cannot be read, so none may be called",
        "tell the person; `sallyport mcp list` says what is wrong",
      );
    }
    const wanted = nameInTools(server);
    const mayBeOwn = OWN_TOOLS.includes(tool);
    if (entries.length === 0 && !mayBeOwn) return undefined;
    const { home, managed } = how;
    const { servers } = look({ root, home, config, ...(managed ? { managed } : {}) });
    const candidates = servers.filter(({ name }) => nameInTools(name) === wanted);
    const named = entries.filter(({ entry }) => nameInTools(entry.name) === wanted);
    const matched = candidates.map((one) => entryOf(one, entries));
    const found = matched.filter((one) => one !== undefined);
    if (found.length === 0 && named.length === 0) {
      const place = { root, data: directories.root, path };
      const isOwn = candidates.length > 0 && candidates.every((one) => isOwnServer(one, place));
      return isOwn && mayBeOwn ? { isOwn } : undefined;
    }
    if (found.length === 0 || found.length < matched.length)
      return identityRefusal(server, candidates.length > 0);
    const facts = found.map(({ entry, isInForce, identity }) => {
      const seen = catalog.seen(entry.identity);
      const standing = standingOf(
        tool,
        {
          entry,
          state: isInForce ? "in-force" : "over",
          seen: seen === undefined || seen === "unreadable" ? seen : seen.digests,
          changedFile: changedFile(entry.files),
          calls:
            entry.quota === null ? 0 : counted(`${sessionId}\0${identity}`, entry.quota.minutes),
        },
        nowMs,
      );
      const isReading =
        standing.refusal === undefined && isPinnedAsReading(tool, entry.pin, seen, catalog);
      return isReading ? { ...standing, readsOnly: true as const } : standing;
    });
    // WHY of all: nobody knows which of several would answer.
    if (facts.some(({ readsOnly }) => readsOnly !== true))
      return withoutReading(facts.find(({ refusal }) => refusal !== undefined) ?? facts[0]);
    return facts.find(({ refusal }) => refusal !== undefined) ?? facts[0];
  };
}

/** Whether the one tool of that name was pinned with the mark that it only reads, and is the same by what was seen last. */
function isPinnedAsReading(
  tool: string,
  pin: CatalogEntry["entry"]["pin"],
  seen: ReturnType<Catalog["seen"]>,
  catalog: Catalog,
): boolean {
  if (pin === null || seen === undefined || seen === "unreadable") return false;
  const { digests } = seen;
  if (digests.instructions !== pin.instructions || digests.tools[tool] !== pin.tools[tool])
    return false;
  const [found, ...others] =
    catalog.contract(pin.whole)?.tools.filter(({ name }) => name === tool) ?? [];
  const { annotations } = (found ?? {}) as { readonly annotations?: unknown };
  return others.length === 0 && isObject(annotations) && annotations["readOnlyHint"] === true;
}

function withoutReading(facts: McpFacts | undefined): McpFacts | undefined {
  if (facts === undefined) return undefined;
  const { readsOnly: _, ...others } = facts;
  return others;
}

/** The entry of a server by who it is. */
function entryOf(
  { identity }: ConfiguredServer,
  entries: readonly CatalogEntry[],
): CatalogEntry | undefined {
  const digest = identityDigest(identity);
  return entries.find((one) => one.identity === digest);
}

function identityRefusal(server: string, isKnown: boolean): McpFacts {
  const why = isKnown
    ? `a server with the name of the approved MCP server \`${server}\` has another command or address`
    : `the MCP server \`${server}\` has the name of an approved one, and no file of the client says what it is`;
  return refusedBecause(
    why,
    "tell the person; `sallyport mcp list` shows what each file names, and what is approved",
  );
}

function refusedBecause(why: string, instead: string): McpFacts {
  return { refusal: { rule: "mcp-identity", why, instead } };
}

/** Counts calls: each question is one, and its answer is how many came before it within so many minutes. */
function createCounts(nowMs: () => number): (key: string, minutes: number) => number {
  const known = new Map<string, number[]>();
  return (key, minutes) => {
    const now = nowMs();
    const times = (known.get(key) ?? []).filter((one) => now - one < minutes * 60_000);
    const before = times.length;
    if (times.length < CALLS_MAX) times.push(now);
    known.delete(key);
    known.set(key, times);
    dropOldest(known, SESSIONS_MAX);
    return before;
  };
}
