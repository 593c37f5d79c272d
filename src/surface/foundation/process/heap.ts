// How far the heap of the daemon, and of a scan, may grow before the engine collects it.
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

function setFlag(flag: string): void {
  // WHY here: every command has this module, and loading the built-in one takes milliseconds.
  process.getBuiltinModule("node:v8").setFlagsFromString(flag);
}
