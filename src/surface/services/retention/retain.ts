// Retention carried out: looked up first, archived, read back, and only then removed on record. Each step can be repeated.
import { readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { type AgedEntry, type RetentionPlan, startPlan } from "#govern/retention/plan.ts";
import { type KeptClass, periodsUnder } from "#govern/retention/periods.ts";
import type { RetentionOrder } from "#govern/retention/retention-order.ts";
import { afterSlice } from "#record/delivery/slices.ts";
import { TILE_WIDTH } from "#record/log/layout.ts";
import {
  archiveLog,
  type Archived,
  type ArchivePlace,
  requireArchived,
} from "#record/store/archiving.ts";
import { readVerifier } from "#record/store/keys.ts";
import { firstEntry, openLogFiles } from "#record/store/log-reader.ts";
import { type LogView, type ViewedEntry, viewLog } from "#record/store/log-view.ts";
import type { Pruning } from "#record/store/pruning.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openHolds } from "../exceptions/holds.ts";
import { awaitedByExports } from "../export/export-status.ts";
import { awaitedByCollector } from "../fleet/forwarding.ts";
import { loadRecordClasses } from "../../foundation/product/shipped-data.ts";

const DAY_MS = 86_400_000;

/** What would leave now. `first` is the first entry that is here; `end` a multiple of 256, the first that stays. */
export type Outlook = RetentionPlan & {
  readonly first: number;
  readonly size: number;
  readonly classes: readonly KeptClass[];
  /** Of what would leave now, what a target never got although it was waited for. */
  readonly unsent: readonly { readonly target: string; readonly entries: number }[];
  /** Files of personal content whose time is over. */
  readonly files: readonly {
    readonly id: string;
    readonly path: string;
    readonly ageDays: number;
  }[];
};

/**
 * Looks up what would leave under an order; changes nothing. Throws a Failure `holds` where the list of holds was altered, or
 * lacks one that the log says was set and never released; and one where it cannot be read what was delivered elsewhere.
 */
export async function lookAhead(
  directories: Directories,
  order: Pick<RetentionOrder, "frameworks" | "hereDays">,
  nowMs: number,
): Promise<Outlook> {
  const view = await viewLog(directories.log, directories.keys);
  const size = await view.size();
  const first = await firstEntry(openLogFiles(directories.log));
  const store = openHolds(directories);
  const holds = store.inForce();
  const ids = store.all().map((one) => (one.kind === "released" ? one.id : one.receipt.hold.id));
  await requireHoldsOfLog(view, size, new Set(ids));
  const classes = periodsUnder(loadRecordClasses(), order.frameworks);
  const awaited = [
    ...(await awaitedByExports(directories)),
    ...(await awaitedByCollector(directories)),
  ];
  const planner = startPlan(first, { nowMs, hereDays: order.hereDays, classes, holds, awaited });
  for await (const entry of view.entries(first, size)) {
    if (!planner.add(agedEntry(entry))) break;
    await afterSlice(entry.index + 1);
  }
  const plan = planner.plan();
  const end = Math.max(first, Math.floor(plan.end / TILE_WIDTH) * TILE_WIDTH);
  const unsent = awaited
    .map(({ target, next }) => ({ target, entries: Math.max(0, end - Math.max(first, next)) }))
    .filter(({ entries }) => entries > 0);
  const files = holds.length > 0 ? [] : await agedFiles(directories, classes, nowMs);
  return { ...plan, end, first, size, classes, unsent, files };
}

/** Throws a Failure `holds` for a hold that the log knows and the list does not: it was taken out together with its file. */
export async function requireHoldsOfLog(
  view: LogView,
  size: number,
  known: ReadonlySet<string>,
): Promise<void> {
  for await (const { index, leaf } of view.leaves(0, size)) {
    await afterSlice(index + 1);
    if (leaf.kind === "fault") continue;
    const { kind, phase, hold } = leaf.metadata;
    if (kind === "hold" && phase === "set" && typeof hold === "string" && !known.has(hold))
      throw new Failure(
        "holds",
        `the log says in entry ${index} that hold \`${hold}\` was set, and the list of holds lacks it: nothing is deleted; restore \`holds.json\` or set the hold again`,
      );
  }
}

function agedEntry({ index, leaf, sealed }: ViewedEntry): AgedEntry {
  if (leaf.kind === "fault") {
    const unknown = { session: undefined, user: undefined, sets: undefined };
    return { index, timeMs: undefined, kind: "unknown", ...unknown, isSealed: true };
  }
  const { kind, phase, hold } = leaf.metadata;
  const word = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    index,
    timeMs: leaf.timeMs,
    kind: word(kind) ?? "unknown",
    session: word(sealed?.["sessionId"]),
    user: word(sealed?.["user"]),
    isSealed: leaf.sections.length > 0 && sealed === undefined,
    sets: kind === "hold" && phase === "set" ? word(hold) : undefined,
  };
}

async function agedFiles(
  { sessions }: Directories,
  classes: readonly KeptClass[],
  nowMs: number,
): Promise<Outlook["files"]> {
  const found = classes.find(({ id }) => id === "sessions");
  if (found === undefined) return [];
  const names = await readdir(sessions).catch(() => []);
  const aged: { id: string; path: string; ageDays: number }[] = [];
  for (const name of names) {
    const path = join(sessions, name);
    const status = await stat(path).catch(() => undefined);
    const ageMs = nowMs - (status?.mtimeMs ?? nowMs);
    if (status?.isFile() === true && ageMs > found.days * DAY_MS)
      aged.push({ id: found.id, path, ageDays: Math.floor(ageMs / DAY_MS) });
  }
  return aged;
}

/** What was done. `pruning` is undefined where nothing could leave. */
export type Retained = {
  readonly archived: Archived;
  readonly pruning: Pruning | undefined;
  /** What left although a target never got it. */
  readonly unsent: Outlook["unsent"];
  readonly files: number;
};

/**
 * Archives what is new, reads back what is to leave, and has `prune` remove it on record. Nothing is removed unless all of it
 * reads back whole. Throws the Failure of the first step that does not succeed.
 */
export async function retain(
  directories: Directories,
  {
    outlook,
    place,
    prune,
  }: {
    readonly outlook: Outlook;
    readonly place: ArchivePlace;
    /** Removes the entries below and puts it on record. */
    readonly prune: (end: number) => Promise<Pruning>;
  },
): Promise<Retained> {
  const { first, end, files } = outlook;
  const verifier = await readVerifier(directories.keys);
  if (verifier === undefined)
    throw new Failure("key-missing", `there is no verifier key in \`${directories.keys}\``);
  const archived = await archiveLog(directories.log, verifier, { place });
  let pruning: Pruning | undefined;
  if (end > first) {
    await requireArchived(directories.log, verifier, { place, from: first, end });
    pruning = await prune(end);
  }
  for (const { path } of files) await unlink(path);
  return { archived, pruning, unsent: outlook.unsent, files: files.length };
}
