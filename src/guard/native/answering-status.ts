// Which commands answer with status 1, as the client takes it: `grep` that found nothing has not failed.
import { type CommandNode, parseCommand, type SyntaxNode } from "../shell/syntax/syntax.ts";

/**
 * Programs whose status 1 is an answer and no failure for the client, of the last command of a text (2.1.332, measured; 2.1.328
 * has the same list).
 */
const ANSWERING: ReadonlySet<string> = new Set("grep rg egrep fgrep find diff test [".split(" "));
/** The same of git's commands. */
const OF_GIT: ReadonlySet<string> = new Set(["grep", "diff"]);
/** Options of git that take the next word with them, as the client reads them. */
const WITH_WORD: ReadonlySet<string> = new Set(["-C", "-c"]);
/** Longer texts the client reads in another way. */
const CHARS_MAX = 10_000;

/** Whether the client takes status 1 of a command for an answer. It goes by the first word of the last command, as it is written. */
export function answersByStatus(text: string): boolean {
  if (text.length > CHARS_MAX) return false;
  const { script, problem } = parseCommand(text);
  if (script === undefined || problem !== undefined) return false;
  const last = lastOf(script);
  if (last?.type !== "Command" || last.prefix.some(({ type }) => type === "Assignment"))
    return false;
  const [program = "", ...words] = [last.name, ...last.args].map((word) =>
    word === undefined ? "" : text.slice(word.pos, word.end),
  );
  if (program !== "git") return ANSWERING.has(program);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) return OF_GIT.has(word);
    if (WITH_WORD.has(word)) at += 1;
  }
  return false;
}

/** The last command of lists and pipes; none where it stands behind `!` or `time`. */
function lastOf(node: SyntaxNode | undefined): CommandNode | undefined {
  switch (node?.type) {
    case "Script":
      return lastOf(node.commands.at(-1));
    case "Statement":
      return lastOf(node.command);
    case "AndOr":
      return lastOf(node.commands.at(-1));
    case "Pipeline":
      return node.commands.length === 1 && node.prefixes.length > 0
        ? undefined
        : lastOf(node.commands.at(-1));
    case "Command":
      return node;
    default:
      return undefined;
  }
}
