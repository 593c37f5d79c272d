// A log as a reader sees it: its published entries decoded, with sealed fields opened where their key is here.
import { Failure } from "#base/failure.ts";
import { type Checkpoint, readCheckpoint } from "../log/checkpoint.ts";
import { CHECKPOINT_PATH, TILE_WIDTH } from "../log/layout.ts";
import {
  type DecodedLeaf,
  decodeLeaf,
  type JsonObject,
  type LeafFault,
  openSection,
  peekId,
} from "../log/leaf.ts";
import { formatProofFile } from "../log/proof-file.ts";
import { proveInclusion } from "../log/proof.ts";
import type { LogFiles } from "../log/report.ts";
import { readSubjects, readVerifier, type SubjectFinder } from "./keys.ts";
import { openLogFiles, readBundle, readEntries, tileSource } from "./log-reader.ts";

/** An entry of the log. `sealed` is undefined when there is nothing sealed or its key is not here (any more). */
export type ViewedEntry = {
  readonly index: number;
  readonly leaf: DecodedLeaf | LeafFault;
  readonly sealed: JsonObject | undefined;
};

/** An entry as it lies in the log, with what is sealed left sealed. */
export type ReadEntry = Omit<ViewedEntry, "sealed">;

export type LogView = {
  /** Entries that the checkpoint on disk covers. */
  size(): Promise<number>;
  /** The checkpoint on disk, whose signature was checked. */
  checkpoint(): Promise<Checkpoint>;
  /** Entries without opening anything: one bundle in memory at a time. */
  leaves(from: number, end: number): AsyncGenerator<ReadEntry>;
  entries(from: number, end: number): AsyncGenerator<ViewedEntry>;
  /** Index of the event with this id, newest first; undefined when the log has none. */
  find(eventId: string): Promise<number | undefined>;
  /** The proof file of an entry under the present checkpoint. */
  proof(index: number): Promise<string>;
};

/** Opens a log for reading, with or without its writer running. A Failure when there is none. */
export async function viewLog(directory: string, keysDirectory: string): Promise<LogView> {
  const files = openLogFiles(directory);
  const subjects = await readSubjects(keysDirectory);
  const verifier = await readVerifier(keysDirectory);
  const readHead = async (): Promise<{ readonly body: Checkpoint; readonly text: string }> => {
    const bytes = await files.read(CHECKPOINT_PATH);
    if (bytes === undefined)
      throw new Failure(
        "log-missing",
        `there is no log in \`${directory}\`: start the daemon, or name its data directory with \`--data\``,
      );
    if (verifier === undefined)
      throw new Failure(
        "key-missing",
        `there is no verifier key in \`${keysDirectory}\`: restore the key store`,
      );
    const reading = readCheckpoint(bytes, verifier);
    if (reading.kind !== "signed")
      throw new Failure(
        "log-damaged",
        "the log's checkpoint is not what was signed: run `sallyport log verify`",
      );
    return { body: reading.body, text: Buffer.from(bytes).toString("utf8") };
  };
  const size = async (): Promise<number> => (await readHead()).body.size;
  await size();
  async function* leaves(from: number, end: number): AsyncGenerator<ReadEntry> {
    for await (const { index, bytes } of readEntries(files, await size(), from, end)) {
      yield { index, leaf: decodeLeaf(bytes) };
    }
  }
  return {
    size,
    checkpoint: async () => (await readHead()).body,
    leaves,
    async *entries(from, end) {
      for await (const { index, leaf } of leaves(from, end)) {
        const sealed = leaf.kind === "leaf" ? openSealed(leaf, subjects) : undefined;
        yield { index, leaf, sealed };
      }
    },
    find: async (eventId) => findEvent(files, await size(), eventId),
    async proof(index) {
      const { body, text } = await readHead();
      return formatProofFile(
        index,
        await proveInclusion(index, body.size, tileSource(files)),
        text,
      );
    },
  };
}

function openSealed(leaf: DecodedLeaf, subjects: SubjectFinder): JsonObject | undefined {
  let opened: JsonObject | undefined;
  for (const [place, section] of leaf.sections.entries()) {
    const subject = subjects(section.locator, leaf.timeMs);
    const content = subject === undefined ? undefined : openSection(leaf, place, subject);
    if (content !== undefined) opened = { ...opened, ...content };
  }
  return opened;
}

/** Ids grow with time, but clocks step back: every bundle is looked at, the newest first. */
async function findEvent(
  files: LogFiles,
  size: number,
  eventId: string,
): Promise<number | undefined> {
  for (let bundle = Math.ceil(size / TILE_WIDTH) - 1; bundle >= 0; bundle -= 1) {
    const entries = await readBundle(files, bundle, size);
    const place = entries.findIndex((bytes) => peekId(bytes) === eventId);
    if (place >= 0) return bundle * TILE_WIDTH + place;
  }
  return undefined;
}
