// A light reading of Taskfiles: the commands that the names of a call lead to.
import { entriesOf, itemsOf, type Outline, readYaml, textsIn, valueAt } from "./yaml.ts";

/** Tasks that are followed in one call. */
const TASKS_MAX = 32;

/** The shell text behind the tasks that are named, `default` without any; `NAME=value` sets a variable. */
export function taskCommands(taskfile: string, words: readonly string[]): readonly string[] {
  const file = readYaml(taskfile);
  const set = words.flatMap((word) => {
    const found = /^(\w+)=(.*)$/s.exec(word);
    return found === null ? [] : [[found[1] ?? "", found[2] ?? ""] as const];
  });
  const named = words.filter((word) => !/^\w+=/.test(word));
  const wanted: { readonly name: string; readonly given: readonly Variable[] }[] = (
    named.length > 0 ? named : ["default"]
  ).map((name) => ({ name, given: set }));
  const seen = new Set<string>();
  const found: string[] = [];
  while (wanted.length > 0 && seen.size < TASKS_MAX) {
    const { name, given } = wanted.shift() ?? { name: "", given: [] };
    if (seen.has(name)) continue;
    seen.add(name);
    const task = valueAt(file, "tasks", name) ?? byAlias(file, name);
    if (task === undefined) continue;
    const values = new Map([
      ...variablesOf(valueAt(file, "vars")),
      ...variablesOf(valueAt(task, "vars")),
      ...given,
    ]);
    wanted.push(...needsOf(task, values));
    found.push(...commandsOf(task).map((text) => filled(text, values)));
  }
  // A variable may be what a command prints; it runs when the file is read.
  const dynamic = [valueAt(file, "vars"), valueAt(file, "env")]
    .flatMap(entriesOf)
    .flatMap(([, value]) => textsIn(valueAt(value, "sh")));
  return [...found, ...dynamic].slice(0, TASKS_MAX);
}

type Variable = readonly [string, string];

function byAlias(file: Outline, name: string): Outline {
  return entriesOf(valueAt(file, "tasks")).find(([, task]) =>
    textsIn(valueAt(task, "aliases")).includes(name),
  )?.[1];
}

function variablesOf(outline: Outline): readonly Variable[] {
  return entriesOf(outline).flatMap(([name, value]): readonly Variable[] =>
    typeof value === "string" ? [[name, value]] : [],
  );
}

/** A task may be one command, a list of them, or a map that holds them. */
function listOf(task: Outline): readonly Outline[] {
  if (typeof task === "string" || Array.isArray(task)) return itemsOf(task);
  return [...itemsOf(valueAt(task, "cmds")), ...itemsOf(valueAt(task, "cmd"))];
}

function commandsOf(task: Outline): readonly string[] {
  const checks = [
    ...itemsOf(valueAt(task, "status")),
    ...itemsOf(valueAt(task, "preconditions")).map((one) => valueAt(one, "sh") ?? one),
    ...entriesOf(valueAt(task, "vars")).map(([, value]) => valueAt(value, "sh")),
  ];
  const commands = listOf(task).flatMap((one) => [
    one,
    valueAt(one, "cmd"),
    valueAt(one, "defer"),
    valueAt(one, "for") === undefined ? undefined : valueAt(one, "cmd"),
  ]);
  return [...commands, ...checks].filter((one): one is string => typeof one === "string");
}

function needsOf(
  task: Outline,
  values: ReadonlyMap<string, string>,
): readonly { readonly name: string; readonly given: readonly Variable[] }[] {
  const needs = [...itemsOf(valueAt(task, "deps")), ...listOf(task)].slice(0, TASKS_MAX);
  return needs.flatMap((need) => {
    const name =
      valueAt(need, "task") ?? (itemsOf(valueAt(task, "deps")).includes(need) ? need : "");
    if (typeof name !== "string" || name === "") return [];
    const given = variablesOf(valueAt(need, "vars")).map(
      ([key, value]): Variable => [key, filled(value, values)],
    );
    return [{ name: filled(name, values), given }];
  });
}

/** `{{.NAME}}`; what has no value becomes nothing. */
function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{\{-?(.*?)-?\}\}/gs, (_, word: string) => {
    const inner = word.trim();
    const name = /^\.(\w+)$/.exec(inner)?.[1];
    if (name === "HOME" || /^env\s+"HOME"$|^\.?HOME$/.test(inner)) return "~";
    return name === undefined ? "" : (values.get(name) ?? "");
  });
}
