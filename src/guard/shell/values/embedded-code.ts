// Substitutions in text that the shell expands only later: prompts, and subscripts of names that it reads as expressions.
import { callSiteOf, type Io, type Shell } from "./host.ts";
import type { Scope } from "./scope.ts";
import { EMPTY, literal, type Text, textOf } from "./text.ts";

/** A delimiter that no text of a person holds as a line of its own. */
const END = "sallyport-end-of-text";

/** Code that runs what stands in a text as the shell expands it, within double quotes; undefined where nothing in it runs. */
export function substitutionCode(text: Text): Text | undefined {
  const value = textOf(text);
  if (value === undefined || !/\$\(|`|\$\{/.test(value) || value.includes(END)) return undefined;
  return literal(`: <<${END}\n${value}\n${END}\n`);
}

/**
 * Runs what stands in such a text, beside what is noted of it: when the shell expands it, and how often, is not told.
 */
export function runSubstitutions(text: Text, scope: Scope, io: Io, shell: Shell): void {
  const code = substitutionCode(text);
  if (code !== undefined) runBeside(code, scope, io, shell);
}

/** Runs code of which it is noted beside that more may happen: what can be told of it is found. */
export function runBeside(code: Text, scope: Scope, io: Io, shell: Shell): void {
  if (textOf(code) === undefined) return;
  const inner = { ...io, stdin: undefined, depth: io.depth + 1, isCovered: true } as const;
  shell.runText([code], scope.fork(), inner);
}

/** Prompts that the shell expands by itself while a command runs. */
const PROMPTS = new Set(["PS0", "PS4"]);

/** A variable got a value: what stands in a prompt runs with each command from then on. */
export function runPrompt(
  name: string,
  values: readonly Text[],
  scope: Scope,
  io: Io,
  shell: Shell,
): void {
  if (PROMPTS.has(name)) for (const value of values) runSubstitutions(value, scope, io, shell);
}

/** What a shell expands before each command while it traces them. */
const TRACE_PROMPT = "PS4";

/**
 * The prompt of a trace as a command finds it, by whatever it was set. WHY with each command: variables and functions that stand in it
 * may be other ones now, and whether commands are traced can be said in many ways.
 */
export function noteTracePrompt(scope: Scope, io: Io, shell: Shell): void {
  const { variables } = scope;
  if (!variables.has(TRACE_PROMPT) || variables.isAsInherited(TRACE_PROMPT)) return;
  const values = scope.value(TRACE_PROMPT) ?? EMPTY;
  if (values.some((value) => /[$`\\]/.test(textOf(value) ?? "$")))
    shell.host.assigned(TRACE_PROMPT, values, callSiteOf(scope, io));
}

/** As `runBeside`, for code that changes the shell itself. */
export function runInPlace(code: Text, scope: Scope, io: Io, shell: Shell): void {
  shell.runText([code], scope, { ...io, stdin: undefined, depth: io.depth + 1, isCovered: true });
}
