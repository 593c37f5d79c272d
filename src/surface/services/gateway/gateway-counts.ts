// What the gateway counted, on disk for whoever asks: the process itself answers nobody but package managers.
import * as v from "valibot";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { createCounter, type Counter, type GatewayCounts } from "./refusals.ts";

/** A busy install changes counts a thousand times; the disk hears of it this often. */
const WRITE_MS = 1_000;
const counts = v.record(v.pipe(v.string(), v.maxLength(64)), v.number());
const fileSchema = v.object({
  version: v.literal(1),
  pid: v.number(),
  answered: counts,
  refused: v.record(v.pipe(v.string(), v.maxLength(64)), counts),
});

/** A counter whose counts get to disk within a second. `flush` writes them now. Disk that fails is no reason to refuse. */
export function createStoredCounter(path: string): Counter & { flush(): void } {
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const text = JSON.stringify({ version: 1, pid: process.pid, ...counter.counts() });
    try {
      writePrivateFile(path, `${text}\n`);
    } catch {
      // They are told the next time.
    }
  };
  const counter = createCounter(() => {
    timer ??= setTimeout(flush, WRITE_MS).unref();
  });
  return { ...counter, flush };
}

/** What the gateway of this process id counted; nothing where it told nothing yet. Never throws. */
export function readCounts(path: string, pid: number): GatewayCounts {
  try {
    const text = readPrivateFile(path, { secret: true });
    const { answered, refused, pid: teller } = v.parse(fileSchema, JSON.parse(text ?? ""));
    return teller === pid ? { answered, refused } : { answered: {}, refused: {} };
  } catch {
    return { answered: {}, refused: {} };
  }
}
