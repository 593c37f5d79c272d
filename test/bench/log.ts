// What the log takes: durable events a second by many writers, beside the same loop with nothing but hash and fdatasync; and verifying.
import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { decisionEvent } from "#record/event/call-events.ts";
import { verifyLog } from "#record/log/verify.ts";
import { readVerifier } from "#record/store/keys.ts";
import { openLogFiles } from "#record/store/log-reader.ts";
import { openLog } from "#record/store/log-writer.ts";
import { bashCall, decisionOf, effectsWith, policy, session } from "../record/event/samples.ts";
import { withLogDirectories } from "../record/store/temporary-log.ts";
import type { Figure } from "./figures.ts";

const WRITERS = 128;
const RUN_MS = 3_000;
const EVENT_BYTES = 950;
const EVENTS = 5_000;

const call = bashCall("cat notes.txt | grep -n total");
const decision = decisionOf(effectsWith("notes.txt").slice(0, 3));

/** Appends for a few seconds, then verifies what was written. */
export async function measureLog(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  await withLogDirectories(async (options, root) => {
    const bare = await bareLoop(join(root, "bare"));
    const log = await openLog(options);
    // Made beforehand: what is measured is append(), and an event is made once for each call anyway.
    const events = Array.from({ length: EVENTS }, () =>
      decisionEvent(log.stamp("hook"), { call, decision, policy, session, durationMs: 1 }),
    );
    let next = 0;
    const written = await race(async () => {
      const event = events[next++ % EVENTS];
      if (event !== undefined) await log.append(event, { durable: true });
    });
    await log.close();
    const verifier = await readVerifier(options.keys);
    if (verifier === undefined) throw new Error("the log has no verifier key");
    const start = performance.now();
    const report = await verifyLog(openLogFiles(options.log), { verifier });
    const verified = (report.checkpoint?.size ?? 0) / ((performance.now() - start) / 1_000);
    if (report.faults.length > 0) throw new Error("the log does not verify");
    const ratio = written / bare;
    figures.push(
      { name: "hash and fdatasync only", value: bare, unit: "/s" },
      { name: "append, encrypted, in the tree, signed", value: written, unit: "/s" },
      {
        name: "append beside the bare loop",
        value: ratio,
        unit: "x",
        goal: ">= 0.6",
        meets: ratio >= 0.6,
      },
      {
        name: "verify",
        value: verified,
        unit: "/s",
        goal: ">= 150,000/s",
        meets: verified >= 150_000,
      },
    );
  });
  return figures;
}

/** Calls `work` by WRITERS callers at once for RUN_MS; gives calls a second. */
async function race(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  let done = 0;
  const writer = async (): Promise<void> => {
    while (performance.now() - start < RUN_MS) {
      await work();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return done / ((performance.now() - start) / 1_000);
}

/** Group commit of random bytes: one hash an event, one write and fdatasync a batch. */
async function bareLoop(path: string): Promise<number> {
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
