// Attacks by somebody who holds the log's own key and may write everything here: rewritten, cut short, forked, signed well.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createCosigner } from "#record/log/cosignature.ts";
import { parseNote } from "#record/log/note.ts";
import { verifyLog } from "#record/log/verification/verify.ts";
import { judgeAddCheckpoint } from "#record/log/proofs/witness-protocol.ts";
import { parseCheckpoint } from "#record/log/checkpoint.ts";
import { proveConsistency } from "#record/log/proofs/proof.ts";
import { tileSource } from "#record/store/log-reader.ts";
import { filesOf, memoryLog, sampleEntry, signer } from "../record/log/memory-log.ts";
import { type PythonVerifier, startPython } from "./python-verifier.ts";

/** Kinds of attack, as the page names them. */
export const ATTACK_KINDS = ["rewrite", "truncation", "fork"] as const;
export type AttackKind = (typeof ATTACK_KINDS)[number];

export type AttackTally = {
  readonly kind: AttackKind;
  tried: number;
  /** Found with nothing but what lies here and the log's key. */
  foundHere: number;
  /** Found against the checkpoint that the witness cosigned last. */
  foundByWitness: number;
  /** The witness refused to cosign it. */
  refused: number;
  /** The python verifier said the same, both times. */
  agreed: number;
};

const witness = createCosigner("witness.example/one", new Uint8Array(32).fill(11));
const TIME_S = 1_763_000_000;

/** Makes `count` attacks on logs of random sizes below `directory`. */
export async function runAttacks(
  directory: string,
  count: number,
  random: () => number,
): Promise<readonly AttackTally[]> {
  const tallies = ATTACK_KINDS.map((kind) => ({
    kind,
    tried: 0,
    foundHere: 0,
    foundByWitness: 0,
    refused: 0,
    agreed: 0,
  }));
  const python = startPython(signer.verifier.text, []);
  try {
    for (let made = 0; made < count; made += 1) {
      const tally = tallies[made % tallies.length];
      if (tally !== undefined)
        await attack(join(directory, String(made)), tally, { random, python });
    }
  } finally {
    python.close();
  }
  return tallies;
}

async function attack(
  directory: string,
  tally: AttackTally,
  { random, python }: { readonly random: () => number; readonly python: PythonVerifier },
): Promise<void> {
  const size = 2 + Math.floor(random() * 600);
  const honest = memoryLog([size]);
  const kept = cosigned(honest);
  const forged = forge(tally.kind, size, random);
  await store(join(directory, "log"), forged);
  await writeFile(join(directory, "kept"), kept);
  const options = { verifier: signer.verifier };
  const here = await verifyLog(filesOf(forged), options);
  const there = await verifyLog(filesOf(forged), {
    ...options,
    kept: [{ bytes: Buffer.from(kept), by: "witnesses" }],
  });
  const [pythonHere, pythonThere] = [
    await python.ask({ log: join(directory, "log") }),
    await python.ask({ log: join(directory, "log"), kept: [join(directory, "kept")] }),
  ];
  tally.tried += 1;
  if (here.faults.length > 0) tally.foundHere += 1;
  if (there.faults.length > 0) tally.foundByWitness += 1;
  if (await isRefused(size, honest, forged)) tally.refused += 1;
  const isAgreed =
    pythonHere.good === (here.faults.length === 0) &&
    pythonThere.good === (there.faults.length === 0);
  if (isAgreed) tally.agreed += 1;
}

/** Another log under the same key: one entry replaced, the end cut, or other entries from some place on. */
function forge(kind: AttackKind, size: number, random: () => number): Map<string, Uint8Array> {
  const at = Math.floor(random() * size);
  switch (kind) {
    case "rewrite":
      return memoryLog([size + Math.floor(random() * 3)], (index) =>
        sampleEntry(index === at ? 1_000_000 : index),
      );
    case "truncation":
      return memoryLog([at]);
    case "fork":
      return memoryLog([size + Math.floor(random() * 50)], (index) =>
        sampleEntry(index < at ? index : index + 1_000_000),
      );
    default:
      return kind satisfies never;
  }
}

function cosigned(log: ReadonlyMap<string, Uint8Array>): string {
  const { text, whole } = checkpointOf(log);
  return whole + witness.cosign(text, TIME_S);
}

function checkpointOf(log: ReadonlyMap<string, Uint8Array>) {
  const whole = Buffer.from(log.get("checkpoint") ?? []).toString("utf8");
  const text = parseNote(Buffer.from(whole))?.text ?? "";
  const body = parseCheckpoint(text);
  if (body === undefined) throw new Error("no checkpoint");
  return { whole, text, body };
}

/** Whether the witness, which cosigned the honest log, refuses the forged one with any proof that its owner can make. */
async function isRefused(
  size: number,
  honest: ReadonlyMap<string, Uint8Array>,
  forged: ReadonlyMap<string, Uint8Array>,
): Promise<boolean> {
  const next = checkpointOf(forged);
  const old = Math.min(size, next.body.size);
  const proof = await proveConsistency(old, next.body.size, tileSource(filesOf(forged)));
  const { body } = checkpointOf(honest);
  const answer = judgeAddCheckpoint(
    { old, proof, checkpoint: next.whole },
    {
      logKeys: [signer.verifier],
      lastOf: () => ({ size: body.size, root: body.root }),
      cosigner: witness,
      timeS: TIME_S,
    },
  );
  return answer.status !== 200;
}

async function store(directory: string, log: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [path, bytes] of log) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), bytes);
  }
}
