// The help of one command: what it does, how it is called, its arguments and options, the commands below it.
import type { ArgsDef, CommandDef } from "citty";

/** A command of any arguments. WHY not a type of its own: citty's definition is invariant in them. */
export type Command = CommandDef<ArgsDef>;

/** Columns of help: what still fits beside an editor. Lines that a command lays out itself, such as examples, stay as they are. */
const COLUMNS = 120;
/** Columns up to which a line that a command broke itself is left as it is. */
const LAID_OUT_COLUMNS = 140;
/** Columns at most for names, so that one long name does not push every description to the edge. */
const NAME_COLUMNS = 34;

/** Help of a command, without a line break at the end; `title` is all the words that lead to it. */
export async function commandHelp(command: Command, title: string): Promise<string> {
  const meta = await resolved(command.meta);
  const args = Object.entries((await resolved(command.args)) ?? {});
  const subCommands = Object.entries((await resolved(command.subCommands)) ?? {});
  const operands = args.filter(([, { type }]) => type === "positional");
  const options = args.filter(([, { type }]) => type !== "positional");
  const usage = [
    `usage: ${title}`,
    ...(subCommands.length > 0 && command.run === undefined ? ["<command>"] : []),
    ...(options.length > 0 || subCommands.length > 0 ? ["[options]"] : []),
    ...operands.map(([name, { required, default: given }]) =>
      required === false || given !== undefined ? `[${name.toUpperCase()}]` : name.toUpperCase(),
    ),
  ].join(" ");
  const summaries = await Promise.all(
    subCommands.map(async ([name, sub]): Promise<Row> => {
      const own = await resolved((await resolved(sub)).meta);
      return [name, summaryOf(own?.description ?? "")];
    }),
  );
  const more = `\`${title} <command> --help\` says more about one command.`;
  return [
    laidOut(`${title}: ${meta?.description ?? ""}`),
    usage,
    ...table("arguments:", operands.map(operandRow)),
    ...table("options:", options.map(optionRow)),
    ...table("commands:", summaries),
    ...(subCommands.length > 0 ? [more] : []),
  ].join("\n\n");
}

/** The value of what the library lets a command give as it is, later, or by a function. */
export async function resolved<T>(value: T | Promise<T> | (() => T) | (() => Promise<T>)) {
  return typeof value === "function" ? await (value as () => T | Promise<T>)() : await value;
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
  const short = (typeof alias === "string" ? [alias] : (alias ?? [])).map((letter) => `-${letter}`);
  // An option that is on unless somebody says otherwise is only ever typed as its opposite.
  const long = given === true ? `--[no-]${kebab(name)}` : `--${kebab(name)}`;
  return [
    `${[...short, long].join(", ")}${valueOf(argument)}`,
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

/** A command's first sentence, as it stands beside others. */
function summaryOf(description: string): string {
  const first = description.split("\n\n", 1)[0]?.replaceAll("\n", " ") ?? "";
  const sentence = first
    .replace(/(?:[.;] [Ee]xit codes?|[.] (?=[A-Z])).*$/s, "")
    .replace(/\.$/, "");
  return sentence.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
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
