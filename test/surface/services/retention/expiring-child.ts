// A process that destroys the texts of an installation and kills itself at a point: `DATA DAYS NOW POINT`.
import { retentionEvent } from "#record/event/retention-events.ts";
import { openLog } from "#record/store/log-writer.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { remakeIndexHere } from "#surface/services/index/remake-here.ts";
import { expireTexts, lookAtTexts } from "#surface/services/retention/expire-texts.ts";

const [data = "", days, now, point] = process.argv.slice(2);
const directories = directoriesIn(data);
const nowMs = Number(now);
const killAt = (reached: string) => {
  if (reached === point) process.kill(process.pid, "SIGKILL");
};
await expireTexts(directories, await lookAtTexts(directories, Number(days), nowMs), {
  nowMs,
  reached: killAt,
  async remakeIndex(events) {
    const remaking = remakeIndexHere(directories, events);
    // While it is at it: the file is open, and some of it is written.
    setImmediate(() => setImmediate(() => killAt("remaking")));
    await remaking;
  },
  async record(input) {
    const clock = { nowMs: () => nowMs, monotonicMs: () => performance.now() };
    const log = await openLog({ ...directories, clock, productVersion: "0.1.0" });
    await log.append(retentionEvent(log.stamp("cli"), input), { durable: true });
    await log.close();
  },
});
process.exitCode = 3;
