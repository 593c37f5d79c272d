// How this program starts itself again, from whatever directory.

/** Options of node. WHY: a loader that was named as a package is not found from a directory without it. */
export function ownNodeOptions(): readonly string[] {
  return process.execArgv.map((flag, place, all) =>
    all[place - 1] === "--import" && /^[a-z@]/.test(flag) ? import.meta.resolve(flag) : flag,
  );
}

/** Program and words that stand before the command's own. */
export function ownCommand(): readonly [string, ...string[]] {
  return [process.execPath, ...ownNodeOptions(), process.argv[1] ?? ""];
}
