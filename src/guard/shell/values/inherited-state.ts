// What a shell takes from its environment: variables, and functions of bash.
import type { EnvironmentFacts, ShellFacts } from "../../facts/facts.ts";
import { ABSENT, type FunctionBody } from "./functions.ts";
import { hole, known, textOf, type TextSet } from "./text.ts";
import { union } from "./text-sets.ts";
import type { Variable } from "./variables.ts";

/** Whether the environment defines a variable, shown or not. */
export function hasName({ variables, withheld }: EnvironmentFacts, name: string): boolean {
  return variables.has(name) || withheld.has(name);
}

/** What every command inherits. A value that a start-up file may have replaced is one possibility beside any other. */
export function* inheritedVariables(
  inherited: EnvironmentFacts | undefined,
): Iterable<readonly [string, Variable]> {
  const { variables = new Map<string, string>(), withheld = [] } = inherited ?? {};
  const anything: TextSet = [[hole("missing-fact")]];
  for (const [name, value] of variables) {
    // Measured: the snapshot ends with the client's own search path, whatever start-up files made of it.
    const isLasting = inherited?.isExact === true || name === "PATH";
    const isCertain = isLasting && inherited?.doubtful?.has(name) !== true;
    const values = isCertain ? known(value) : union(known(value), anything);
    yield [name, { values, exported: true }];
  }
  for (const name of withheld) yield [name, { values: anything, exported: true }];
}

/** Functions that bash takes from its environment. */
export function* inheritedFunctions(
  variables: ReadonlyMap<string, Variable>,
  dialect: ShellFacts["dialect"],
): Iterable<readonly [string, readonly FunctionBody[]]> {
  if (dialect === "zsh") return;
  for (const [variable, { values }] of variables) {
    if (!variable.startsWith("BASH_FUNC_") || !variable.endsWith("%%")) continue;
    const name = variable.slice("BASH_FUNC_".length, -"%%".length);
    const bodies = values.map((value): FunctionBody => {
      const body = /^\(\)\s*([\s\S]*)$/.exec(textOf(value) ?? "")?.[1];
      return { from: "snapshot", text: body ?? UNREADABLE_BODY };
    });
    // Only bash does: in another shell the name means what it always does.
    yield [name, dialect === "bash" ? bodies : [...bodies, ...ABSENT]];
  }
}

/** A body that no parser accepts: what it does is not known. */
const UNREADABLE_BODY = '"';

/** Variables in which bash keeps its options, and from which it takes them when it starts. */
export const OPTION_LISTS: readonly string[] = ["SHELLOPTS", "BASHOPTS"];

/** Options that bash sets when it starts, because two variables name them. */
export function inheritedOptions(inherited: EnvironmentFacts | undefined): readonly string[] {
  return OPTION_LISTS.flatMap((name) => inherited?.variables.get(name)?.split(":") ?? []);
}
