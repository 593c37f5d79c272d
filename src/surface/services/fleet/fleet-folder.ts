// The folder of a fleet: its file, its policies, what was listed, what was decided, and the bundles that were built for it.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { isObject, readJson } from "#base/json.ts";
import { printable } from "#base/printable.ts";
import { type FleetFile, parseFleetFile } from "#assure/rollout/fleet-file.ts";
import {
  type Item,
  itemsOf,
  type Kind,
  KIND_NAMES,
  type Listing,
} from "#assure/rollout/inventory.ts";
import {
  addDeed,
  type Deed,
  type FleetState,
  JOURNAL_BYTES_MAX,
  readJournal,
} from "#assure/rollout/journal.ts";
import { readTable } from "#assure/rollout/table-file.ts";
import { takeLock } from "../../foundation/files/process-lock.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import { writeOwnFile } from "../../foundation/files/own-file.ts";

const FILE_BYTES_MAX = 1_000_000;
/** Bytes of an export of another system. */
export const TABLE_BYTES_MAX = 64 * 1024 * 1024;
const LISTINGS_MAX = 200;
const FILE_MODE = 0o644;

const listingSchema = v.strictObject({
  source: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  kind: v.picklist(KIND_NAMES),
  addedMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
  document: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  items: v.custom<readonly Item[]>(areItems),
});

/** WHY by hand: an export has a hundred thousand of them, and every command about the fleet reads it. */
function areItems(list: unknown): boolean {
  return Array.isArray(list) && list.every(isItem);
}

function isItem(item: unknown): boolean {
  if (!isObject(item) || Object.keys(item).length !== 2 || typeof item["name"] !== "string")
    return false;
  const { fields } = item;
  return isObject(fields) && Object.values(fields).every((one) => typeof one === "string");
}

export type FleetFolder = {
  readonly directory: string;
  readonly file: FleetFile;
  readonly state: FleetState;
  readonly listings: readonly Listing[];
};

/** Where parts of a fleet lie below its folder. */
export function fleetPlaces(directory: string) {
  const at = (...names: string[]): string => join(resolve(directory), ...names);
  return {
    file: at("fleet.yaml"),
    journal: at("journal.ndjson"),
    lock: at(".fleet.lock"),
    inventory: at("inventory"),
    hosts: at("hosts"),
    bundles: at("bundles"),
    policy: (name: string) => at("policies", `${name}.yaml`),
    bundle: (content: string) => at("bundles", `${content}.bundle`),
    listing: (source: string, kind: Kind) => at("inventory", `${kind}.${source}.json`),
  };
}

/** Reads a fleet. Throws a Failure that says which part cannot be relied on, and what to do. */
export function readFleet(directory: string): FleetFolder {
  const places = fleetPlaces(directory);
  if (!existsSync(places.file))
    throw new Failure(
      "fleet-missing",
      `there is no fleet in \`${printable(directory)}\`: \`sallyport fleet init DIR\` makes one, \`--fleet DIR\` names another`,
    );
  return {
    directory,
    file: parseFleetFile(textOf(places.file, FILE_BYTES_MAX), places.file),
    state: readState(directory),
    listings: readListings(places.inventory),
  };
}

function readState(directory: string): FleetState {
  const { journal } = fleetPlaces(directory);
  return readJournal(existsSync(journal) ? textOf(journal, JOURNAL_BYTES_MAX) : "", journal);
}

/** The text of a file. Throws a Failure `fleet-unreadable` for what is no plain file of at most so many bytes. */
function textOf(path: string, bytesMax: number): string {
  const read = readRegularFileNow(path, bytesMax);
  if (read?.complete === true) return Buffer.from(read.bytes).toString("utf8");
  throw new Failure(
    "fleet-unreadable",
    `\`${printable(path)}\` cannot be read, or is no plain file of at most ${bytesMax} bytes`,
    { at: { file: path } },
  );
}

/**
 * Puts deeds on record, all or none. `expected` is the state that they were decided by: where somebody else decided something in
 * the meantime nothing is written. Throws a Failure `fleet-changed`, `fleet-busy`, or as the journal does.
 */
export function addDeeds(
  directory: string,
  expected: Pick<FleetState, "head">,
  {
    deeds,
    by,
    timeMs,
  }: { readonly deeds: readonly Deed[]; readonly by: string; readonly timeMs: number },
): FleetState {
  const { journal, lock } = fleetPlaces(directory);
  const held = takeLock(lock);
  if (held.kind !== "held")
    throw new Failure(
      "fleet-busy",
      held.kind === "elsewhere" ? held.message : "somebody else changes this fleet now; try again",
    );
  try {
    let state = readState(directory);
    if (state.head !== expected.head)
      throw new Failure(
        "fleet-changed",
        "somebody else decided something about this fleet in the meantime: look at it again with `sallyport fleet status`",
      );
    const lines: string[] = [];
    for (const deed of deeds) {
      const added = addDeed(state, { deed, by, timeMs });
      lines.push(added.line);
      state = added.state;
    }
    if (lines.length > 0) appendFileSync(journal, lines.join(""), { mode: FILE_MODE, flush: true });
    return state;
  } finally {
    held.release();
  }
}

/** The text of a policy of the fleet. Throws a Failure `fleet-policy` where there is none. */
export function fleetPolicyText(
  directory: string,
  name: string,
): { readonly text: string; readonly file: string } {
  const file = fleetPlaces(directory).policy(name);
  if (existsSync(file)) return { text: textOf(file, FILE_BYTES_MAX), file };
  throw new Failure(
    "fleet-policy",
    `there is no policy \`${printable(name)}\`: write it to \`${file}\``,
  );
}

function readListings(folder: string): readonly Listing[] {
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".json"))
    : [];
  return names
    .toSorted()
    .slice(0, LISTINGS_MAX)
    .map((name) => {
      const path = join(folder, name);
      const parsed = v.safeParse(listingSchema, readJson(textOf(path, TABLE_BYTES_MAX)));
      if (parsed.success) return parsed.output;
      throw new Failure(
        "fleet-unreadable",
        `\`${printable(path)}\` is no list of an inventory: add the export again with \`sallyport fleet import\``,
        { at: { file: path } },
      );
    });
}

/** Reads an export of another system, nothing written. Throws a Failure `table-invalid` or `table-large`. */
export function readListing(
  path: string,
  { kind, source, nowMs }: { readonly kind: Kind; readonly source: string; readonly nowMs: number },
): Listing {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > TABLE_BYTES_MAX)
    throw new Failure(
      "table-large",
      `\`${printable(path)}\` has ${size} bytes, more than ${TABLE_BYTES_MAX}: export only the columns that are needed`,
    );
  const text = textOf(resolve(path), TABLE_BYTES_MAX);
  return {
    source,
    kind,
    addedMs: nowMs,
    document: createHash("sha256").update(text).digest("hex"),
    items: itemsOf(kind, readTable(text, path), path),
  };
}

/** Keeps what a source lists of a kind, in place of what it listed before. */
export function writeListing(directory: string, listing: Listing): string {
  const path = fleetPlaces(directory).listing(listing.source, listing.kind);
  mkdirSync(fleetPlaces(directory).inventory, { recursive: true });
  writeOwnFile(path, `${JSON.stringify(listing)}\n`, FILE_MODE);
  return path;
}
