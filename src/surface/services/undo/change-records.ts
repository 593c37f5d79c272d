// Records of what calls changed in a project, sealed, a file each: read by who takes something back, swept by age and number.
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { writeOwnFile } from "../../foundation/files/own-file.ts";
import { type CopyStore, partsOf } from "./copy-store.ts";

const state = v.variant("kind", [
  v.object({ kind: v.literal("none") }),
  v.object({ kind: v.literal("other") }),
  v.object({ kind: v.literal("directory"), mode: v.number() }),
  v.object({ kind: v.literal("link"), to: v.string() }),
  v.object({
    kind: v.literal("file"),
    mode: v.number(),
    size: v.number(),
    copy: v.optional(v.string()),
    why: v.optional(v.picklist(["large", "full", "unreadable", "late"])),
    stamp: v.string(),
  }),
]);
const record = v.object({
  id: v.string(),
  timeMs: v.number(),
  root: v.string(),
  /** `undo` is what taking back itself changed. */
  what: v.picklist(["call", "undo", "try"]),
  sessionId: v.string(),
  callId: v.string(),
  tool: v.string(),
  /** Other calls ran at the same time: which of them changed what cannot be told. */
  isShared: v.boolean(),
  /** The project has more than is looked at. */
  isCut: v.boolean(),
  /** Records that it took back. */
  of: v.optional(v.array(v.string())),
  changes: v.array(v.object({ path: v.string(), before: state, after: state })),
});

/** What one call changed. Paths are relative to the project's root. */
export type ChangeRecord = v.InferOutput<typeof record>;
export type FileChange = ChangeRecord["changes"][number];

/** Records that are kept of one project, and for how long. */
const RECORDS_MAX = 1_000;
export const AGE_DAYS = 7;
const DAY_MS = 86_400_000;
/** Bytes of copies of one project. */
export const STORE_BYTES_MAX = 1024 * 1024 * 1024;
/** A copy without a record is kept for this long: its record may be about to be written. */
const YOUNG_MS = 15 * 60_000;

/** Where a project's records lie. */
export function undoPlaces(directory: string, projectId: string) {
  const root = join(directory, projectId);
  return { root, copies: join(root, "copies"), records: join(root, "records") };
}
export type UndoPlaces = ReturnType<typeof undoPlaces>;

/** Writes a record. Throws where the disk does not take it. */
export function writeRecord({ records }: UndoPlaces, store: CopyStore, one: ChangeRecord): void {
  mkdirSync(records, { recursive: true, mode: 0o700 });
  const name = `${String(one.timeMs).padStart(15, "0")}-${one.id}`;
  writeOwnFile(join(records, name), store.seal(JSON.stringify(one)), 0o600);
}

/** All records, the oldest first. One that was damaged is left out and counted. */
export function readRecords(
  { records }: UndoPlaces,
  store: CopyStore,
): { readonly records: readonly ChangeRecord[]; readonly damaged: number } {
  let damaged = 0;
  const found = namesOf(records).flatMap((name) => {
    try {
      const text = store.open(readFileSync(join(records, name)));
      if (text !== undefined) return [v.parse(record, JSON.parse(text))];
    } catch {
      // Counted below.
    }
    damaged += 1;
    return [];
  });
  return { records: found, damaged };
}

/** Removes what is too old or too much. `alsoNamed` are copies of the project as it is now. */
export function sweepRecords(
  places: UndoPlaces,
  store: CopyStore,
  { nowMs, alsoNamed }: { readonly nowMs: number; readonly alsoNamed: ReadonlySet<string> },
): void {
  const isOld = (name: string): boolean =>
    nowMs - Number(name.split("-", 1)[0]) > AGE_DAYS * DAY_MS;
  const all = namesOf(places.records);
  const drop = (names: readonly string[]): void => {
    for (const name of names) rmSync(join(places.records, name), { force: true });
  };
  drop(all.filter((name, at) => isOld(name) || at < all.length - RECORDS_MAX));
  for (;;) {
    const named = new Set(alsoNamed);
    for (const one of readRecords(places, store).records)
      for (const { before, after } of one.changes)
        for (const state of [before, after])
          if (state.kind === "file" && state.copy !== undefined)
            for (const part of partsOf(state.copy)) named.add(part);
    const bytes = store.sweep((name) => named.has(name), nowMs - YOUNG_MS);
    const left = namesOf(places.records);
    if (bytes <= STORE_BYTES_MAX || left.length === 0) return;
    drop(left.slice(0, Math.ceil(left.length / 4)));
  }
}

function namesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => /^[0-9]{15}-[0-9a-f]{12}$/.test(name))
      .toSorted();
  } catch {
    return [];
  }
}
