// Pages of the site that are made of the program itself: the help of every command, and the forms of files of its schemas.
import { posix } from "node:path";
import { commandHelp } from "#surface/cli/command-line/command-help.ts";
import type { CommandEntry, CommandTable, Section } from "#surface/cli/command-line/entry.ts";
import { type Page, urlOf } from "./pages.ts";

/** One page for each section of the help, with the help of each command as it is printed. */
export async function commandPages(
  sections: readonly Section[],
  all: CommandTable,
): Promise<readonly Page[]> {
  return Promise.all(
    sections.map(async ({ title, commands }) => {
      const source = `docs/commands/${title.replaceAll(/[^a-z]+/g, "-")}.md`;
      const parts = await helpBelow("", commands, all);
      const markdown = [
        `# Commands: ${title}`,
        "What `--help` prints of each command. What exit codes mean for all of them is on [the page of exit codes](../reference/exit-codes.md).",
        ...parts,
      ].join("\n\n");
      return { source, url: urlOf(source), title: `Commands: ${title}`, markdown };
    }),
  );
}

async function helpBelow(
  before: string,
  commands: CommandTable,
  all: CommandTable,
): Promise<readonly string[]> {
  const parts: string[] = [];
  for (const [name, entry] of Object.entries(commands)) {
    const title = before === "" ? name : `${before} ${name}`;
    parts.push(`## ${title}`, fenced(await helpOf(title, entry, all)));
    parts.push(...(await helpBelow(title, entry.commands ?? {}, all)));
  }
  return parts;
}

async function helpOf(title: string, entry: CommandEntry, all: CommandTable): Promise<string> {
  return commandHelp(entry, await entry.load?.(all), `sallyport ${title}`);
}

/** A block that no line of the text can end. */
function fenced(text: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return `${fence}text\n${text}\n${fence}`;
}

type Schema = {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
};

/** Schemas nest, and some name themselves: deeper than this the schema's own file says more. */
const DEPTH_MAX = 6;

/** A page for a schema of `data/schema`: its fields, what each may be, and what it is for. */
export function formatPage(path: string, text: string): Page {
  const schema = JSON.parse(text) as Schema;
  const name = posix.basename(path, ".schema.json");
  const source = `docs/formats/${name}.md`;
  const title = schema.title ?? name;
  const rows = rowsOf(schema, { path: "", defs: schema.$defs ?? {}, depth: 0, open: [] });
  const markdown = [
    `# ${title}`,
    ...(schema.description === undefined ? [] : [schema.description]),
    `The JSON Schema is [${posix.basename(path)}](../../${path}). Fields with a star are needed.`,
    ["| field | is | what it says |", "|---|---|---|", ...rows].join("\n"),
  ].join("\n\n");
  return { source, url: urlOf(source), title, markdown };
}

type Place = {
  readonly path: string;
  readonly defs: Readonly<Record<string, Schema>>;
  readonly depth: number;
  /** Names of definitions that the place lies in. */
  readonly open: readonly string[];
};

function rowsOf(schema: Schema, place: Place): readonly string[] {
  if (place.depth > DEPTH_MAX) return [];
  const at = (path: string, more: readonly string[] = []): Place => ({
    defs: place.defs,
    path,
    depth: place.depth + 1,
    open: [...place.open, ...more],
  });
  const name = schema.$ref?.startsWith("#/$defs/")
    ? schema.$ref.slice("#/$defs/".length)
    : undefined;
  if (name !== undefined) {
    const target = place.defs[name];
    return target === undefined || place.open.includes(name)
      ? []
      : rowsOf(target, at(place.path, [name]));
  }
  const fields = Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const path = place.path === "" ? key : `${place.path}.${key}`;
    const star = schema.required?.includes(key) === true ? " *" : "";
    return [rowOf(`\`${path}\`${star}`, field, place.defs), ...rowsOf(field, at(path))];
  });
  const named = schema.additionalProperties;
  const others =
    typeof named === "object"
      ? [
          rowOf(`\`${place.path}.NAME\``, named, place.defs),
          ...rowsOf(named, at(`${place.path}.NAME`)),
        ]
      : [];
  const items = typeof schema.items === "object" ? rowsOf(schema.items, at(`${place.path}[]`)) : [];
  const either = [
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
  ].flatMap((one) => rowsOf(one, at(place.path)));
  return [...new Set([...fields, ...others, ...items, ...either])];
}

function rowOf(name: string, field: Schema, defs: Place["defs"]): string {
  const cells = [name, kindOf(field, defs, 0), field.description ?? ""];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

function kindOf(field: Schema, defs: Place["defs"], depth: number): string {
  if (depth > DEPTH_MAX) return "";
  if (field.$ref !== undefined) {
    const target = defs[field.$ref.replace("#/$defs/", "")];
    return target === undefined ? "" : kindOf(target, defs, depth + 1);
  }
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(" ");
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  const either = field.anyOf ?? field.oneOf;
  if (either !== undefined)
    return [...new Set(either.map((one) => kindOf(one, defs, depth + 1)))]
      .filter(Boolean)
      .join(", or ");
  const type = typeof field.type === "string" ? field.type : (field.type ?? []).join(" or ");
  if (type !== "array" || typeof field.items !== "object") return type;
  return `list of ${kindOf(field.items, defs, depth + 1) || "values"}`;
}
