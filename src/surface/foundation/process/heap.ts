// How far the heap of the daemon, and of a scan, may grow before the engine collects it, and when its holes are given back.
/**
 * WHY: by default the engine lets garbage grow to a multiple of what lives before it collects. Set here and not on the command
 * line, where an engine that no longer knows the flag would refuse to start.
 */
export function keepHeapSmall(): void {
  setFlag("--heap-growing-percent=20");
}

/**
 * The same for a scan, which makes large texts that live for a moment: without it, a history of 700 MB took 250 MB of memory instead of
 * 170. WHY the young generation stays as small as it begins: a tree with all of it young took 50 MB more and was no faster.
 */
export function keepScanHeapSmall(): void {
  setFlag("--heap-growing-percent=50");
  setFlag("--semi-space-growth-factor=1");
}

/** Between two looks whether there is something to give back. */
const LOOK_MS = 15_000;
/** Processor time between two looks with which nobody waits for this process: its own looks around take as much. */
const AT_REST_MS = 300;
/** Bytes of holes that are worth the pause. */
const HOLES_MAX = 16 * 1024 ** 2;

/**
 * Gives the holes of the heap back while nothing is asked. WHY: the engine collects what is dead and leaves the holes between
 * what lives. After 10,000 calls at rest a daemon held 91 MB for 60 MB of old objects, and its own reducing of memory changed nothing.
 */
export function tidyHeapAtRest(): void {
  let spent = process.cpuUsage();
  /** WHY remembered: what a round could not give back, the next one cannot either. */
  let left = 0;
  setInterval(() => {
    const { user, system } = process.cpuUsage(spent);
    spent = process.cpuUsage();
    left = Math.min(left, holes());
    if ((user + system) / 1_000 > AT_REST_MS || holes() - left < HOLES_MAX) return;
    tidyHeap();
    left = holes();
  }, LOOK_MS).unref();
}

function holes(): number {
  const { heapTotal, heapUsed } = process.memoryUsage();
  return heapTotal - heapUsed;
}

/** Moves what lives together, once. Takes a tenth of a second for 40 MB of objects, in which nothing is answered. */
export function tidyHeap(): void {
  // WHY taken back at once: compiled code is kept for an engine with the flags that it had.
  setFlag("--expose-gc");
  const collect: unknown = process.getBuiltinModule("node:vm").runInNewContext("gc");
  setFlag("--no-expose-gc");
  if (typeof collect !== "function") return;
  setFlag("--compact-on-every-full-gc");
  try {
    collect();
  } finally {
    setFlag("--no-compact-on-every-full-gc");
  }
}

function setFlag(flag: string): void {
  // WHY here: every command has this module, and loading the built-in one takes milliseconds.
  process.getBuiltinModule("node:v8").setFlagsFromString(flag);
}
