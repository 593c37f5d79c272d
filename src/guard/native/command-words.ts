// Words of a command as the client reads them: what is known of each, and why it could not be checked.
import type { Word, WordPart } from "../shell/syntax/syntax.ts";

/** A word of a command. */
export type CommandWord = {
  /** As it is written. */
  readonly raw: string;
  /** What it comes to, quotes removed; undefined where the client cannot know. */
  readonly value: string | undefined;
  /** It holds an expansion outside quotes, so that it may come to nothing at all. */
  readonly mayVanish: boolean;
  /** A wildcard outside quotes. */
  readonly isGlob: boolean;
  /** Variables that the command itself has set are in it. */
  readonly usesOwnVariable: boolean;
};

/** What reading words needs to know, and where it puts what it found. */
export type Reading = {
  readonly home: string;
  readonly cwd: string;
  /** Variables that the command has set so far; undefined where the value is not known. */
  readonly variables: Map<string, string | undefined>;
  /** Why the client asks instead of looking further. */
  readonly problems: Set<string>;
  /** Substitutions found inside the words: their scripts are commands of their own. */
  readonly nested: Extract<WordPart, { script: unknown }>[];
};

/** Reads one word. */
export function readWord(word: Word, reading: Reading): CommandWord {
  const state: State = { text: "", isKnown: true, mayVanish: false, isGlob: false, isOwn: false };
  if (word.parts === undefined) {
    state.text = word.value;
    if (word.text.startsWith("~")) expandTilde(state, reading);
  } else {
    for (const [index, part] of word.parts.entries()) {
      readPart(part, state, { reading, isQuoted: false, siblings: word.parts.length });
      if (index === 0 && part.type === "Literal" && word.text.startsWith("~"))
        expandTilde(state, reading);
    }
  }
  if (hasEscapedBlank(word)) reading.problems.add("escaped blank");
  return {
    raw: word.text,
    value: state.isKnown ? state.text : undefined,
    mayVanish: state.mayVanish,
    isGlob: state.isGlob,
    usesOwnVariable: state.isOwn,
  };
}

type State = {
  text: string;
  isKnown: boolean;
  mayVanish: boolean;
  isGlob: boolean;
  isOwn: boolean;
};
type Around = {
  readonly reading: Reading;
  readonly isQuoted: boolean;
  readonly siblings: number;
};

function readPart(part: WordPart, state: State, around: Around): void {
  const { problems, nested } = around.reading;
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
      state.text += part.value;
      return;
    case "Glob":
      state.text += part.value;
      state.isGlob = true;
      return;
    case "DoubleQuoted":
      for (const child of part.parts)
        readPart(child, state, { ...around, isQuoted: true, siblings: part.parts.length });
      return;
    case "SimpleExpansion":
      readVariable(part.text.slice(1), state, around);
      return;
    case "ArithmeticExpansion":
      if (!/^\$\(\([\d\s+*/%()-]*\)\)$/.test(part.text)) problems.add("arithmetic");
      hide(state, around);
      return;
    case "CommandExpansion":
    case "ProcessSubstitution":
      if (!isQuotedText(part)) problems.add("nested command");
      hide(state, around);
      nested.push(part);
      return;
    case "ParameterExpansion":
      problems.add("variable in braces");
      hide(state, around);
      return;
    case "BraceExpansion":
      problems.add("brace expansion");
      state.text += part.text;
      return;
    case "AnsiCQuoted":
    case "LocaleString":
      problems.add("escape codes");
      hide(state, around);
      return;
    case "ExtendedGlob":
      problems.add("extended pattern");
      state.text += part.text;
      state.isGlob = true;
      return;
    default:
      part satisfies never;
  }
}

/** What a word comes to is not known any more; outside quotes it may come to nothing. */
function hide(state: State, { isQuoted }: Around): void {
  state.isKnown = false;
  if (!isQuoted) state.mayVanish = true;
}

function readVariable(name: string, state: State, around: Around): void {
  const { variables, problems, home, cwd } = around.reading;
  if (!around.isQuoted) state.mayVanish = true;
  if (variables.has(name)) {
    const value = variables.get(name);
    problems.add("variable of its own");
    state.isOwn = true;
    if (value === undefined) state.isKnown = false;
    else state.text += value;
  } else if (name === "HOME") state.text += home;
  else if (name === "PWD") {
    // WHY: the client takes this one for known only beside other text inside quotes.
    if (!around.isQuoted || around.siblings < 2) problems.add("variable");
    state.text += cwd;
  } else {
    problems.add("variable");
    state.isKnown = false;
  }
}

function expandTilde(state: State, { home }: Reading): void {
  if (state.text === "~" || state.text.startsWith("~/"))
    state.text = `${home}${state.text.slice(1)}`;
  else if (state.text.startsWith("~")) state.isKnown = false;
}

/** `$(cat <<'EOF' …)`: a text over several lines, which the client takes for one. */
function isQuotedText(part: Extract<WordPart, { script: unknown }>): boolean {
  if (part.type !== "CommandExpansion") return false;
  const statement = part.script?.commands[0];
  const command = statement?.command;
  if (part.script?.commands.length !== 1 || command?.type !== "Command") return false;
  const [only, ...others] = command.suffix;
  return (
    command.name?.text === "cat" &&
    command.prefix.length === 0 &&
    others.length === 0 &&
    only?.type === "HereDoc" &&
    only.delimiter?.quoted === true
  );
}

function hasEscapedBlank(word: Word): boolean {
  if (!/\\[ \t]/.test(word.text)) return false;
  if (word.parts === undefined) return true;
  return word.parts.some((part) => part.type === "Literal" && /\\[ \t]/.test(part.text));
}
