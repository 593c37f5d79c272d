// kill, pkill and killall: end processes, among which may be the one that judges.
import { EMPTY, type Text, textOf } from "../../shell/text.ts";
import { type CommandModel, type Consequence, command, prints, reads } from "../command-model.ts";
import { isFile, madeOf } from "../filter.ts";

/** WHY: ending a process changes a running system; which one a number means cannot be told from the call. */
const ENDS: Consequence = {
  kind: "effect",
  effect: { kind: "deploy", system: "processes", operation: "end" },
};
const ENDS_GUARD: Consequence = {
  kind: "effect",
  effect: { kind: "tamper", control: "sallyport", target: undefined },
};
const LOOKS = new Set(["-l", "-L", "--list", "--table", "-V", "--version", "--help", "-h"]);
/** Options of pkill and killall that take a value. */
const TAKING =
  /^(?:-[gGPOstuUFrnZyo]|--(?:signal|pgroup|group|parent|older|session|terminal|euid|uid|pidfile|runstates|cgroup|ns|nslist|user|context|younger-than|older-than|queue))$/;

export const kill: CommandModel = command({
  names: ["kill", "pkill", "killall", "skill"],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args }) => {
    const words = args.map((word) => textOf(word));
    if (words.some((word) => word !== undefined && LOOKS.has(word))) return [prints(madeOf(EMPTY))];
    if (isProbe(words)) return [prints(madeOf(EMPTY))];
    if (name === "kill" || name === "skill") return killByNumber(args);
    const file = words.findIndex((word) => word === "-F" || word === "--pidfile");
    const found: Consequence[] = [ENDS, prints(madeOf(EMPTY))];
    const list = args[file + 1];
    if (file >= 0 && list !== undefined && isFile(list)) found.push(reads(list));
    return namesGuard(words) ? [ENDS_GUARD, ...found] : found;
  },
});

/** Signal 0 only asks whether the process is there. */
function isProbe(words: readonly (string | undefined)[]): boolean {
  const [first, second] = words;
  return (
    first === "-0" ||
    (["-s", "-n", "--signal"].includes(first ?? "") && (second === "0" || second === "EXIT"))
  );
}

function killByNumber(args: readonly Text[]): readonly Consequence[] {
  const words = args.map((word) => textOf(word));
  const skipped = ["-s", "-n", "--signal"].includes(words[0] ?? "") ? 2 : 1;
  const signal = words[0]?.startsWith("-") === true;
  const targets = (signal ? args.slice(skipped) : args).filter((word) => textOf(word) !== "--");
  // Without any number it only complains.
  if (targets.every(isOwnJob)) return [];
  const all = targets.some((word) => textOf(word) === "-1");
  return all ? [ENDS_GUARD, ENDS] : [ENDS];
}

/** A job of this very shell, by its place in the list of jobs or by the number that the shell gave for it. */
function isOwnJob(word: Text): boolean {
  const known = textOf(word);
  if (known !== undefined) return /^%[\w+-]*$/.test(known);
  const [piece, ...more] = word;
  return more.length === 0 && piece?.kind === "hole" && piece.job === true;
}

/** What a process list shows of the daemon, by name and by full command line. */
const COMMAND_LINES = [
  "node",
  "sallyport",
  "node node_modules/sallyport/dist/surface/cli/main.js daemon run",
];

/** Whether a pattern may mean the daemon: it runs in node, and by full command line it is called sallyport. */
function namesGuard(words: readonly (string | undefined)[]): boolean {
  const patterns = words.filter(
    (word, at) => word?.startsWith("-") !== true && !TAKING.test(words[at - 1] ?? ""),
  );
  // By parent alone: the children of a process that is named.
  if (patterns.length === 0) return !words.some((word) => word === "-P" || word === "--parent");
  return patterns.some((pattern) => {
    if (pattern === undefined) return false;
    if (/[.*?[\]()|+^$\\]/.test(pattern)) return meets(pattern);
    const text = pattern.toLowerCase();
    return COMMAND_LINES.some((one) => one.includes(text));
  });
}

/** A pattern with wildcards is tried on the names of the daemon; one that is too long counts as meeting them. */
function meets(pattern: string): boolean {
  if (pattern.length > 64 || /[*+?{].*[*+?{].*[*+?{]/.test(pattern)) return true;
  try {
    const test = new RegExp(pattern, "i");
    return COMMAND_LINES.some((one) => test.test(one));
  } catch {
    return true;
  }
}
