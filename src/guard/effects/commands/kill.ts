// kill, pkill and killall: end processes, among which may be the one that judges.
import { EMPTY, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { meansDevelopmentServer, meansOwnProgram } from "../projects/development-servers.ts";
import { HARMS_GUARD, isGuardProcess, meansGuard } from "../services/guard-processes.ts";

/** WHY: ending a process changes a running system; which one a number means cannot be told from the call. */
const ENDS: Consequence = {
  kind: "effect",
  effect: { kind: "deploy", system: "processes", operation: "end" },
};
const LOOKS = new Set(["-l", "-L", "--list", "--table", "-V", "--version", "--help", "-h"]);

const SIGNALS =
  "HUP INT QUIT ILL TRAP ABRT IOT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO POLL PWR SYS".split(
    " ",
  );
/** A signal in the place of an option: `-9`, `-KILL`, `-SIGKILL`. */
const signal = flags(
  "0123456789",
  SIGNALS.flatMap((name) => [`-${name}`, `-SIG${name}`]).join(" "),
);

export const kill: CommandModel = command({
  names: ["kill", "skill"],
  own: "a negative number is a group of processes, and as the first word a signal: by its place `-1` is no option",
  options: {},
  effects: ({ name, args }, context) => {
    const words = args.map((word) => textOf(word));
    const looks = words.some((word) => word !== undefined && LOOKS.has(word));
    if (looks || isProbe(words)) return [prints(madeOf(EMPTY))];
    if (name === "skill" && namesGuard(args, args, false)) return [HARMS_GUARD, ENDS];
    return killByNumber(args, context);
  },
});

export const pkill: CommandModel = command({
  names: ["pkill"],
  options: {
    signal,
    file: role("input", taking("-F --pidfile")),
    parent: taking("-P --parent"),
    choice: taking(
      "-g --pgroup -G --group -O --older -s --session -t --terminal -u --euid -U --uid -r --runstates --cgroup --ns --nslist -q --queue --signal",
    ),
    style: flags(
      "-e --echo -c --count -f --full -i --ignore-case -n --newest -o --oldest -x --exact -L --logpidfile -A --ignore-ancestors -v --inverse -a -I -S",
    ),
    about: flags("hV", "--help --version"),
  },
  effects: (invocation, context) =>
    endsByName(
      invocation,
      (pattern) => meansDevelopmentServer(pattern) || meansOwnProgram(pattern, context),
    ),
});

export const killall: CommandModel = command({
  names: ["killall"],
  options: {
    signal,
    choice: taking(
      "-s --signal -u --user -y --younger-than -o --older-than -n --ns -Z --context -t",
    ),
    style: flags(
      "-e --exact -I --ignore-case -g --process-group -i --interactive -q --quiet -r --regexp -v --verbose -w --wait -m -c -d",
    ),
    about: flags("-l --list -V --version -h --help"),
  },
  effects: (invocation) => endsByName(invocation, meansDevelopmentServer),
});

/** Processes end whose names or lines match. Servers of development and programs of the project keep nothing. */
function endsByName(
  { args, operands, has, values }: Invocation,
  isHarmless: (pattern: Text) => boolean,
): readonly Consequence[] {
  if (has("about") || isProbe(args.map((word) => textOf(word)))) return [prints(madeOf(EMPTY))];
  const isOfFile = values("file").length > 0;
  if (!isOfFile && operands.length > 0 && operands.map(isHarmless).every(Boolean))
    return [prints(madeOf(EMPTY))];
  const found: Consequence[] = [ENDS, prints(madeOf(EMPTY))];
  return namesGuard(args, operands, has("parent")) ? [HARMS_GUARD, ...found] : found;
}

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
function namesGuard(
  args: readonly Text[],
  patterns: readonly Text[],
  isOfParent: boolean,
): boolean {
  if (args.some(isGuardProcess)) return true;
  // By parent alone: the children of a process that is named.
  if (patterns.length === 0) return !isOfParent;
  return patterns.some(meansGuard);
}
