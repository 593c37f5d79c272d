// How far the daemon's heap may grow before the engine collects it.
/**
 * WHY: by default the engine lets garbage grow to a multiple of what lives before it collects. Set here and not on the command
 * line, where an engine that no longer knows the flag would refuse to start.
 */
export function keepHeapSmall(): void {
  // WHY here: every command has this module, and loading the built-in one takes milliseconds.
  process.getBuiltinModule("node:v8").setFlagsFromString("--heap-growing-percent=20");
}
