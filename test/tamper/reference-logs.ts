// The logs that are tampered with: written by the real writer, witnessed, with a changed key, removed entries, packed ones, a journal.
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { decisionEvent } from "#record/event/call-events.ts";
import { createCosigner, type WitnessVerifier } from "#record/log/cosignature.ts";
import { type NoteVerifier, parseNote, parseVerifier } from "#record/log/note.ts";
import { hashLeaf } from "#record/log/tree.ts";
import { startJournal } from "#record/store/files/journal.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { LogOptions } from "#record/store/writing-log.ts";
import { replaceFile } from "#record/store/files/private-files.ts";
import { viewLog } from "#record/store/log-view.ts";
import { packBundles } from "#record/store/packing.ts";
import { pruneLog, rotateKey } from "#record/store/upkeep.ts";
import { bashCall, decisionOf, effectsWith, policy, session } from "../record/event/samples.ts";
import { sampleEntry } from "../record/log/memory-log.ts";
import { systemClock } from "../record/store/temporary-log.ts";

/** A log with copies of its earlier states, each whole and signed. `now` is the last of them. */
export type ReferenceLog = {
  readonly name: string;
  readonly options: LogOptions;
  readonly verifier: NoteVerifier;
  readonly witness: WitnessVerifier;
  /** Directories with `log` and `keys`, the oldest first. */
  readonly states: readonly string[];
  /** The checkpoint that the witness cosigned last, as it keeps it. */
  readonly witnessed: string;
  /** Proof files of entries and of two checkpoints. */
  readonly proofs: readonly string[];
};

export const witness = createCosigner("witness.example/one", new Uint8Array(32).fill(11));
const TIME_S = 1_763_000_000;

/** A log of some 600 entries whose key never changed, with waiting entries in its journal. */
export function plainLog(root: string): Promise<ReferenceLog> {
  return build(root, "plain", [
    (options) => append(options, 200),
    (options) => append(options, 120),
    (options) => append(options, 290),
  ]);
}

/** A log whose key was changed and whose first 256 entries were removed on record. */
export function changedLog(root: string): Promise<ReferenceLog> {
  return build(root, "changed", [
    (options) => append(options, 300),
    async (options) => void (await rotateKey(options, "introduce")),
    (options) => append(options, 140),
    async (options) => void (await rotateKey(options, "retire")),
    (options) => append(options, 130),
    async (options) => void (await pruneLog(options, 256)),
  ]);
}

/** A log whose key was changed and whose first 512 entries are packed. */
export function packedLog(root: string): Promise<ReferenceLog> {
  return build(root, "packed", [
    (options) => append(options, 270),
    async (options) => void (await rotateKey(options, "introduce")),
    async (options) => {
      await append(options, 280);
      await packAll(options);
    },
  ]);
}

async function build(
  root: string,
  name: string,
  steps: readonly ((options: LogOptions) => Promise<void>)[],
): Promise<ReferenceLog> {
  const home = join(root, name);
  const options = {
    log: join(home, "log"),
    keys: join(home, "keys"),
    clock: systemClock,
    productVersion: "0.1.0",
  };
  const states: string[] = [];
  for (const [place, step] of steps.entries()) {
    await step(options);
    await cosign(options);
    const state = join(root, `${name}-${place}`);
    await mkdir(state, { recursive: true });
    for (const part of ["log", "keys"])
      await cp(join(home, part), join(state, part), { recursive: true });
    states.push(state);
  }
  await leaveWaiting(options);
  const key = parseVerifier(await readFile(join(options.keys, "verifier-key"), "utf8"));
  if (key === undefined) throw new Error("no verifier key");
  const witnessed = join(root, `${name}-kept`);
  await cp(join(options.log, "witnessed"), witnessed);
  const proofs = await prove(root, name, options, states);
  return { name, options, verifier: key, witness: witness.verifier, states, witnessed, proofs };
}

async function append(options: LogOptions, count: number): Promise<void> {
  const log = await openLog(options);
  const call = bashCall("cat notes.txt");
  const decision = decisionOf(effectsWith("notes.txt").slice(0, 2));
  const events = Array.from({ length: count }, () =>
    decisionEvent(log.stamp("hook"), { call, decision, policy, session, durationMs: 1 }),
  );
  await Promise.all(events.map((event) => log.append(event, { durable: true })));
  await log.close();
}

/** What the daemon does with bundles that are older than a week. */
async function packAll({ log, keys }: LogOptions): Promise<void> {
  const size = await (await viewLog(log, keys)).size();
  const { bundles } = await packBundles(log, { first: 0, size, beforeMs: Infinity });
  if (bundles !== 2) throw new Error(`${bundles} bundles were packed`);
}

async function cosign({ log }: LogOptions): Promise<void> {
  const checkpoint = await readFile(join(log, "checkpoint"), "utf8");
  const note = parseNote(Buffer.from(checkpoint));
  if (note === undefined) throw new Error("no checkpoint");
  await replaceFile(join(log, "witnessed"), checkpoint + witness.cosign(note.text, TIME_S));
}

/** Entries that are durable and that no checkpoint covers, as a kill would leave them. */
async function leaveWaiting({ log, keys }: LogOptions): Promise<void> {
  const size = await (await viewLog(log, keys)).size();
  const journal = await startJournal(join(log, "journal"), size);
  const entries = [1, 2, 3].map(sampleEntry);
  await journal.append(entries.map((bytes) => ({ bytes, hash: hashLeaf(bytes) })));
  await journal.close();
}

async function prove(
  root: string,
  name: string,
  { log, keys }: LogOptions,
  states: readonly string[],
): Promise<readonly string[]> {
  const view = await viewLog(log, keys);
  const older = await readFile(join(states[0] ?? "", "log/checkpoint"));
  // A proof file holds no statements about keys: after a change it is checked with the key of now.
  if (name !== "plain") return [];
  const texts = [
    await view.proof(300, { entry: true }),
    await view.proof(299, { reveal: true }),
    await view.consistency(older, await readFile(join(log, "witnessed"))),
  ];
  const files = texts.map((_, place) => join(root, `${name}-${place}.tlog-proof`));
  for (const [place, text] of texts.entries()) await replaceFile(files[place] ?? "", text);
  return files;
}
