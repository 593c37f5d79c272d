// The text of a Bash call taken apart as the client does it: the simple commands in it, and why it cannot be checked.
import {
  type Assignment,
  type Command,
  type CommandNode,
  childrenOf,
  parseCommand,
  type Redirection,
  type SyntaxNode,
  type TestExpression,
} from "../shell/syntax/syntax.ts";
import { type CommandWord, type Reading, readWord } from "./command-words.ts";

/** A redirection from or to a file. */
export type FileRedirect = { readonly direction: "in" | "out"; readonly target: CommandWord };

/** One simple command. */
export type SimpleCommand = {
  /** The program and its arguments. */
  readonly words: readonly CommandWord[];
  /** As allow rules see it: what is between the words too, redirections left out. */
  readonly text: string;
  /** The same with the variables that are set in front of it. */
  readonly withAssignments: string;
  /** Where each word begins in `text`. */
  readonly starts: readonly number[];
  /** Names of variables set in front of it; a name that is more than letters has an index or `+=`. */
  readonly assigned: readonly string[];
  readonly redirects: readonly FileRedirect[];
  /** `time` stands in front of it. */
  readonly isTimed: boolean;
  /** How many words stand in front of the first redirection to a file; the client may take the others for its targets. */
  readonly wordsBeforeFile: number;
  /** Redirections stand only behind it, and none of them is a text of its own. */
  readonly isPlain: boolean;
};

/** All of a call. */
export type CommandParts = {
  readonly commands: readonly SimpleCommand[];
  /** Why the client asks instead of holding the parts against allow rules. */
  readonly problems: ReadonlySet<string>;
  /** A loop sets a variable, or a command that is nothing else. */
  readonly setsVariable: boolean;
};

type Walk = Reading & {
  readonly source: string;
  readonly commands: SimpleCommand[];
  isTimed: boolean;
  loops: number;
  setsVariable: boolean;
};

const UNICODE_BLANK = /[\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]/;

/** Takes a command apart. Text that does not parse gives what stands before the error, and a problem. */
export function readCommand(source: string, places: { home: string; cwd: string }): CommandParts {
  const { script, problem } = parseCommand(source);
  const problems = new Set<string>();
  if (problem !== undefined) problems.add("syntax");
  if (UNICODE_BLANK.test(source)) problems.add("unicode blank");
  const walk: Walk = {
    ...places,
    source,
    problems,
    variables: new Map(),
    commands: [],
    isTimed: false,
    loops: 0,
    setsVariable: false,
    nested: [],
  };
  if (script !== undefined) visit(script, walk);
  return { commands: walk.commands, problems, setsVariable: walk.setsVariable };
}

/** Constructs that the client does not look into. */
const UNCHECKED: Partial<Record<SyntaxNode["type"], string>> = {
  Subshell: "subshell",
  BraceGroup: "group in braces",
  Case: "case",
  Function: "function",
  Select: "select",
  Coproc: "coproc",
  ArithmeticCommand: "arithmetic",
  ArithmeticFor: "arithmetic",
  Redirected: "redirected group",
};

function visit(node: SyntaxNode, walk: Walk): void {
  visitNode(node, walk);
  for (let part = walk.nested.pop(); part !== undefined; part = walk.nested.pop())
    if (part.script !== undefined) visit(part.script, walk);
}

function visitNode(node: SyntaxNode, walk: Walk): void {
  const problem = UNCHECKED[node.type];
  if (problem !== undefined) walk.problems.add(problem);
  switch (node.type) {
    case "Command":
      addCommand(node, walk);
      return;
    case "Statement":
      if (node.background === true) walk.problems.add("background");
      visit(node.command, walk);
      return;
    case "Pipeline": {
      if (walk.loops > 0 && node.commands.length > 1) walk.problems.add("pipe in a loop");
      for (const prefix of node.prefixes) {
        if (prefix.type !== "Time") continue;
        walk.isTimed = true;
        if (prefix.posix !== undefined || prefix.endOfOptions !== undefined)
          walk.problems.add("options of time");
      }
      for (const command of node.commands) visit(command, walk);
      walk.isTimed = false;
      return;
    }
    case "Coproc":
      return;
    case "For":
      for (const word of node.wordlist ?? []) readWord(word, walk);
      // WHY: the client follows no loop variable, and no more do we.
      walk.variables.set(node.name.value, undefined);
      walk.setsVariable = true;
      walk.loops += 1;
      visit(node.body, walk);
      walk.loops -= 1;
      return;
    case "While":
      walk.loops += 1;
      visit(node.clause, walk);
      visit(node.body, walk);
      walk.loops -= 1;
      return;
    case "Redirected":
      addRedirects(node.command, node.redirects, walk);
      return;
    case "TestCommand": {
      readTest(node.expression, walk);
      const text = walk.source.slice(node.pos, node.end);
      walk.commands.push({ ...bare(walk), text, withAssignments: text });
      return;
    }
    case "Word":
      readWord(node, walk);
      return;
    default:
      childrenOf(node, (child) => visit(child, walk));
  }
}

/** A group with redirections: those are a command without a name. */
function addRedirects(group: CommandNode, redirections: readonly Redirection[], walk: Walk): void {
  visit(group, walk);
  const redirects = redirections.flatMap((one) => readRedirection(one, walk));
  walk.commands.push({ ...bare(walk), redirects });
}

function bare(walk: Walk): SimpleCommand {
  return {
    words: [],
    text: "",
    withAssignments: "",
    starts: [],
    assigned: [],
    redirects: [],
    isTimed: walk.isTimed,
    wordsBeforeFile: 0,
    isPlain: true,
  };
}

function addCommand(command: Command, walk: Walk): void {
  const assigned: string[] = [];
  const redirects: FileRedirect[] = [];
  for (const part of command.prefix) {
    if (part.type === "Assignment") assigned.push(assign(part, command, walk));
    else redirects.push(...readRedirection(part, walk));
  }
  const made: Made = { source: walk.source, words: [], starts: [], text: "", end: undefined };
  if (command.name !== undefined) addWord(made, readWord(command.name, walk), command.name);
  for (const part of command.suffix) {
    if (part.type === "Word") addWord(made, readWord(part, walk), part);
    else if (part.type === "Assignment") addWord(made, argument(part, walk), part);
    else redirects.push(...readRedirection(part, walk));
  }
  const { words, starts, text } = made;
  const before = command.prefix.flatMap((part) => (part.type === "Assignment" ? [part.text] : []));
  const withAssignments = [...before, text].join(" ").trim();
  const wordsBeforeFile = countBeforeFile(command);
  // WHY a comment as well: the client takes its words for further targets, and then asks (measured).
  if (wordsBeforeFile < words.length || hasCommentBehindFile(command, walk.source))
    walk.problems.add("words behind a redirection");
  const isPlain =
    command.prefix.every(({ type }) => type === "Assignment") &&
    command.suffix.every(({ type }) => type !== "HereString");
  const parts = {
    words,
    text,
    withAssignments,
    starts,
    assigned,
    redirects,
    wordsBeforeFile,
    isPlain,
  };
  walk.commands.push({ ...bare(walk), ...parts });
}

/** A command's words as they are put together. */
type Made = {
  readonly source: string;
  readonly words: CommandWord[];
  readonly starts: number[];
  text: string;
  end: number | undefined;
};

function addWord(made: Made, word: CommandWord, place: { pos: number; end: number }): void {
  if (made.end !== undefined) made.text += gap(made.source.slice(made.end, place.pos));
  made.starts.push(made.text.length);
  // WHY: rules are held against the program's own name, and against its arguments as they are written.
  made.text += made.words.length === 0 ? (word.value ?? word.raw) : word.raw;
  made.end = place.end;
  made.words.push(word);
}

function isFileRedirect(part: Command["suffix"][number] | Command["prefix"][number]): boolean {
  return part.type === "Redirect" && part.operator !== ">&" && part.operator !== "<&";
}

function hasCommentBehindFile({ prefix, suffix, end }: Command, source: string): boolean {
  return [...prefix, ...suffix].some(isFileRedirect) && /^[ \t]+#/.test(source.slice(end));
}

function countBeforeFile({ name, suffix }: Command): number {
  const file = suffix.findIndex(isFileRedirect);
  const before = file < 0 ? suffix : suffix.slice(0, file);
  const isWord = ({ type }: { type: string }): boolean => type === "Word" || type === "Assignment";
  return (name === undefined ? 0 : 1) + before.filter(isWord).length;
}

/** What stands between two words; a redirection or a line that goes on counts as one blank. */
function gap(between: string): string {
  return /^[ \t]+$/.test(between) ? between : " ";
}

/** `a=b` among the arguments of a program. */
function argument(part: Assignment, walk: Walk): CommandWord {
  const value = part.value.type === "Word" ? readWord(part.value, walk) : undefined;
  if (value === undefined) walk.problems.add("array");
  return {
    raw: part.text,
    value: value?.value === undefined ? undefined : `${part.name}=${value.value}`,
    mayVanish: false,
    isGlob: value?.isGlob ?? false,
    usesOwnVariable: value?.usesOwnVariable ?? false,
  };
}

/** Notes a variable that is set; alone on its line it holds for what follows. */
function assign(part: Assignment, command: Command, walk: Walk): string {
  const before = new Set(walk.problems);
  const value = part.value.type === "Word" ? readWord(part.value, walk) : undefined;
  if (value === undefined) walk.problems.add("array");
  const isAlone = command.name === undefined;
  // WHY: `x=$(ls)` alone is only its commands, which are held against the rules by themselves.
  if (isAlone && isOneCommand(part) && !before.has("nested command"))
    walk.problems.delete("nested command");
  if (isAlone) walk.setsVariable = true;
  if (isAlone) walk.variables.set(part.name, part.append === true ? undefined : value?.value);
  return part.append === true || part.index !== undefined ? `${part.name}+` : part.name;
}

function isOneCommand({ value }: Assignment): boolean {
  if (value.type !== "Word") return false;
  return value.parts?.length === 1 && value.parts[0]?.type === "CommandExpansion";
}

function readRedirection(redirection: Redirection, walk: Walk): readonly FileRedirect[] {
  switch (redirection.type) {
    case "HereDoc":
      if (redirection.delimiter?.quoted === true) return [];
      walk.problems.add("here-document that expands");
      for (const part of redirection.body.parts ?? []) visit(part, walk);
      return [];
    case "HereString":
      if (redirection.target !== undefined) readWord(redirection.target, walk);
      return [];
    case "Redirect": {
      if (redirection.target === undefined) return [];
      const target = readWord(redirection.target, walk);
      const { operator } = redirection;
      if (/^[<>]&$/.test(operator) && /^(?:\d+|-)$/.test(target.raw)) return [];
      if (operator === "<>") walk.problems.add("read and write");
      return [{ direction: operator === "<" || operator === "<&" ? "in" : "out", target }];
    }
    default:
      return redirection satisfies never;
  }
}

/** `[[ … ]]` starts nothing, but its words may. */
function readTest(expression: TestExpression, walk: Walk): void {
  switch (expression.type) {
    case "TestUnary":
      readWord(expression.operand, walk);
      return;
    case "TestBinary":
      readWord(expression.left, walk);
      readWord(expression.right, walk);
      return;
    case "TestLogical":
      for (const operand of expression.operands) readTest(operand, walk);
      return;
    case "TestNot":
      readTest(expression.operand, walk);
      return;
    case "TestGroup":
      readTest(expression.expression, walk);
      return;
    default:
      expression satisfies never;
  }
}
