// The client's own functions find, grep and rg in its shell snapshot: told by what their body can run, not by its lines.
import {
  type Command,
  childrenOf,
  type ParsedScript,
  parseCommand,
  type Redirect,
  type SyntaxNode,
} from "#guard/shell/syntax/syntax.ts";

/** The program of the client that stands in for a command: the same program by another hand. */
const STANDS_IN: Readonly<Record<string, string>> = { find: "bfs", grep: "ugrep", rg: "rg" };

/** Variables that the wrappers keep things in; a word like `PATH` or `LD_PRELOAD` would be another program. */
const OWN_VARIABLE = /^(?:_cc_\w*|BUN_ENABLE_CRASH_REPORTING)$/;
/** Options that every one of the stand-ins gets before the words of the call. */
const FLAG = /^-[\w=.,-]+$|^findutils-default$|^dfs$/;
const PATH = /^\/[\w@.+/-]+$/;
/** The words of the call, all of them. */
const ALL_WORDS = new Set(['${1+"$@"}', '"$@"']);

/**
 * Whether a function runs nothing but what its name says, with the words of the call: the command itself, or the
 * client's own program under the name of its stand-in. WHY not by lines: nearly every release of the client writes them
 * anew (2.1.332 to 2.1.333 changed eleven), and a wrapper that is taken for a person's function makes each `grep` of a
 * session a question.
 */
export function isClientWrapper(name: string, body: string): boolean {
  const standIn = Object.hasOwn(STANDS_IN, name) ? STANDS_IN[name] : undefined;
  const { script, problem } = parseCommand(body);
  if (standIn === undefined || script === undefined || problem !== undefined) return false;
  const seen: Seen = { name, standIn, runs: 0 };
  return isHarmless(script, seen) && seen.runs > 0;
}

type Seen = { readonly name: string; readonly standIn: string; runs: number };

function isHarmless(node: ParsedScript | SyntaxNode, seen: Seen): boolean {
  switch (node.type) {
    case "Function":
    case "Coproc":
    case "ProcessSubstitution":
    case "HereDoc":
    case "HereString":
    // `${x@P}` runs what stands in x.
    case "Transform":
      return false;
    case "Statement":
      if (node.background === true) return false;
      break;
    case "Pipeline":
      if (node.commands.length > 1) return false;
      break;
    // Words that give another variable a value.
    case "For":
      if (!OWN_VARIABLE.test(node.name.text)) return false;
      break;
    case "Default":
      if (node.operator.includes("=")) return false;
      break;
    // Arithmetic over a variable runs a substitution that stands in it.
    case "ArithmeticWord":
      if (!/^(?:\d+|\$\?)$/.test(node.value)) return false;
      break;
    case "Redirect":
      if (!isToNowhere(node)) return false;
      break;
    case "Assignment":
      if (node.name !== "ARGV0" && !OWN_VARIABLE.test(node.name)) return false;
      break;
    case "Command":
      if (!isOwnCommand(node, seen)) return false;
      break;
    default:
  }
  let harmless = true;
  childrenOf(node, (child) => {
    harmless &&= isHarmless(child, seen);
  });
  return harmless;
}

/** `2>/dev/null`, `>&2`. */
function isToNowhere({ operator, target }: Redirect): boolean {
  return (
    (operator === ">" && target?.text === "/dev/null") ||
    (operator === ">&" && target?.text === "2")
  );
}

function isOwnCommand({ name, prefix, args }: Command, seen: Seen): boolean {
  const given = args.map(({ text }) => text);
  const words = [...(name === undefined ? [] : [name.text]), ...given];
  const [verb = "", ...rest] = /^\\?builtin$/.test(words[0] ?? "") ? words.slice(1) : words;
  const standIns = prefix.flatMap((one) =>
    one.type === "Assignment" && one.name === "ARGV0"
      ? [one.value.type === "Word" ? one.value.text : ""]
      : [],
  );
  if (standIns.length > 0) {
    return standIns.every((one) => one === seen.standIn) && runsClient([verb, ...rest], seen);
  }
  switch (verb) {
    case "":
    case "return":
      return true;
    case "printf":
      return /^['"]/.test(rest[0] ?? "");
    case "local":
    case "unset":
      return rest.every(
        (text) => /^[-+][a-z]+$/.test(text) || OWN_VARIABLE.test(text.replace(/=.*/s, "")),
      );
    case "command":
      return rest[0] === seen.name && rest.length === 2 && runs(rest, seen);
    case "exec":
      return rest[0] === "-a" && rest[1] === seen.standIn && runsClient(rest.slice(2), seen);
    default:
      return false;
  }
}

/** The client's program by its path, options of the client's, the words of the call. */
function runsClient([path = "", ...rest]: readonly string[], seen: Seen): boolean {
  return PATH.test(path) && rest.slice(0, -1).every((text) => FLAG.test(text)) && runs(rest, seen);
}

function runs(words: readonly string[], seen: Seen): boolean {
  seen.runs += 1;
  return ALL_WORDS.has(words.at(-1) ?? "");
}
