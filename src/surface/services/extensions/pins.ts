// What a person agreed to in an extension, what of it changed since, and when its files were changed last.
import { join } from "node:path";
import { statusBehind } from "../../foundation/files/picture.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { contractChanges } from "#govern/mcp/contract-diff.ts";
import type { Catalog } from "../mcp/catalog.ts";
import { lastContract, type StandingServer } from "../mcp/server-state.ts";
import { keptList, listChanges } from "../mods/kept-lists.ts";
import { countFiles, countFolder } from "../mods/mod-digest.ts";
import type { AgreedTo, SeenExtension } from "../mods/seen-extensions.ts";
import type { Item } from "./items.ts";

/** Changes that are named. */
const CHANGES_MAX = 50;

export type PinChange = { readonly what: string; readonly how: "added" | "removed" | "changed" };

/** Whether a person pinned it, and how it stands to that now. */
export type Pin = {
  /** `pinned`, `changed`, `not pinned`; of a server as `mcp list` says it. */
  readonly state: string;
  readonly isPinned: boolean;
  readonly isChanged: boolean;
  /** When a person agreed to it; null where nobody did. */
  readonly sinceMs: number | null;
  /** When its files were changed last, as the disk says; null where that cannot be told. */
  readonly changedMs: number | null;
  readonly digest: string | null;
  /** What differs from what was pinned; null where the list of that was not kept. */
  readonly changes: readonly PinChange[] | null;
  readonly moreChanges: number;
};

/** How one extension stands. `seen`: those that bring code, as `mods list --all` has them. */
export function pinOf(
  item: Item,
  {
    root,
    directories,
    agreed,
    seen,
  }: {
    readonly root: string;
    readonly directories: Directories;
    readonly agreed: AgreedTo;
    readonly seen: readonly Pick<SeenExtension, "place" | "standing">[];
  },
): Pin {
  const isFile = item.files.length === 1 && join(item.folder, item.files[0] ?? "") === item.place;
  const { digest, files, uncounted } = isFile
    ? countFiles(item.folder, item.files)
    : countFolder(item.folder);
  const [last, ...older] = item.origin === "managed" ? [] : agreed(item.name, item.origin, root);
  const isSame = [last, ...older].some((one) => one?.digest === digest) && uncounted === undefined;
  const standing = seen.find(({ place }) => place === item.place)?.standing;
  const before = last?.digest && !isSame ? keptList(directories, last.digest) : undefined;
  const changes = isSame || last === undefined ? [] : before && listChanges(before, files);
  return {
    state: isSame
      ? "pinned"
      : last !== undefined
        ? "changed since it was pinned"
        : notPinned(standing),
    isPinned: last !== undefined,
    isChanged: last !== undefined ? !isSame : standing === "changed",
    sinceMs: last?.createdMs ?? null,
    changedMs: changedMs(item),
    digest: uncounted === undefined ? digest : null,
    ...bounded(changes?.map(({ path, how }) => ({ what: path, how }))),
  };
}

function notPinned(standing: SeenExtension["standing"] | undefined): string {
  if (standing === "changed") return "not pinned, changed since the session before";
  return standing === "new" ? "not pinned, and no session saw it yet" : "not pinned";
}

/** The same of a server, by the catalog of approved ones. */
export function pinOfServer(standing: StandingServer, catalog: Pick<Catalog, "contract">): Pin {
  const pin = standing.found?.entry.pin ?? null;
  const isChanged = standing.state === "changed since it was pinned";
  const before = pin === null || !isChanged ? undefined : catalog.contract(pin.whole);
  const after = lastContract(standing, catalog);
  const changes = before && after && contractChanges(before, after);
  return {
    state: `${standing.state}${standing.state === "approved" && pin === null ? ", not pinned" : ""}`,
    isPinned: pin !== null,
    isChanged,
    sinceMs: standing.found?.status.receipt.statement.createdMs ?? null,
    changedMs: typeof standing.seen === "object" ? standing.seen.atMs : null,
    digest: typeof standing.seen === "object" ? standing.seen.digests.whole : null,
    ...bounded(
      isChanged ? changes?.map(({ part, name, how }) => ({ what: `${part} ${name}`, how })) : [],
    ),
  };
}

function bounded(changes: readonly PinChange[] | undefined): Pick<Pin, "changes" | "moreChanges"> {
  if (changes === undefined) return { changes: null, moreChanges: 0 };
  const moreChanges = Math.max(0, changes.length - CHANGES_MAX);
  return { changes: changes.slice(0, CHANGES_MAX), moreChanges };
}

function changedMs({ folder, files }: Item): number | null {
  let last: number | null = null;
  for (const file of files) {
    const status = statusBehind(join(folder, file));
    if (status !== undefined) last = Math.max(last ?? 0, Math.floor(status.ctimeMs));
  }
  return last;
}
