// Holds our parser against bash: whether a script parses at all, and which commands stand in it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMAND_CHARS_MAX } from "#base/limits.ts";
import {
  childrenOf,
  type Command,
  firstErrorOf,
  parseCommand,
  type SyntaxNode,
  type Word,
} from "#guard/shell/syntax/syntax.ts";

const BASH = "/bin/bash";
const ENVIRONMENT = { LC_ALL: "C.UTF-8", PATH: "/usr/bin:/bin" };
const BATCH_TIME_MS = 120_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes of one variable, and of all, that the kernel hands to a program, with room to spare. */
const VARIABLE_BYTES_MAX = 120_000;
const VARIABLES_BYTES_MAX = 1_000_000;
/** Commands of one difference that are shown. */
const SHOWN_MAX = 6;
const INSIDE = "inside a substitution: ";

/** What bash makes of a text: its verdict, also with `extglob`, and the text as it prints it after parsing. */
export type BashReading = {
  readonly accepts: "plain" | "extglob" | "no";
  readonly complaint: string;
  /** Undefined where the text is no body of a function or does not fit. */
  readonly printed: string | undefined;
};

/** How the two readings of one text go together. */
export type Agreement =
  | { readonly kind: "agreed"; readonly commands: number }
  | { readonly kind: "both-reject" }
  | { readonly kind: "past-bound" | "not-printed"; readonly detail: string }
  | Difference;

/** What must not happen without a reason: the readings differ. */
export type Difference = {
  readonly kind: "only-bash-accepts" | "only-we-accept" | "other-commands";
  readonly detail: string;
};

/** Whether the readings differ. */
export function isDifference(agreement: Agreement): agreement is Difference {
  const { kind } = agreement;
  return kind === "only-bash-accepts" || kind === "only-we-accept" || kind === "other-commands";
}

/** Reasons that are understood; none of them lets a command go unseen. */
const REASONS: readonly {
  readonly reason: string;
  holds(agreement: Difference, source: string): boolean;
}[] = [
  {
    reason:
      "an error inside backticks, which bash reports only when it runs them: the guard answers `unknown: syntax` there",
    holds: ({ kind, detail }) => kind === "only-bash-accepts" && detail.startsWith(INSIDE),
  },
  {
    reason:
      "`(` without its end after a word: bash refuses it, our parser reads over it. The guard foresees the commands that follow, of which bash runs none",
    holds: ({ kind }, source) => kind === "only-we-accept" && readsOverBracket(source),
  },
  {
    reason:
      "`${` or `$[` without its end: bash refuses the line and runs nothing from there on. The guard foresees the commands that our parser finds",
    holds: ({ kind, detail }) =>
      kind === "only-we-accept" && /looking for matching `[}\]]'/.test(detail),
  },
  {
    reason:
      "`!` with nothing before `&&` or `||`: bash refuses it and runs nothing from there on. The guard foresees the commands that our parser finds",
    holds: ({ kind }, source) => kind === "only-we-accept" && /!\s*(?:&&|\|\|)/.test(source),
  },
  {
    reason:
      "`time` with nothing before a reserved word: bash refuses it and runs nothing from there on. The guard foresees the commands that our parser finds",
    holds: ({ kind }, source) =>
      kind === "only-we-accept" && /\btime\s+(?:then|do|done|fi|else|elif|esac)\b/.test(source),
  },
  {
    reason:
      "`coproc` without a name before a simple command: bash prints its own name, `COPROC`, as if it were the command",
    holds: ({ kind, detail }) => kind === "other-commands" && detail.includes('"COPROC '),
  },
  {
    reason:
      "`|&` in a pattern of `case`: bash refuses it and runs nothing from there on. The guard foresees the commands that our parser finds",
    holds: ({ kind, detail }) => kind === "only-we-accept" && detail.includes("token `|&'"),
  },
  {
    reason:
      "`in` of a `for` on a line of its own inside `case`, or a number between two redirections: bash refuses it. The guard foresees the commands that our parser finds",
    holds: ({ kind, detail }, source) =>
      kind === "only-we-accept" &&
      ((detail.includes("token `do'") && /\bfor[ \t]+\w+[ \t]*\n\s*in\b/.test(source)) ||
        (/token `\d+'/.test(detail) && /[<>]\s*\d+[<>]/.test(source))),
  },
  {
    reason:
      "a reserved word as the name of a command behind its redirection: both read it so, and bash prints the redirection last, which nobody reads so again",
    holds: ({ kind, detail }, source) =>
      kind === "only-bash-accepts" && detail.startsWith("as printed") && namesReservedWord(source),
  },
  {
    reason:
      "the word `case` among the arguments inside `$(...)`: our parser takes it for the reserved word, and the guard answers `unknown: syntax`",
    holds: ({ kind }, source) =>
      kind === "only-bash-accepts" &&
      parseCommand(source.replaceAll(CASE_ARGUMENT, "word")).problem === undefined,
  },
];

/** The word where it is no reserved one: its line has no `in` after one more word. */
const CASE_ARGUMENT = /\bcase\b(?!\s+\S+\s+in\b)/g;
/** Why the readings differ, where that is known. */
export function reasonOf(agreement: Agreement, source: string): string | undefined {
  if (!isDifference(agreement)) return undefined;
  return REASONS.find(({ holds }) => holds(agreement, source))?.reason;
}

/** Lets bash parse every text and print what it parsed; nothing of them is run. */
export function readWithBash(sources: readonly string[]): readonly BashReading[] {
  const verdicts = judge(sources);
  const printed = print(sources, verdicts);
  return verdicts.map((verdict, at) => ({ ...verdict, printed: printed.get(at) }));
}

/** WHY: after an error inside `[[` bash says so and yet ends with success: what it says counts, warnings apart. */
function judge(sources: readonly string[]): readonly Omit<BashReading, "printed">[] {
  const directory = mkdtempSync(join(tmpdir(), "scripts-"));
  try {
    const files = sources.map((source, at) => {
      writeFileSync(join(directory, String(at)), source);
      return String(at);
    });
    const loop = `is_read() { case $e in "" | *": warning: "*) ;; *) return 1 ;; esac; }
    for f; do
      if e=$("$BASH" -n "$f" 2>&1) && is_read; then v=plain
      elif e2=$e; e=$("$BASH" -O extglob -n "$f" 2>&1) && is_read; then v=extglob
      else v=no e=$e2
      fi
      printf '%s %s\\0' "$v" "$e"
    done`;
    const records = bash(["-c", loop, "bash", ...files], { cwd: directory }).split("\0");
    return sources.map((_, at) => {
      const [accepts = "", ...complaint] = (records[at] ?? "").split(" ");
      if (accepts !== "plain" && accepts !== "extglob" && accepts !== "no")
        throw new Error(`bash gave no verdict on text ${at}`);
      return { accepts, complaint: complaint.join(" ").split("\n")[0] ?? "" };
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * WHY: the texts are handed over as exported functions and not with `eval`, because bash takes nothing but one function
 * definition from such a variable: whatever the text says, none of it can run.
 */
function print(
  sources: readonly string[],
  verdicts: readonly Pick<BashReading, "accepts">[],
): ReadonlyMap<number, string> {
  const printed = new Map<number, string>();
  let batch: number[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (batch.length === 0) return;
    const env = Object.fromEntries(
      batch.map((at) => [`BASH_FUNC_f${at}%%`, `() {\n${sources[at]}\n}`]),
    );
    const loop = 'for f; do declare -f "$f"; printf "\\0"; done';
    const texts = bash(["-c", loop, "bash", ...batch.map((at) => `f${at}`)], { env }).split("\0");
    for (const [index, at] of batch.entries()) {
      const text = texts[index] ?? "";
      if (text !== "") printed.set(at, text);
    }
    batch = [];
    bytes = 0;
  };
  for (const [at, source] of sources.entries()) {
    const size = Buffer.byteLength(source);
    if (verdicts[at]?.accepts !== "plain" || size > VARIABLE_BYTES_MAX || source.includes("\0"))
      continue;
    if (bytes + size > VARIABLES_BYTES_MAX) flush();
    batch.push(at);
    bytes += size;
  }
  flush();
  return printed;
}

function bash(
  options: readonly string[],
  where: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
): string {
  const run = spawnSync(BASH, ["--norc", "--noprofile", ...options], {
    cwd: where.cwd,
    env: { ...ENVIRONMENT, ...where.env },
    encoding: "utf8",
    timeout: BATCH_TIME_MS,
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  if (run.error !== undefined) throw run.error;
  return run.stdout;
}

/** Compares our reading of a text with that of bash. */
export function compareReadings(source: string, reading: BashReading): Agreement {
  if (source.length > COMMAND_CHARS_MAX)
    return { kind: "past-bound", detail: `${source.length} characters` };
  const ours = commandsOf(source);
  if (ours.problem?.reason === "budget") return { kind: "past-bound", detail: ours.problem.detail };
  const isAccepted = ours.problem === undefined;
  if (reading.accepts === "no")
    return isAccepted
      ? { kind: "only-we-accept", detail: reading.complaint }
      : { kind: "both-reject" };
  if (ours.problem !== undefined) return { kind: "only-bash-accepts", detail: ours.problem.detail };
  if (reading.printed === undefined)
    return { kind: "not-printed", detail: reading.complaint || "no body of a function" };
  const theirs = commandsOf(reading.printed);
  if (theirs.problem !== undefined)
    return {
      kind: theirs.problem.reason === "budget" ? "past-bound" : "only-bash-accepts",
      detail: `as printed: ${theirs.problem.detail}`,
    };
  const here = without(ours.names, theirs.names);
  const there = without(theirs.names, ours.names);
  if (here.length + there.length === 0) return { kind: "agreed", commands: ours.names.length };
  const shown = (names: readonly string[]): string =>
    names
      .slice(0, SHOWN_MAX)
      .map((name) => JSON.stringify(name))
      .join(" ");
  return {
    kind: "other-commands",
    detail: `only ours: ${shown(here)}; only bash: ${shown(there)}`,
  };
}

/** What is in the first multiset and not in the second. */
function without(names: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of others) counts.set(name, (counts.get(name) ?? 0) + 1);
  return names.filter((name) => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count - 1);
    return count <= 0;
  });
}

type Commands = {
  readonly names: readonly string[];
  readonly problem: ReturnType<typeof parseCommand>["problem"];
};

/** The words of all simple commands of a text, also of those inside substitutions. */
function commandsOf(source: string): Commands {
  const { script, problem } = parseCommand(source);
  const names: string[] = [];
  let inner: string | undefined;
  const open: SyntaxNode[] = script === undefined ? [] : [script];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "Command") names.push(wordsOf(node));
    // The evaluator says `unknown` when it comes to such a substitution.
    if (node.type === "Script" && node !== script) inner ??= firstErrorOf(node);
    childrenOf(node, (child) => open.push(child));
  }
  if (problem !== undefined || inner === undefined) return { names, problem };
  return { names, problem: { reason: "syntax", detail: `${INSIDE}${inner}` } };
}

/** Whether our parser took `name(` for a command of that name, without a word on the bracket. */
function readsOverBracket(source: string): boolean {
  const { script } = parseCommand(source);
  const open: SyntaxNode[] = script === undefined ? [] : [script];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "Command" && node.name !== undefined) {
      if (/^(?:[ \t]|\\\n)*\(/.test(source.slice(node.name.end, node.name.end + 40))) return true;
    }
    childrenOf(node, (child) => open.push(child));
  }
  return false;
}

/** Whether a command has a reserved word for its name, which stands behind a redirection. */
function namesReservedWord(source: string): boolean {
  const { script } = parseCommand(source);
  const open: SyntaxNode[] = script === undefined ? [] : [script];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === "Command" && RESERVED.test(node.name?.value ?? "")) {
      const { name, redirects } = node;
      if (redirects.some(({ pos }) => pos < (name?.pos ?? 0))) return true;
    }
    childrenOf(node, (child) => open.push(child));
  }
  return false;
}

const RESERVED = /^(?:if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function)$/;

function wordsOf({ name, prefix, suffix }: Command): string {
  if (name === undefined) {
    const assigned = prefix.flatMap((one) => (one.type === "Assignment" ? [`${one.name}=`] : []));
    return assigned.length === 0 ? ">" : assigned.join(" ");
  }
  const words = suffix.flatMap((one) => {
    if (one.type === "Word") return [plain(one)];
    return one.type === "Assignment" ? [`${one.name}=`] : [];
  });
  return [plain(name), ...words].join(" ");
}

/**
 * WHY: bash prints the code of a substitution anew and the value of a string with escapes, so that words are compared by
 * what stands around these; the commands inside are compared by themselves.
 */
function plain({ value }: Word): string {
  return value
    .replaceAll("\\\n", "")
    .replace(/[$<>]\([^]*\)/, "$()")
    .replace(/`[^]*`/, "``")
    .replaceAll(/(\$\{[^}]*?)\$?'[^']*'/g, "$1''");
}
