// A process that appends to a log until it is told to stop: LOG and KEYS name its places.
import { setTimeout as sleep } from "node:timers/promises";
import { daemonEvent } from "#record/event/guard-events.ts";
import { openLog } from "#record/store/log-writer.ts";

const { LOG = "", KEYS = "" } = process.env;
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const log = await openLog({ log: LOG, keys: KEYS, clock, productVersion: "0.1.0" });
let isEnding = false;
let round = 0;
process.stdin.on("data", () => (isEnding = true));
process.stdout.write("begun\n");
while (!isEnding) {
  round += 1;
  const count = 1 + ((round * 37) % 80);
  await Promise.all(
    Array.from({ length: count }, () =>
      log.append(daemonEvent(log.stamp("daemon"), "start"), { durable: true }),
    ),
  );
  // TIME: a log that grows without end takes longer at every look.
  await sleep(25);
  // Often at the edge of a publication, where files come and go.
  if (round % 2 === 0) await log.publish();
}
await log.close();
process.stdin.destroy();
