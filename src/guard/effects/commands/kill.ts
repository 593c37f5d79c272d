// kill, pkill and killall: end processes, among which may be the one that judges.
import { EMPTY, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
  prints,
  reads,
} from "../model/command-model.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { meansDevelopmentServer, meansOwnProgram } from "../projects/development-servers.ts";
import { HARMS_GUARD, isGuardProcess, meansGuard } from "../services/guard-processes.ts";

/** WHY: ending a process changes a running system; which one a number means cannot be told from the call. */
const ENDS: Consequence = {
  kind: "effect",
  effect: { kind: "deploy", system: "processes", operation: "end" },
};
const LOOKS = new Set(["-l", "-L", "--list", "--table", "-V", "--version", "--help", "-h"]);
/** Options of pkill and killall that take a value. */
const TAKING =
  /^(?:-[gGPOstuUFrnZyo]|--(?:signal|pgroup|group|parent|older|session|terminal|euid|uid|pidfile|runstates|cgroup|ns|nslist|user|context|younger-than|older-than|queue))$/;

export const kill: CommandModel = command({
  names: ["kill", "pkill", "killall", "skill"],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args }, context) => {
    const words = args.map((word) => textOf(word));
    if (words.some((word) => word !== undefined && LOOKS.has(word))) return [prints(madeOf(EMPTY))];
    if (isProbe(words)) return [prints(madeOf(EMPTY))];
    if (name === "skill" && namesGuard(args)) return [HARMS_GUARD, ENDS];
    if (name === "kill" || name === "skill") return killByNumber(args, context);
    const file = words.findIndex((word) => word === "-F" || word === "--pidfile");
    // Servers of development and programs of the project keep nothing: to end one is everyday work.
    const patterns = args.filter(
      (_, at) => words[at]?.startsWith("-") !== true && !TAKING.test(words[at - 1] ?? ""),
    );
    const isHarmless = (pattern: Text): boolean =>
      meansDevelopmentServer(pattern) || (name === "pkill" && meansOwnProgram(pattern, context));
    if (file < 0 && patterns.length > 0 && patterns.map(isHarmless).every(Boolean))
      return [prints(madeOf(EMPTY))];
    const found: Consequence[] = [ENDS, prints(madeOf(EMPTY))];
    const list = args[file + 1];
    if (file >= 0 && list !== undefined && isFile(list)) found.push(reads(list));
    return namesGuard(args) ? [HARMS_GUARD, ...found] : found;
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

function killByNumber(args: readonly Text[], context: ModelContext): readonly Consequence[] {
  const words = args.map((word) => textOf(word));
  const skipped = ["-s", "-n", "--signal"].includes(words[0] ?? "") ? 2 : 1;
  const signal = words[0]?.startsWith("-") === true;
  const targets = (signal ? args.slice(skipped) : args).filter((word) => textOf(word) !== "--");
  // Without any number it only complains.
  if (targets.map((word) => isOwnJob(word) || isOfSession(word, context)).every(Boolean)) return [];
  const hitsGuard = targets.some(
    (word) => textOf(word) === "-1" || isGuardProcess(word) || isAnyProcess(word),
  );
  return hitsGuard ? [HARMS_GUARD, ENDS] : [ENDS];
}

/** A process that this session started, or another one of the same project, by its number. WHY not 1: it is no agent's. */
function isOfSession(word: Text, context: ModelContext): boolean {
  const text = textOf(word) ?? "";
  return /^[1-9]\d{1,8}$/.test(text) && context.isOfSession(Number(text));
}

/** A number that comes from nowhere but a pattern: what `/proc/[0-9]*` gives means every process there is. */
function isAnyProcess(word: Text): boolean {
  const [piece, ...more] = word;
  if (more.length > 0 || piece === undefined || piece.kind === "text") return false;
  const like = piece.kind === "glob" ? piece.glob : (piece.like ?? "");
  const isOfPattern =
    piece.kind === "glob" || (piece.reason === "dynamic-path" && piece.sources.length === 0);
  return isOfPattern && /^\[0-9\]\*?$/.test(like);
}

/** A job of this very shell, by its place in the list of jobs or by the number that the shell gave for it. */
function isOwnJob(word: Text): boolean {
  const known = textOf(word);
  // An empty word is no process: `kill "$(pgrep -f vite)"` where there is none.
  if (known !== undefined) return known === "" || /^%[\w+-]*$/.test(known);
  const [piece, ...more] = word;
  return more.length === 0 && piece?.kind === "hole" && piece.job === true;
}

/** Whether one of the patterns may mean the daemon: it runs in node, and by full command line it is called sallyport. */
function namesGuard(args: readonly Text[]): boolean {
  const words = args.map((word) => textOf(word));
  const patterns = args.filter(
    (_, at) => words[at]?.startsWith("-") !== true && !TAKING.test(words[at - 1] ?? ""),
  );
  if (args.some(isGuardProcess)) return true;
  // By parent alone: the children of a process that is named.
  if (patterns.length === 0) return !words.some((word) => word === "-P" || word === "--parent");
  return patterns.some(meansGuard);
}
