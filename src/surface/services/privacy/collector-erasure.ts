// Erasing from what was handed in to a collector: at once when somebody is erased, and by the daemon until it is done.
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import { erasureRequestEvent } from "#record/event/privacy-events.ts";
import type { Log } from "#record/store/writing-log.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { createForwarder, type Forwarder } from "../fleet/forwarder.ts";
import { readForwarding } from "../fleet/forwarding.ts";
import { askCollector } from "./requests.ts";

/** For the daemon: asks before anything is handed in, puts on record what was done, and says whether handing in may go on. */
export function settleWithCollector(
  directories: Directories,
  log: Log,
  clock: Clock,
): (forwarder: Forwarder, tree: string) => Promise<boolean> {
  return async (forwarder, tree) => {
    const nowMs = clock.nowMs();
    const { settled, isWaiting } = await askCollector(directories, forwarder.erase, {
      tree,
      nowMs,
    });
    for (const request of settled)
      await log.append(erasureRequestEvent(log.stamp("daemon"), { ...request, what: "done" }), {
        durable: true,
      });
    return !isWaiting;
  };
}

/** For whoever erases: asks once. What is not reached stays outstanding, and the daemon asks again. */
export async function askCollectorOnce(
  directories: Directories,
  log: Pick<Log, "verifierKey">,
  nowMs: number,
): Promise<void> {
  const place = readForwarding(directories.forwardingFile);
  if (place === undefined) return;
  const forwarder = createForwarder(place);
  try {
    const tree = log.verifierKey.split("+")[0] ?? "";
    await askCollector(directories, forwarder.erase, { tree, nowMs });
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.code !== "collector") throw cause;
  } finally {
    forwarder.close();
  }
}
