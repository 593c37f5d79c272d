// Keeping a log witnessed: at an interval its newest checkpoint goes to each witness, and comes back cosigned.
import { join } from "node:path";
import { readCheckpoint } from "#record/log/checkpoint.ts";
import { countCosignatures } from "#record/log/cosignature.ts";
import { CHECKPOINT_PATH, WITNESSED_PATH } from "#record/log/layout.ts";
import { type NoteVerifier, parseNote, signatureLine } from "#record/log/note.ts";
import { proveConsistency } from "#record/log/proofs/proof.ts";
import { inOrder } from "#record/log/witnessed.ts";
import { readStoredKeys } from "#record/log/stored-keys.ts";
import { openLogFiles, tileSource } from "#record/store/log-reader.ts";
import { replaceFile, syncDirectory } from "#record/store/files/private-files.ts";
import { type Asked, askWitness, createSend, type OwnTree, type Send } from "./ask-witness.ts";
import type { WitnessEntry, WitnessList } from "./witness-list.ts";

/** A log that does not grow is cosigned anew this often: the time in a cosignature says that the witness is still there. */
const RENEWAL_MS = 3_600_000;
const BACK_OFF_MS_MIN = 60_000;
const BACK_OFF_MS_MAX = 3_600_000;

/** What is worth an event: a witness that refuses, fails for the first time, or answers again. */
export type WitnessNews = {
  readonly what: "refused" | "failing" | "answering";
  readonly witness: string;
  readonly cause: "ahead" | "fork" | "unreachable" | "untrusted" | "answer" | "none";
  /** Entries that the log had, and entries that the witness spoke of. */
  readonly size: number;
  readonly known: number;
};

export type WitnessingOptions = {
  readonly log: string;
  readonly verifier: NoteVerifier;
  readonly list: () => WitnessList;
  readonly nowMs: () => number;
  readonly report: (news: WitnessNews) => void;
  /** How requests are sent; the network where nothing else is given. */
  readonly send?: Send;
};

/** What is remembered of one witness while the daemon runs. */
type Memory = {
  known: number;
  cosignedMs: number;
  cosignedSize: number;
  waitUntilMs: number;
  backOffMs: number;
  trouble: string;
};

export type Witnessing = {
  /** Asks every witness that is due; resolves when all answered or failed. Never throws for what a witness does. */
  pass(): Promise<void>;
};

/** Builds it; nothing is asked before the first pass. */
export function createWitnessing(options: WitnessingOptions): Witnessing {
  const memories = new Map<string, Memory>();
  let running: Promise<void> | undefined;
  const memoryOf = (witness: WitnessEntry): Memory => {
    const id = `${witness.url} ${witness.key.text}`;
    const memory = memories.get(id) ?? {
      known: 0,
      cosignedMs: Number.NEGATIVE_INFINITY,
      cosignedSize: -1,
      waitUntilMs: Number.NEGATIVE_INFINITY,
      backOffMs: 0,
      trouble: "",
    };
    memories.set(id, memory);
    return memory;
  };
  return {
    pass() {
      running ??= askAll(options, memoryOf).finally(() => {
        running = undefined;
      });
      return running;
    },
  };
}

async function askAll(
  options: WitnessingOptions,
  memoryOf: (witness: WitnessEntry) => Memory,
): Promise<void> {
  const { log, nowMs, report } = options;
  const list = options.list();
  if (list.witnesses.length === 0) return;
  const tree = await openTree(log, options.verifier);
  if (tree === undefined) return;
  const send = options.send ?? createSend(list.ca);
  const lines = await Promise.all(
    list.witnesses.map(async (witness) => {
      const memory = memoryOf(witness);
      const now = nowMs();
      const isDue = memory.cosignedSize !== tree.size || now - memory.cosignedMs >= RENEWAL_MS;
      if (!isDue || now < memory.waitUntilMs) return undefined;
      const known = memory.known === 0 ? await storedSize(log, witness) : memory.known;
      const asked = await askWitness(witness, tree, known, send);
      remember(memory, asked, tree.size, nowMs(), (what, cause) => {
        const spoken = asked.kind === "refused" ? asked.size : 0;
        report({ what, cause, witness: witness.key.name, size: tree.size, known: spoken });
      });
      return asked.kind === "cosigned" ? asked.line : undefined;
    }),
  );
  const fresh = lines.filter((line) => line !== undefined);
  if (fresh.length > 0) await store(log, tree, fresh, list);
}

function remember(
  memory: Memory,
  asked: Asked,
  size: number,
  nowMs: number,
  say: (what: WitnessNews["what"], cause: WitnessNews["cause"]) => void,
): void {
  if (asked.kind === "cosigned") {
    if (memory.trouble !== "") say("answering", "none");
    const waits = { backOffMs: 0, waitUntilMs: Number.NEGATIVE_INFINITY, trouble: "" };
    Object.assign(memory, { known: size, cosignedMs: nowMs, cosignedSize: size, ...waits });
    return;
  }
  const trouble = `${asked.kind} ${asked.cause}`;
  // One event when it begins: a witness that is down for a week fills no log.
  if (memory.trouble !== trouble)
    say(asked.kind === "refused" ? "refused" : "failing", asked.cause);
  memory.trouble = trouble;
  memory.backOffMs = Math.min(BACK_OFF_MS_MAX, Math.max(BACK_OFF_MS_MIN, memory.backOffMs * 2));
  memory.waitUntilMs = nowMs + memory.backOffMs;
}

async function openTree(log: string, verifier: NoteVerifier): Promise<OwnTree | undefined> {
  const files = openLogFiles(log);
  const bytes = await files.read(CHECKPOINT_PATH);
  const keys = await readStoredKeys(files, verifier, () => undefined);
  const reading = bytes === undefined ? undefined : readCheckpoint(bytes, keys, { exact: true });
  if (bytes === undefined || reading?.kind !== "signed" || reading.body.size === 0)
    return undefined;
  const { size } = reading.body;
  return {
    size,
    checkpoint: Buffer.from(bytes).toString("utf8"),
    async proofFrom(old) {
      // A tile may have grown since: what lies there now is at least as wide as what is asked for.
      const newest = readCheckpoint((await files.read(CHECKPOINT_PATH)) ?? bytes, keys);
      return proveConsistency(old, size, tileSource(files, newest.body?.size ?? size));
    },
  };
}

/** The size up to which the stored checkpoint has a line of this witness: where a daemon that started anew goes on. */
async function storedSize(log: string, { key }: WitnessEntry): Promise<number> {
  const bytes = await openLogFiles(log).read(WITNESSED_PATH);
  const note = bytes === undefined ? undefined : parseNote(bytes);
  if (note === undefined || countCosignatures(note, [key]).cosigned.length === 0) return 0;
  return Number(/^[^\n]*\n(\d{1,15})\n/.exec(note.text)?.[1] ?? 0);
}

/** Stores the cosigned checkpoint when enough have signed; lines over the same text that are there already stay. */
async function store(
  log: string,
  tree: OwnTree,
  fresh: readonly string[],
  { witnesses, quorum }: WitnessList,
): Promise<void> {
  const before = await openLogFiles(log).read(WITNESSED_PATH);
  const text = Buffer.from(before ?? []).toString("utf8");
  const nameOf = (line: string): string => line.split(" ")[1] ?? "";
  const kept = text.startsWith(tree.checkpoint)
    ? text
        .slice(tree.checkpoint.length)
        .split(/(?<=\n)/)
        .filter((line) => !fresh.some((other) => nameOf(other) === nameOf(line)))
        .filter((line) => witnesses.some(({ key }) => key.name === nameOf(line)))
    : [];
  const note = parseNote(Buffer.from(tree.checkpoint + [...kept, ...fresh].join("")));
  const own = parseNote(Buffer.from(tree.checkpoint))?.signatures.length ?? 0;
  const cosigned = note?.signatures.slice(own).toSorted(inOrder) ?? [];
  if (cosigned.length < quorum) return;
  const lines = cosigned.map((line) => signatureLine(line, line.signature));
  await replaceFile(join(log, WITNESSED_PATH), tree.checkpoint + lines.join(""));
  await syncDirectory(log);
}
