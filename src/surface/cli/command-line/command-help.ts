// Help: the commands in their sections, and one command with its arguments, options, exit codes and the commands below it.
import type { ArgsDef } from "citty";
import { EXIT_CODE_WORDS, exitMeanings } from "./exit-codes.ts";
import type { Command, CommandEntry, CommandTable, Section } from "./entry.ts";

/** Columns of help: what still fits beside an editor. Lines that a command lays out itself, such as examples, stay as they are. */
const COLUMNS = 120;
/** Columns up to which a line that a command broke itself is left as it is. */
const LAID_OUT_COLUMNS = 140;
/** Columns at most for names, so that one long name does not push every description to the edge. */
const NAME_COLUMNS = 34;

/** The commands that most people need, by section. */
export function shortHelp(sections: readonly Section[], version: string): string {
  const shown = sections.map(({ title, commands }) => ({
    title,
    rows: Object.entries(commands).filter(([, { isCommon }]) => isCommon === true),
  }));
  const width = Math.max(0, ...shown.map(({ title }) => title.length));
  const names = Math.max(0, ...shown.flatMap(({ rows }) => rows.map(([name]) => name.length)));
  const lines = shown.flatMap(({ title, rows }) =>
    rows.map(
      ([name, { summary }], place) =>
        `  ${(place === 0 ? title : "").padEnd(width)}  ${name.padEnd(names)}  ${summary}`,
    ),
  );
  return [
    `sallyport ${version}: judges every tool call of Claude Code by its effects, and records it`,
    "",
    ...lines,
    "",
    "`sallyport help all` lists every command, `sallyport help COMMAND` says more about one.",
  ].join("\n");
}

/** Every command with the commands below it, by section; what exit codes mean; examples. */
export function fullHelp(sections: readonly Section[], version: string): string {
  const names = sections.flatMap(({ commands }) => Object.keys(commands));
  const width = Math.max(0, ...names.map((name) => name.length));
  const parts = sections.map(({ title, commands }) =>
    [title, ...Object.entries(commands).flatMap((one) => rowsOf(one, width))].join("\n"),
  );
  return [
    `sallyport ${version}: judges every tool call of Claude Code by its effects, and records it`,
    "usage: sallyport COMMAND [options]",
    ...parts,
    [
      "examples",
      "  sallyport start --guard .                 guard this project and follow its decisions",
      "  sallyport explain 'git push --force'      what would it do, and may it?",
      "  sallyport log tail -n 20                  the last twenty decisions",
      "  sallyport log verify                      did anybody change the record?",
      "  sallyport status                          is it in force here?",
      "  sallyport uninstall                       take sallyport out of this project",
    ].join("\n"),
    [
      "exit codes",
      ...EXIT_CODE_WORDS.map(([code, words]) => `  ${code.padEnd(3)}  ${words}`),
      'With `--json` a failure is on standard output too: {"error":{"code","message","exitCode"}}.',
    ].join("\n"),
    "`sallyport help COMMAND` and `sallyport COMMAND --help` say more about one command.",
  ].join("\n\n");
}

/** A command, and below it the names of those that it holds. */
function rowsOf([name, entry]: readonly [string, CommandEntry], width: number): readonly string[] {
  const indent = " ".repeat(width + 4);
  const below = Object.keys(entry.commands ?? {}).join(", ");
  const lines = below === "" ? [] : wrap(below, COLUMNS - indent.length);
  return [
    `  ${name.padEnd(width)}  ${entry.summary}`,
    ...lines.map((line) => `${indent}  ${line}`),
  ];
}

/**
 * Help of a command, without a line break at the end; `title` is all the words that lead to it. `command` is undefined for a
 * name that only holds commands, of which everything is known without loading one.
 */
export async function commandHelp(
  entry: CommandEntry,
  command: Command | undefined,
  title: string,
): Promise<string> {
  const about = entry.about ?? (await resolved(command?.meta))?.description ?? entry.summary;
  const args = Object.entries((await resolved(command?.args)) ?? {});
  const below = Object.entries(entry.commands ?? {});
  const operands = args.filter(([, { type }]) => type === "positional");
  const options = args.filter(([, { type }]) => type !== "positional");
  const usage = [
    `usage: ${title}`,
    ...(command === undefined ? ["COMMAND"] : []),
    ...(options.length > 0 || below.length > 0 ? ["[options]"] : []),
    ...operands.map(([name, { required, default: given }]) =>
      required === false || given !== undefined ? `[${name.toUpperCase()}]` : name.toUpperCase(),
    ),
  ].join(" ");
  return [
    laidOut(`${title}: ${about}`),
    usage,
    ...table("arguments:", operands.map(operandRow)),
    ...table("options:", options.map(optionRow)),
    ...table("commands:", summariesOf(entry.commands ?? {})),
    ...table("exit codes:", exitMeanings(entry)),
    ...(below.length > 0 ? [`\`${title} COMMAND --help\` says more about one command.`] : []),
  ].join("\n\n");
}

function summariesOf(commands: CommandTable): readonly Row[] {
  return Object.entries(commands).map(([name, { summary }]) => [name, summary]);
}

/** The value of what the library lets a command give as it is, later, or by a function. */
export async function resolved<T>(value: T | Promise<T> | (() => T) | (() => Promise<T>)) {
  return typeof value === "function" ? await (value as () => T | Promise<T>)() : await value;
}

/** An option as it is typed: one letter has one dash. */
export function dashed(name: string): string {
  return name.length === 1 ? `-${name}` : `--${kebab(name)}`;
}

/** A name as it is typed: `dryRun` is `--dry-run`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

type Row = readonly [name: string, text: string];
type Argument = readonly [name: string, argument: ArgsDef[string]];

function operandRow([name, { description = "", default: given }]: Argument): Row {
  return [name.toUpperCase(), withDefault(description, given)];
}

function optionRow([name, argument]: Argument): Row {
  const { description = "", default: given } = argument;
  const alias = "alias" in argument ? argument.alias : undefined;
  const others = (typeof alias === "string" ? [alias] : (alias ?? [])).map(dashed);
  // An option that is on unless somebody says otherwise is only ever typed as its opposite.
  const long = given === true ? `--[no-]${kebab(name)}` : `--${kebab(name)}`;
  return [
    `${[...others, long].join(", ")}${valueOf(argument)}`,
    given === true ? description : withDefault(description, given),
  ];
}

function valueOf(argument: ArgsDef[string]): string {
  if (argument.type === "enum" && argument.valueHint === undefined)
    return ` <${(argument.options ?? []).join("|")}>`;
  if (argument.type !== "string" && argument.type !== "enum") return "";
  return ` <${argument.valueHint ?? "TEXT"}>`;
}

function withDefault(description: string, given: unknown): string {
  if (given === undefined || given === false || given === "" || /default/.test(description))
    return description;
  return `${description} (default: ${typeof given === "string" ? given : JSON.stringify(given)})`;
}

function table(heading: string, rows: readonly Row[]): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.min(NAME_COLUMNS, Math.max(...rows.map(([name]) => name.length)));
  const indent = " ".repeat(width + 4);
  const lines = rows.map(([name, text]) => {
    const wrapped = wrap(text, COLUMNS - indent.length).join(`\n${indent}`);
    const gap = name.length > width ? `\n${indent}` : "  ".padEnd(width - name.length + 2);
    return `  ${name}${gap}${wrapped}`.trimEnd();
  });
  return [`${heading}\n${lines.join("\n")}`];
}

/** A description with its long lines broken; examples that end it stand on lines of their own, to be copied. */
function laidOut(description: string): string {
  const [text = "", examples] = description.split(/\s+Examples?: (?=sallyport )/);
  const lines = text
    .split("\n")
    .flatMap((line) =>
      line.length <= LAID_OUT_COLUMNS || /^\s/.test(line) ? [line] : wrap(line, COLUMNS),
    );
  const shown = examples?.split(/; (?=sallyport )/).map((line) => `  ${line}`) ?? [];
  return [...lines, ...(shown.length > 0 ? [""] : []), ...shown].join("\n");
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
