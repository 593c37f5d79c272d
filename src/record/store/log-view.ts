// A log as a reader sees it: its published entries decoded, with sealed fields opened where their key is here.
import { Failure } from "#base/failure.ts";
import { type Checkpoint, readCheckpoint } from "../log/checkpoint.ts";
import { formatConsistencyFile } from "../log/proofs/consistency-file.ts";
import type { KeyHistory } from "../log/key-history.ts";
import { TILE_WIDTH, WITNESSED_PATH } from "../log/layout.ts";
import {
  type DecodedLeaf,
  decodeLeaf,
  type JsonObject,
  type LeafFault,
  peekId,
  sectionKeyOf,
} from "../log/leaf.ts";
import { formatProofFile } from "../log/proofs/proof-file.ts";
import { proveConsistency } from "../log/proofs/proof.ts";
import type { CarriedEntry } from "../log/proofs/proof-entry.ts";
import type { LogFiles } from "../log/report.ts";
import { createProver } from "./prover.ts";
import { lacksSealed } from "../event/sealed-kinds.ts";
import { followSubjects, readVerifier } from "./keys.ts";
import {
  type EntryRun,
  firstEntry,
  type IndexedEntry,
  openLogFiles,
  readBundle,
  readBundles,
  readEntries,
  type ReadingHow,
  tileSource,
} from "./log-reader.ts";
import { type Head, readHead } from "./signed-head.ts";
import { openLeaf, type SectionKeys, type TextStatus } from "./opened-leaf.ts";
import { foundOnce, openTextKeys } from "./text-keys.ts";

/** An entry of the log. `sealed` is undefined when there is nothing sealed or its key is not here (any more). */
export type ViewedEntry = {
  readonly index: number;
  readonly leaf: DecodedLeaf | LeafFault;
  readonly sealed: JsonObject | undefined;
  /** What became of what it said. */
  readonly text: TextStatus;
  /**
   * Something in it is marked as sealed under a key that is here, and does not open with it: whoever wrote it lacked the key. Or
   * it lacks the sealed part that its kind always has.
   */
  readonly isForged: boolean;
};

/** An entry as it lies in the log, with what is sealed left sealed. */
export type ReadEntry = Omit<ViewedEntry, "sealed" | "text" | "isForged">;

export type LogView = {
  /** Entries that the checkpoint on disk covers. */
  size(): Promise<number>;
  /** The checkpoint on disk, whose signature was checked. */
  checkpoint(): Promise<Checkpoint>;
  /** Entries without opening anything: one bundle in memory at a time. */
  leaves(from: number, end: number): AsyncGenerator<ReadEntry>;
  entries(from: number, end: number): AsyncGenerator<ViewedEntry>;
  /**
   * The same of several runs bundle by bundle, and only of `wanted` where that is given: what is passed over is neither decoded nor
   * opened. A bundle is to be read before the next one is asked for.
   */
  bundles(
    runs: Iterable<EntryRun>,
    wanted?: ReadonlySet<number>,
  ): AsyncGenerator<Iterable<ViewedEntry>>;
  /** Index of the event with this id, newest first; undefined when the log has none. */
  find(eventId: string): Promise<number | undefined>;
  /**
   * The proof file of an entry: under the newest checkpoint that witnesses cosigned where that covers it, else under the
   * present one. It carries the entry with `entry`, and the keys of its sealed sections with `reveal`.
   */
  proof(index: number, how?: ProofOptions): Promise<string>;
  /** The proof file that an earlier checkpoint is the beginning of a later one, or of the present one. */
  consistency(older: Uint8Array, newer: Uint8Array | undefined): Promise<string>;
};

export type ProofOptions = { readonly entry?: boolean; readonly reveal?: boolean };

/** Opens a log for reading, with or without its writer running, for as long as one likes. A Failure when there is none. */
export async function viewLog(
  directory: string,
  keysDirectory: string,
  how: ReadingHow = "shared",
): Promise<LogView> {
  const files = openLogFiles(directory, how);
  const subjectsNow = followSubjects(keysDirectory);
  const texts = openTextKeys(keysDirectory);
  // INVARIANT: asked after the size. Whoever's entry is published had a key before it, however long this view is kept.
  const sectionKeys = async (): Promise<SectionKeys> => ({
    subjects: (await subjectsNow()).find,
    texts,
  });
  const verifier = await readVerifier(keysDirectory);
  const head = (): Promise<Head> =>
    readHead(files, verifier, { log: directory, keys: keysDirectory });
  const size = async (): Promise<number> => (await head()).body.size;
  await size();
  async function* leaves(from: number, end: number): AsyncGenerator<ReadEntry> {
    for await (const { index, bytes } of readEntries(files, await size(), from, end)) {
      yield { index, leaf: decodeLeaf(bytes) };
    }
  }
  async function* bundles(
    runs: Iterable<EntryRun>,
    wanted?: ReadonlySet<number>,
  ): AsyncGenerator<Iterable<ViewedEntry>> {
    const end = await size();
    const keys = await sectionKeys();
    for await (const bundle of readBundles(files, end, runs, wanted)) yield openedIn(bundle, keys);
  }
  return {
    size,
    checkpoint: async () => (await head()).body,
    leaves,
    async *entries(from, end) {
      for await (const bundle of bundles([{ from, end }])) yield* bundle;
    },
    bundles,
    find: async (eventId) => findEvent(files, await size(), eventId),
    async proof(index, { entry = false, reveal = false } = {}) {
      const { body, text, keys } = await head();
      const cosigned = await files.read(WITNESSED_PATH);
      const reading = cosigned === undefined ? undefined : readCheckpoint(cosigned, keys);
      const isUsable =
        reading?.kind === "signed" && index < reading.body.size && reading.body.size <= body.size;
      const under = isUsable
        ? { size: reading.body.size, text: Buffer.from(cosigned ?? []).toString("utf8") }
        : { size: body.size, text };
      const carried =
        entry || reveal
          ? await carry(files, body.size, index, reveal ? await sectionKeys() : undefined)
          : undefined;
      const path = await createProver(directory, under.size, body.size).prove(index);
      return formatProofFile(index, path, under.text, carried);
    },
    async consistency(older, newer) {
      const { body, text, keys } = await head();
      const from = readOwn(older, keys, body.size);
      const to = newer === undefined ? { body, text } : readOwn(newer, keys, body.size);
      const sizes = [from.body.size, to.body.size] as const;
      if (sizes[0] > sizes[1])
        throw new Failure(
          "usage",
          `the older checkpoint has ${sizes[0]} entries, the newer ${sizes[1]}: exchange them`,
        );
      const path = await proveConsistency(...sizes, tileSource(files, body.size));
      return formatConsistencyFile(path, from.text, to.text);
    },
  };
}

/** A checkpoint of this log that covers no more than the log has. */
function readOwn(
  bytes: Uint8Array,
  keys: KeyHistory,
  size: number,
): { readonly body: Checkpoint; readonly text: string } {
  const reading = readCheckpoint(bytes, keys);
  if (reading.kind !== "signed")
    throw new Failure("usage", `the checkpoint is not one that this log signed (${reading.kind})`);
  if (reading.body.size > size)
    throw new Failure(
      "log-rolled-back",
      `the checkpoint states ${reading.body.size} entries, the log has ${size}: run \`sallyport log verify --trusted\` with it`,
    );
  return { body: reading.body, text: Buffer.from(bytes).toString("utf8") };
}

/** The entry for a proof file, with the keys of the sections that can be opened here when `keys` are given. */
async function carry(
  files: LogFiles,
  size: number,
  index: number,
  keys: SectionKeys | undefined,
): Promise<CarriedEntry> {
  for await (const { bytes } of readEntries(files, size, index, index + 1)) {
    const leaf = decodeLeaf(bytes);
    if (keys === undefined || leaf.kind !== "leaf") return { entry: bytes, revealed: [] };
    const revealed = openLeaf(leaf, keys).owners.flatMap((subject, section) => {
      const key = subject === undefined ? undefined : sectionKeyOf(leaf, section, subject);
      return key === undefined ? [] : [{ section, key }];
    });
    return { entry: bytes, revealed };
  }
  throw new Failure(
    "event-missing",
    `entry ${index} was removed on record: prove it without the entry itself`,
  );
}

const NOTHING_SEALED = { sealed: undefined, text: { kind: "none" }, isForged: false } as const;

/** The entries of one bundle, each decoded and opened when it is asked for. */
function* openedIn(
  bundle: Iterable<IndexedEntry>,
  { subjects, texts }: SectionKeys,
): Generator<ViewedEntry> {
  const keys = { subjects, texts: texts && foundOnce(texts) };
  for (const { index, bytes } of bundle) {
    const leaf = decodeLeaf(bytes);
    const opened = leaf.kind === "leaf" ? openSealed(leaf, keys) : NOTHING_SEALED;
    yield { index, leaf, ...opened };
  }
}

function openSealed(
  leaf: DecodedLeaf,
  keys: SectionKeys,
): Pick<ViewedEntry, "sealed" | "text" | "isForged"> {
  const { sealed, text, isForged } = openLeaf(leaf, keys);
  return { sealed, text, isForged: isForged || lacksSealed(leaf) };
}

/** Ids grow with time, but clocks step back: every bundle is looked at, the newest first. */
async function findEvent(
  files: LogFiles,
  size: number,
  eventId: string,
): Promise<number | undefined> {
  const first = (await firstEntry(files)) / TILE_WIDTH;
  for (let bundle = Math.ceil(size / TILE_WIDTH) - 1; bundle >= first; bundle -= 1) {
    const entries = await readBundle(files, bundle, size);
    const place = entries.findIndex((bytes) => peekId(bytes) === eventId);
    if (place >= 0) return bundle * TILE_WIDTH + place;
  }
  return undefined;
}
