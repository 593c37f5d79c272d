// A target's files: the record of its delivery, replaced as a whole, and its dead letters, one line each.
import { open, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import {
  type Delivery,
  DELIVERY_RECORD_VERSION,
  type DeliveryRecord,
  deliveriesOf,
  type DeliverySpan,
} from "../delivery/delivery-record.ts";
import type { DeadEntry } from "../delivery/outcome.ts";
import {
  hasCode,
  makePrivateDirectory,
  readBounded,
  replaceFile,
  syncDirectory,
} from "./files/private-files.ts";

const RECORD_BYTES_MAX = 8 * 1024 * 1024;
/** Bytes of dead letters; past this the oldest half goes, and what was in them is still in the log. */
const DEAD_BYTES_MAX = 4 * 1024 * 1024;
const DEAD_LINE_CHARS_MAX = 1_024;
const TARGETS_MAX = 1_000;
const FILES = { record: "delivery.json", dead: "dead.jsonl", resume: "resume" } as const;

/** A dead letter: which entry, when it was given up, and why. Its content stays in the log alone. */
export type DeadLetter = DeadEntry & { readonly timeMs: number };

export type DeliveryStore = {
  /** Undefined before anything was delivered. A Failure where it is damaged: a new one would deliver everything again. */
  read(): Promise<DeliveryRecord | undefined>;
  write(record: DeliveryRecord): Promise<void>;
  bury(dead: readonly DeadLetter[]): Promise<void>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** Takes these out of the dead letters: they were delivered after all. */
  raise(indices: readonly number[]): Promise<void>;
  /** Leaves a note for the daemon that a person wants delivery to go on. */
  askToResume(withDead: boolean): Promise<void>;
  /** Takes that note. */
  takeResume(): Promise<{ readonly withDead: boolean } | undefined>;
};

/** The files of one target below `directory`, which is made when something is written. */
export function openDeliveryStore(directory: string): DeliveryStore {
  const recordFile = join(directory, FILES.record);
  const deadFile = join(directory, FILES.dead);
  const resumeFile = join(directory, FILES.resume);
  const readDead = async () => parseDead(await readBounded(deadFile, 2 * DEAD_BYTES_MAX));
  return {
    async read() {
      const bytes = await readBounded(recordFile, RECORD_BYTES_MAX);
      return bytes === undefined ? undefined : parseRecord(bytes, recordFile);
    },
    async write(record) {
      await makePrivateDirectory(directory);
      await replaceFile(recordFile, `${JSON.stringify(record)}\n`);
      await syncDirectory(directory);
    },
    async bury(dead) {
      if (dead.length === 0) return;
      await makePrivateDirectory(directory);
      const handle = await open(deadFile, "a", 0o600);
      let size: number;
      try {
        const lines = dead.map(({ reason, ...rest }) =>
          JSON.stringify({ ...rest, reason: reason.slice(0, DEAD_LINE_CHARS_MAX) }),
        );
        await handle.appendFile(`${lines.join("\n")}\n`);
        await handle.sync();
        size = (await handle.stat()).size;
      } finally {
        await handle.close();
      }
      if (size <= DEAD_BYTES_MAX) return;
      const all = await readDead();
      const kept = all.slice(Math.ceil(all.length / 2)).map((one) => `${JSON.stringify(one)}\n`);
      await replaceFile(deadFile, kept.join(""));
    },
    deadLetters: readDead,
    async raise(indices) {
      const out = new Set(indices);
      const kept = (await readDead()).filter(({ index }) => !out.has(index));
      await replaceFile(deadFile, kept.map((one) => `${JSON.stringify(one)}\n`).join(""));
    },
    async askToResume(withDead) {
      await makePrivateDirectory(directory);
      await replaceFile(resumeFile, withDead ? "dead\n" : "now\n");
    },
    async takeResume() {
      const bytes = await readBounded(resumeFile, 64);
      if (bytes === undefined) return undefined;
      await unlink(resumeFile);
      return { withDead: bytes.toString("utf8").trim() === "dead" };
    },
  };
}

/** The names of targets that something was delivered to, whether or not they are still set up. */
export async function knownTargets(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort().slice(0, TARGETS_MAX);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Where entries of the log went, by their indices in rising order; see `deliveriesOf` of the record. */
export async function findDeliveries(
  directory: string,
  positions: readonly number[],
): Promise<readonly Delivery[]> {
  const records = [];
  for (const target of await knownTargets(directory)) {
    const record = await openDeliveryStore(join(directory, target)).read();
    if (record !== undefined) records.push({ target, record });
  }
  return deliveriesOf(records, positions);
}

function parseRecord(bytes: Uint8Array, file: string): DeliveryRecord {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    value = undefined;
  }
  if (isRecord(value)) return value;
  throw new Failure(
    "delivery-damaged",
    `\`${file}\` is no record of a delivery: restore it, or remove it and everything is delivered again with the same ids`,
  );
}

function isRecord(value: unknown): value is DeliveryRecord {
  if (typeof value !== "object" || value === null) return false;
  const { version, origin, next, delivered, dead, missed, spans, sending } =
    value as Partial<DeliveryRecord>;
  return (
    version === DELIVERY_RECORD_VERSION &&
    typeof origin === "string" &&
    [next, delivered, dead, missed].every(isIndex) &&
    Array.isArray(spans) &&
    spans.every(isSpan) &&
    (sending === undefined || isSpan(sending))
  );
}

function isSpan(value: unknown): value is DeliverySpan {
  if (typeof value !== "object" || value === null) return false;
  const { destination, fields, first, end, count, firstMs, lastMs } =
    value as Partial<DeliverySpan>;
  const isNamed = typeof destination === "string" && typeof fields === "string";
  return isNamed && [first, end, count].every(isIndex) && [firstMs, lastMs].every(Number.isFinite);
}

function isIndex(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** A line that a crash cut is passed over: its entry is sent again, because the cursor stood before it. */
function parseDead(bytes: Uint8Array | undefined): readonly DeadLetter[] {
  if (bytes === undefined) return [];
  const byIndex = new Map<number, DeadLetter>();
  for (const line of Buffer.from(bytes).toString("utf8").split("\n")) {
    let value: Partial<DeadLetter>;
    try {
      value = JSON.parse(line) as Partial<DeadLetter>;
    } catch {
      continue;
    }
    const { index, reason, timeMs } = value;
    if (!isIndex(index) || index === undefined || typeof reason !== "string") continue;
    byIndex.set(index, { index, reason, timeMs: typeof timeMs === "number" ? timeMs : 0 });
  }
  return [...byIndex.values()];
}
