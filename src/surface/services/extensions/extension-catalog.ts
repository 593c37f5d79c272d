// The catalog: every extension of a place with its verdict, what it can do, how it is pinned and what it did.
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { nameInTools } from "#govern/mcp/identity.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import type { StatementStore } from "../exceptions/statements.ts";
import { type Catalog, openCatalog } from "../mcp/catalog.ts";
import { createServerLook } from "../mcp/configured-servers.ts";
import { lastContract, serverState, type StandingServer } from "../mcp/server-state.ts";
import { agreements, seenMods } from "../mods/agreed-mods.ts";
import { findExtensions } from "../mods/extensions.ts";
import { findMods } from "../mods/find-mods.ts";
import { openSeenDigests } from "../mods/kept-lists.ts";
import { agreedTo, standingOf } from "../mods/seen-extensions.ts";
import type { Deeds } from "./deeds.ts";
import { findItems, type Item, type ItemPlaces, type NotRead } from "./items.ts";
import { ITEM_VERDICTS, type JudgeLook, type JudgedItem, judgedItem } from "./judged.ts";
import { looksOf } from "./looks.ts";
import { type Pin, pinOf, pinOfServer } from "./pins.ts";

/** Extensions that are judged, and tools of one server. */
const JUDGED_MAX = 2_000;
const TOOLS_MAX = 100;

/** One row of the catalog. */
export type CatalogRow = Pick<Item, "name" | "kind" | "origin" | "place" | "isLoaded"> &
  JudgedItem & {
    readonly pin: Pin;
    /** Null where nothing on the log names it; kinds that are not counted have none. */
    readonly did: Deeds | null;
  };

export type ExtensionCatalog = {
  /** The strictest verdict first. */
  readonly rows: readonly CatalogRow[];
  /** Places of which nobody can say what lies there. */
  readonly notRead: readonly NotRead[];
};

/** What the catalog is made with. */
export type CatalogSources = {
  readonly root: string;
  readonly home: string;
  readonly places: ItemPlaces;
  readonly directories: Directories;
  readonly statements: StatementStore;
  readonly nowMs: number;
  /** The one name that is wanted, with or without what stands behind `@`; all unless given. */
  readonly named?: string | undefined;
  readonly judge: JudgeLook;
  /** A call of a server's tool. */
  readonly toolCall: (name: string) => ToolCall;
};

/** Makes it; what it did is not counted yet. Looks at the disk, within bounds. */
export async function extensionCatalog(sources: CatalogSources): Promise<ExtensionCatalog> {
  const { root, home, places, directories, statements, nowMs, named } = sources;
  const inventory = createServerLook()({
    root,
    home,
    config: places.config,
    managed: places.managed,
  });
  const { items, notRead } = findItems(places, inventory);
  const wanted = items.filter(({ name }) => named === undefined || isCalled(name, named));
  const mods = seenMods(
    findMods(places),
    agreements(statements, () => nowMs),
    root,
  );
  const agreed = agreedTo(statements, () => nowMs);
  const seen = standingOf(findExtensions(places), root, {
    agreed,
    seen: openSeenDigests(directories).of(root).digestOf,
  });
  const catalog = openCatalog(directories, statements);
  const entries = catalog.entries(root, nowMs);
  const where = { projectRoot: root, home };
  const rows: CatalogRow[] = [];
  for (const item of wanted.slice(0, JUDGED_MAX)) {
    const { server } = item;
    const looked = looksOf(item, root);
    const standing = server && serverState(server, entries, catalog);
    const tools = server && standing && toolsOf(sources, server, { catalog, standing });
    const isAgreed =
      tools?.isApproved ?? mods.some(({ folder, isAgreed: yes }) => folder === item.place && yes);
    const judged = await judgedItem(
      { ...looked, notRead: [...looked.notRead, ...(tools?.notRead ?? [])] },
      { judge: sources.judge, where, isAgreed, tools: tools?.calls ?? [] },
    );
    const pin =
      standing === undefined
        ? pinOf(item, { root, directories, agreed, seen })
        : pinOfServer(standing, catalog);
    const { name, kind, origin, place, isLoaded } = item;
    rows.push({ name, kind, origin, place, isLoaded, ...judged, pin, did: null });
  }
  const more = wanted.length - rows.length;
  const cut = { what: `${more} more extensions`, why: `at most ${JUDGED_MAX} are judged at once` };
  return {
    rows: rows.toSorted(byVerdict),
    notRead: more > 0 ? [...notRead, cut] : notRead,
  };
}

function isCalled(name: string, named: string): boolean {
  return name === named || name.slice(0, name.lastIndexOf("@")) === named;
}

function byVerdict(one: CatalogRow, other: CatalogRow): number {
  const by = ITEM_VERDICTS.indexOf(one.verdict) - ITEM_VERDICTS.indexOf(other.verdict);
  return by === 0 ? (one.name < other.name ? -1 : 1) : by;
}

/** Calls of the tools that it said it has; of one that nobody looked at a call of some tool. */
function toolsOf(
  { toolCall }: CatalogSources,
  server: NonNullable<Item["server"]>,
  {
    catalog,
    standing,
  }: { readonly catalog: Pick<Catalog, "contract">; readonly standing: StandingServer },
) {
  const contract = lastContract(standing, catalog);
  const names = contract?.tools.map(({ name }) => name) ?? ["any"];
  const notRead: readonly NotRead[] = [
    ...(contract === undefined
      ? [{ what: server.name, why: "nobody looked at what tools it has: `sallyport mcp inspect`" }]
      : []),
    ...(names.length > TOOLS_MAX
      ? [{ what: server.name, why: `of its ${names.length} tools ${TOOLS_MAX} are judged` }]
      : []),
  ];
  const calls = names.slice(0, TOOLS_MAX).map((tool) => ({
    call: toolCall(`mcp__${nameInTools(server.name)}__${tool}`),
    file: server.file,
  }));
  return { calls, notRead, isApproved: standing.found?.isInForce === true };
}
