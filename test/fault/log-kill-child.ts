// The process that log-kill.test.ts kills: appends durable and lazy events for ever, and says which ones the log took.
import { daemonEvent } from "#record/event/guard-events.ts";
import { openLog } from "#record/store/log-writer.ts";

const [log, keys] = process.argv.slice(2);
const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const writer = await openLog({ log: log ?? "", keys: keys ?? "", clock, productVersion: "0.1.0" });
process.stdout.write("ready\n");

async function work(): Promise<never> {
  for (;;) {
    const event = daemonEvent(writer.stamp("daemon"), "start");
    const index = await writer.append(event, { durable: true });
    process.stdout.write(`${index} ${event.id}\n`);
    await writer.append(daemonEvent(writer.stamp("daemon"), "stop"), { durable: false });
  }
}

await Promise.all(Array.from({ length: 8 }, work));
