// Whether two results of one call are the same but for what differs from run to run: hashes, times, process numbers and names of temporary files.

/** What the model saw of a call. */
export type Seen = { readonly text: string; readonly isError: boolean };

const MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec";
const CHANGING: readonly (readonly [RegExp, string])[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape.
  [/\u001b\[[0-9;]*m/g, ""],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z| ?[+-]\d\d:?\d\d)?/g, "TIME"],
  // As npm names what it logged.
  [/\b\d{4}-\d\d-\d\dT\d\d_\d\d_\d\d_\d{3}Z/g, "TIME"],
  [
    new RegExp(
      `\\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\\d+ )?(?:${MONTHS})[^\\n]*?\\d\\d:\\d\\d:\\d\\d(?: [+-]\\d{4}| \\w+)?(?: \\d{4})?`,
      "g",
    ),
    "TIME",
  ],
  [new RegExp(`\\b(?:${MONTHS}) +\\d+ +\\d\\d:\\d\\d\\b`, "g"), "TIME"],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b/g, "TIME"],
  [/\b\d+ (?:seconds?|minutes?) ago\b/g, "AGO"],
  [/\b\d+(?:\.\d+)? ?(?:ms|msec|µs|us|s|secs?|seconds|m\d+\.\d+s)\b/g, "SPAN"],
  [/\b\d+m\d+\.\d+s\b/g, "SPAN"],
  [/(\bduration_ms|"?elapsed"?|\btime):? *"?[\d.]+/g, "$1 SPAN"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "ID"],
  // Of a version that the registry has since.
  [/^npm (?:notice|warn).*\n?/gm, ""],
  // Of a key that each day makes anew.
  [/\bSHA256:[A-Za-z0-9+/]{43}/g, "SHA256:KEY"],
  // An abbreviation of git's, a digest, an id of a build.
  [/\b(?=[a-f]*\d)[0-9a-f]{7,64}\b/g, "HASH"],
  [/(\/tmp\/(?:[\w.-]+\/)*?)(?:tmp[.-]?\w+|[\w-]+[.-][A-Za-z0-9_]{6,10})\b/g, "$1TEMPORARY"],
  // Of a file that could not be put in another's place.
  [/\.tmp\.\d+\./g, ".tmp.NUMBER."],
  [/\/sed[A-Za-z0-9]{6}(?=:)/g, "/sedTEMPORARY"],
  [/\bwith ID: \w+/g, "with ID: TASK"],
  [/\/tool-results\/\w+\.txt/g, "/tool-results/RESULT.txt"],
  [/\/tasks\/\w+\.output/g, "/tasks/TASK.output"],
  [/\bpid[ =:]*\d+/gi, "pid NUMBER"],
  // As gdb and valgrind name what they run.
  [/\(process \d+\)/g, "(process NUMBER)"],
  [/==\d+==/g, "==NUMBER=="],
  [/(: line \d+:) +\d+ (Segmentation fault|Aborted|Killed|Terminated)/g, "$1 NUMBER $2"],
  // The stack lies below the environment, which has other variables with us.
  [/\b0x7f[0-9a-f]{10}\b/g, "ADDRESS"],
  [/^\[\d+\] \d+$/gm, "[1] NUMBER"],
];

/** Files that the client tells the model were changed, in the order in which it came to hear of it. */
const READ_BEFORE = /(?<=files you've previously read: )\S+(?:, \S+)*(?=\.)/g;

/** A text without what differs between two runs of the same. */
export function withoutChanging(text: string): string {
  const left = CHANGING.reduce((told, [form, word]) => told.replace(form, word), text).trimEnd();
  return left.replace(READ_BEFORE, (names) => names.split(", ").toSorted().join(", "));
}

/** What differs first, in a line; undefined where the two are the same. */
export function firstDifference(plain: Seen, ours: Seen): string | undefined {
  const [one, other] = [plain, ours].map(({ text }) => withoutChanging(text).split("\n"));
  // WHY any order: programs that walk a directory tell its entries as the disk has them, which differs from run to run.
  if (plain.isError === ours.isError && one?.toSorted().join("\n") === other?.toSorted().join("\n"))
    return undefined;
  if (one === undefined || other === undefined) return undefined;
  const at = one.findIndex((line, index) => line !== other[index]);
  const isLonger = at < 0 && other.length > one.length;
  if (at < 0 && !isLonger)
    return plain.isError === ours.isError
      ? undefined
      : `${plain.isError ? "an error" : "no error"} -> ${ours.isError ? "an error" : "no error"}`;
  const place = isLonger ? one.length : at;
  return `${JSON.stringify(one[place] ?? "")} -> ${JSON.stringify(other[place] ?? "")}`;
}
