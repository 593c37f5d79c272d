// The one pass over a log for an evidence pack: every entry hashed into the tree, those of the period counted and followed.
import { assert, Failure } from "#base/failure.ts";
import type { Collecting, EvidenceEntry, EvidencePeriod } from "#assure/evidence/collector.ts";
import type { Counting } from "#assure/evidence/counts.ts";
import { decodeMetadata } from "#record/log/leaf.ts";
import { formatProofFile } from "#record/log/proofs/proof-file.ts";
import { readStatements } from "#record/log/stored-keys.ts";
import { sameBytes } from "#record/log/tree.ts";
import { readVerifier } from "#record/store/keys.ts";
import { firstEntry, openLogFiles, readBundles } from "#record/store/log-reader.ts";
import { createProver } from "#record/store/prover.ts";
import { type Head, readHead } from "#record/store/signed-head.ts";
import type { RootTaker } from "./entry-root.ts";
import { takeRoot } from "./root-thread.ts";

/** A log as it is signed at one moment. `statements` are those about its keys. */
export type SignedHead = Head & {
  readonly statements: readonly Uint8Array[];
  /** Entries before it were removed on record. */
  readonly first: number;
};

/** Reads the head. Throws a Failure where there is no log, no key, or the head is not what the log signed. */
export async function readSignedHead(log: string, keysDirectory: string): Promise<SignedHead> {
  const files = openLogFiles(log);
  const verifier = await readVerifier(keysDirectory);
  return {
    ...(await readHead(files, verifier, { log, keys: keysDirectory })),
    statements: await readStatements(files),
    first: await firstEntry(files),
  };
}

/** What is told of each entry. */
export type Followers = {
  readonly counts: Counting;
  readonly collecting: readonly Collecting[];
};

type Asked = Followers & {
  readonly period: EvidencePeriod;
  readonly onProgress: (done: number, of: number) => void;
};

/**
 * Reads the log up to a head. Says whether its entries make the signed root, which cannot be said where some were removed on record.
 * Throws a Failure `log-damaged` where they make another one: of such a log nothing is evidence.
 */
export async function readEvidence(
  log: string,
  { body: { size, root }, first }: SignedHead,
  asked: Asked,
): Promise<"yes" | "removed"> {
  const tree = first === 0 ? takeRoot(size) : undefined;
  try {
    await followBundles(log, size, asked, tree);
    if (tree === undefined) return "removed";
    const made = await tree.end();
    if (made.size !== size || !sameBytes(made.root, root))
      throw damaged("its entries do not make the root that was signed");
    return "yes";
  } finally {
    tree?.close();
  }
}

/** Tells every entry up to the period's end, and hands all of them to `tree`. */
async function followBundles(
  log: string,
  size: number,
  { period, onProgress, ...followers }: Asked,
  tree: RootTaker | undefined,
): Promise<void> {
  const follow = followersOf(followers);
  for await (const bundle of readBundles(openLogFiles(log), size, [{ from: 0, end: size }])) {
    await tree?.add(bundle.map(({ bytes }) => bytes));
    for (const { index, bytes } of bundle) {
      // WHY before decoding: what came after the period is only part of the tree.
      const timeMs = idTimeMs(bytes);
      if (timeMs !== undefined && timeMs >= period.untilMs) continue;
      const leaf = decodeMetadata(bytes);
      const entry =
        leaf.kind === "metadata"
          ? {
              index,
              timeMs: leaf.timeMs,
              metadata: leaf.metadata,
              isMeant: leaf.timeMs >= period.sinceMs,
            }
          : { index, timeMs: timeMs ?? period.sinceMs, metadata: undefined, isMeant: true };
      follow(entry);
    }
    const last = bundle.at(-1);
    if (last !== undefined) onProgress(last.index + 1, size);
  }
}

/** Tells each entry to those who follow its kind. */
function followersOf({ counts, collecting }: Followers): (entry: EvidenceEntry) => void {
  const ofAll = collecting.filter(({ kinds }) => kinds === undefined);
  const byKind = new Map<unknown, Collecting[]>();
  for (const one of collecting)
    for (const kind of one.kinds ?? []) byKind.set(kind, [...(byKind.get(kind) ?? []), one]);
  return (entry) => {
    counts.add(entry);
    for (const one of ofAll) one.add(entry);
    const own = entry.metadata === undefined ? undefined : byKind.get(entry.metadata["kind"]);
    if (own !== undefined) for (const one of own) one.add(entry);
  };
}

/** The time inside the id of an entry, which stands behind its version; undefined for what is too short. */
function idTimeMs(bytes: Uint8Array): number | undefined {
  if (bytes.length < 7) return undefined;
  const high = (bytes[1] ?? 0) * 256 + (bytes[2] ?? 0);
  const low = ((bytes[3] ?? 0) << 24) | ((bytes[4] ?? 0) << 16) | ((bytes[5] ?? 0) << 8);
  return high * 4_294_967_296 + ((low | (bytes[6] ?? 0)) >>> 0);
}

/** Proof files of entries under a head, each with its entry, what is sealed in it left sealed. Removed ones have none. */
export async function* proveEntries(
  log: string,
  head: SignedHead,
  entries: readonly number[],
): AsyncGenerator<{ readonly entry: number; readonly text: string }> {
  const { size } = head.body;
  const wanted = new Set(entries);
  const prover = createProver(log, size, size);
  const runs = [...wanted]
    .filter((entry) => entry >= head.first && entry < size)
    .sort((left, right) => left - right)
    .map((from) => ({ from, end: from + 1 }));
  for await (const bundle of readBundles(openLogFiles(log), size, runs))
    for (const { index, bytes } of bundle) {
      assert(wanted.has(index), "an entry is proven that was asked for");
      const path = await prover.prove(index);
      const carried = { entry: bytes, revealed: [] };
      yield { entry: index, text: formatProofFile(index, path, head.text, carried) };
    }
}

function damaged(what: string): Failure {
  return new Failure(
    "log-damaged",
    `${what}: run \`sallyport log verify\`; of such a log nothing is evidence`,
  );
}
