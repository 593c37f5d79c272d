// The keys of the log, made before there is a log: a command hook seals its records with them.
import { monotonicMs } from "#platform/monotonic.ts";
import { Failure } from "#base/failure.ts";
import { openLog } from "#record/store/log-writer.ts";
import type { Install } from "./install.ts";
import { productVersion } from "../../foundation/product/product.ts";

/** Makes the log and its keys where they are missing: there may never be a daemon that does. */
export async function ensureLog({ directories }: Install): Promise<void> {
  const { log, keys } = directories;
  const clock = { nowMs: () => Date.now(), monotonicMs };
  try {
    await (await openLog({ log, keys, clock, productVersion: productVersion() })).close();
  } catch (cause) {
    // Whoever writes the log has made them.
    if (!(cause instanceof Failure) || cause.code !== "log-in-use") throw cause;
  }
}
