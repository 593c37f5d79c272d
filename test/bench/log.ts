// What the log takes: durable events a second by many writers, beside the same loop with nothing but hash and fdatasync; and verifying.
import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { decisionEvent } from "#record/event/call-events.ts";
import { verifyLog } from "#record/log/verification/verify.ts";
import { readVerifier } from "#record/store/keys.ts";
import { openLogFiles } from "#record/store/log-reader.ts";
import { openLog } from "#record/store/log-writer.ts";
import { bashCall, decisionOf, effectsWith, policy, session } from "../record/event/samples.ts";
import { withLogDirectories } from "../record/store/temporary-log.ts";
import { atLeast, median, type Suite } from "./figures.ts";
import { measureProofs, PROVEN } from "./log-proofs.ts";

const WRITERS = 128;
const ROUNDS = 5;
const RUN_MS = 1_500;
const EVENT_BYTES = 950;
const EVENTS = 5_000;

const call = bashCall("cat notes.txt | grep -n total");
const decision = decisionOf(effectsWith("notes.txt").slice(0, 3));

/** Appends and runs the bare loop in turns, then verifies what was written. */
export async function measureLog(): Promise<Suite> {
  const bare: Race[] = [];
  const appended: Race[] = [];
  const verified: number[] = [];
  await withLogDirectories(async (options, root) => {
    const log = await openLog(options);
    // Made beforehand: what is measured is append(), and an event is made once for each call anyway.
    const events = Array.from({ length: EVENTS }, () =>
      decisionEvent(log.stamp("hook"), { call, decision, policy, session, durationMs: 1 }),
    );
    let next = 0;
    const append = async (): Promise<void> => {
      const event = events[next++ % EVENTS];
      if (event !== undefined) await log.append(event, { durable: true });
    };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const [floor, rate] = [await bareLoop(join(root, "bare")), await race(append)];
      // WHY: a round is counted with its checkpoints, and the next one does not pay for them.
      await log.publish();
      if (round === 0) continue;
      bare.push(floor);
      appended.push(rate);
    }
    await log.close();
    const verifier = await readVerifier(options.keys);
    if (verifier === undefined) throw new Error("the log has no verifier key");
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      const report = await verifyLog(openLogFiles(options.log), { verifier });
      verified.push((report.checkpoint?.size ?? 0) / ((performance.now() - start) / 1_000));
      if (report.faults.length > 0) throw new Error("the log does not verify");
    }
  });
  const rates = (races: readonly Race[]): readonly number[] => races.map(({ rate }) => rate);
  const cpu = (races: readonly Race[]): number => median(races.map(({ cpuUs }) => cpuUs));
  const ratio = median(appended.map(({ rate }, round) => rate / (bare[round]?.rate ?? Number.NaN)));
  return {
    method:
      `${ROUNDS} rounds of ${RUN_MS / 1_000} s of the bare loop and of append() in turns, ${WRITERS} writers that each wait for the disk before ` +
      `the next event; the bare loop hashes ${EVENT_BYTES} bytes an event with SHA-256, joins what waits into one write and calls fdatasync, ` +
      "and makes no event, encrypts nothing, frames nothing and keeps no tree; medians. " +
      `Inclusion proofs: of ${PROVEN} random entries of a log of 10 million whose tiles lie on disk, by one prover that has made as many before, each out of a tile that it reads for the first time.`,
    figures: [
      { name: "bare loop: hash, write and fdatasync only", value: median(rates(bare)), unit: "/s" },
      {
        name: "append: encrypted, in the tree, signed",
        value: median(rates(appended)),
        unit: "/s",
      },
      atLeast("append beside the bare loop", ratio, "x", 0.6),
      { name: "bare loop, processor time of all threads an event", value: cpu(bare), unit: "us" },
      { name: "append, processor time of all threads an event", value: cpu(appended), unit: "us" },
      atLeast("verify", median(verified), "/s", 150_000),
      ...(await measureProofs()),
    ],
  };
}

/** Calls a second, and what one took of the processor. */
type Race = { readonly rate: number; readonly cpuUs: number };

/** Calls `work` by WRITERS callers at once for RUN_MS. */
async function race(work: () => Promise<void>): Promise<Race> {
  const start = performance.now();
  const before = process.cpuUsage();
  let done = 0;
  const writer = async (): Promise<void> => {
    while (performance.now() - start < RUN_MS) {
      await work();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  const { user, system } = process.cpuUsage(before);
  return { rate: done / ((performance.now() - start) / 1_000), cpuUs: (user + system) / done };
}

/** Group commit of random bytes: one hash an event, one write and fdatasync a batch. */
async function bareLoop(path: string): Promise<Race> {
  const file = await open(path, "a");
  const body = randomBytes(EVENT_BYTES);
  let waiting: (() => void)[] = [];
  let batch: Buffer[] = [];
  let busy = false;
  const flush = async (): Promise<void> => {
    busy = true;
    while (batch.length > 0) {
      const [bytes, callers] = [batch, waiting];
      batch = [];
      waiting = [];
      await file.writev(bytes);
      await file.datasync();
      for (const call of callers) call();
    }
    busy = false;
  };
  try {
    return await race(
      () =>
        new Promise<void>((resolve) => {
          createHash("sha256").update(body).digest();
          batch.push(body);
          waiting.push(resolve);
          if (!busy) void flush();
        }),
    );
  } finally {
    await file.close();
  }
}
