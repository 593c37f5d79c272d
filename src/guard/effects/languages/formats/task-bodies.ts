// A light reading of tasks that are written in a programming language: the shell text in the body of one, by its name.
import { entriesOf, textsIn, valueAt } from "./yaml.ts";
import { readToml } from "./toml.ts";

/** Lines and tasks that are looked at, and commands of all of them. */
const LINES_MAX = 4_000;
const TASKS_MAX = 32;

/** Shell text in the tasks of a Rakefile that are named, `default` without any, and in those that they need. */
export function rakeCommands(rakefile: string, words: readonly string[]): readonly string[] {
  const lines = rakefile.split(/\r?\n/).slice(0, LINES_MAX);
  const named = words
    .filter((word) => !/^\w+=/.test(word))
    .map((word) => word.replace(/\[.*$/s, ""));
  const wanted = named.length > 0 ? [...named] : ["default"];
  const seen = new Set<string>();
  const found: string[] = [];
  while (wanted.length > 0 && seen.size < TASKS_MAX) {
    // A task may stand in a namespace; its own name is the last part.
    const name = (wanted.shift() ?? "").split(":").at(-1) ?? "";
    if (seen.has(name) || name === "") continue;
    seen.add(name);
    const head = new RegExp(
      `^\\s*(?:multi)?task\\s*\\(?\\s*(?::|['"])?${escaped(name)}['"]?(?=\\s*(?:[,:=)\\[]|do\\b|$))(.*)$`,
    );
    lines.forEach((line, at) => {
      const rest = head.exec(line)?.[1];
      if (rest === undefined) return;
      const needs = /(?:=>|:\s)\s*(.*?)(?:\bdo\b.*)?$/.exec(rest)?.[1] ?? "";
      wanted.push(...[...needs.matchAll(/[\w:]+/g)].map(([need]) => need.replace(/^:+/, "")));
      found.push(...rubyShell(below(lines, at).join("\n")));
    });
  }
  return found.slice(0, TASKS_MAX);
}

/** `sh "…"`, `system "…"` and commands between backticks. */
function rubyShell(body: string): readonly string[] {
  return [
    ...body.matchAll(
      /\b(?:sh|system|exec|run|execute)[ (]\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')(?!\s*,\s*["'])/g,
    ),
    ...body.matchAll(/(?<![\w$])`([^`]*)`|%x[({[]([^)}\]]*)[)}\]]/g),
  ].map(([, first, second]) => withoutHoles(first ?? second ?? "", /#\{[^}]*\}/g));
}

/** Shell text in the functions of a file in Python that are named: sessions of nox, tasks of invoke and fabric. */
export function pythonTaskCommands(file: string, words: readonly string[]): readonly string[] {
  const lines = file.split(/\r?\n/).slice(0, LINES_MAX);
  const found: string[] = [];
  for (const word of words.slice(0, TASKS_MAX)) {
    // Dashes in a name stand for the lines below that Python wants.
    const name = escaped(
      (word.split(/[.:]/).at(-1) ?? "").replaceAll("-", "_").replace(/\(.*$/, ""),
    );
    if (name === "") continue;
    const head = new RegExp(`^\\s*(?:async\\s+)?def\\s+${name}\\s*\\(`);
    lines.forEach((line, at) => {
      if (head.test(line)) found.push(...pythonShell(below(lines, at).join("\n")));
    });
  }
  return found.slice(0, TASKS_MAX);
}

/** `c.run("…")`, `session.run("rm", "-rf", …)` and their like. */
function pythonShell(body: string): readonly string[] {
  const calls = body.matchAll(
    /\.(?:run|sudo|local|run_always|run_install|system|call)\(\s*((?:[rf]{0,2}(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?\s*)+)/g,
  );
  return [...calls].map(([, list = ""]) => {
    const words = [...list.matchAll(/([rf]{0,2})(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/g)].map(
      ([, how = "", first, second]) => {
        const text = first ?? second ?? "";
        return how.includes("f") ? withoutHoles(text, /\{[^}]*\}/g) : text;
      },
    );
    return words.length === 1 ? (words[0] ?? "") : words.map(quoted).join(" ");
  });
}

/** Commands of the environments of a tox.ini, or of those that are named. */
export function toxCommands(text: string, environments: readonly string[]): readonly string[] {
  const found: string[] = [];
  let isWanted = false;
  let isCommands = false;
  for (const line of text.split(/\r?\n/).slice(0, LINES_MAX)) {
    const section = /^\[([^\]]+)\]/.exec(line)?.[1];
    if (section !== undefined) {
      const name = /^testenv(?::(.*))?$/.exec(section);
      isWanted =
        name !== null &&
        (name[1] === undefined || environments.length === 0 || environments.includes(name[1]));
      isCommands = false;
      continue;
    }
    const key = /^(\w+)\s*=\s*(.*)$/.exec(line);
    if (key !== null) {
      isCommands = /^(?:commands|commands_pre|commands_post)$/.test(key[1] ?? "");
      if (isWanted && isCommands && key[2] !== "") found.push(key[2] ?? "");
    } else if (isWanted && isCommands && /^\s+\S/.test(line) && !/^\s*#/.test(line))
      found.push(line.trim());
  }
  return found
    .map((one) => withoutHoles(one.replace(/^-\s*/, ""), /\{[^{}]*\}/g))
    .slice(0, TASKS_MAX);
}

/** Commands that a pyproject.toml or Pipfile keeps under a name, for poe, pdm, hatch, rye and pipenv. */
export function pythonScripts(text: string, name: string): readonly string[] {
  const file = readToml(text);
  const tool = valueAt(file, "tool");
  const own = name.split(":").at(-1) ?? name;
  const tables = [
    valueAt(tool, "poe", "tasks"),
    valueAt(tool, "pdm", "scripts"),
    valueAt(tool, "rye", "scripts"),
    valueAt(tool, "taskipy", "tasks"),
    valueAt(tool, "pixi", "tasks"),
    valueAt(file, "scripts"),
    ...entriesOf(valueAt(tool, "hatch", "envs")).map(([, one]) => valueAt(one, "scripts")),
  ];
  return tables.flatMap((table) => commandsIn(table, own, 0)).slice(0, TASKS_MAX);
}

function commandsIn(
  table: ReturnType<typeof valueAt>,
  name: string,
  depth: number,
): readonly string[] {
  const entry = valueAt(table, name);
  if (entry === undefined || depth > 3) return [];
  const parts = [
    entry,
    ...["cmd", "shell", "composite", "sequence", "chain"].map((key) => valueAt(entry, key)),
  ].flatMap(textsIn);
  return parts.flatMap((part) => {
    const next = commandsIn(table, part.split(/\s/)[0] ?? "", depth + 1);
    return next.length > 0 && part !== name ? next : [part];
  });
}

/** The lines below a heading that stand further right, with what follows on its own line. */
function below(lines: readonly string[], at: number): readonly string[] {
  const indent = /^\s*/.exec(lines[at] ?? "")?.[0].length ?? 0;
  const body = [lines[at] ?? ""];
  for (const line of lines.slice(at + 1, at + 400)) {
    const own = /^\s*/.exec(line)?.[0].length ?? 0;
    if (line.trim() !== "" && own <= indent) break;
    body.push(line);
  }
  return body;
}

function withoutHoles(text: string, holes: RegExp): string {
  return text.replaceAll(holes, "");
}

function quoted(word: string): string {
  return /^[\w./=:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function escaped(name: string): string {
  return name.replaceAll(/[^\w]/g, "\\$&");
}
