// What a shell may complete: each command with the commands below it, its options and the values that they take.
import type { ArgsDef } from "citty";
import { NAMED_QUESTIONS } from "#assure/query/answers/named-questions.ts";
import { termBeginnings } from "#record/index/filter-fields.ts";
import { GROUP_FIELDS } from "#record/index/question.ts";
import { loadQueries } from "../../foundation/product/shipped-data.ts";
import { SEALED_FIELDS } from "../log/sealed-counts.ts";
import { dashed, resolved } from "../command-line/command-help.ts";
import type { CommandTable } from "../command-line/entry.ts";

/** What may stand in a place: words that are known, and what of the disk. */
export type Values = {
  readonly words: readonly string[];
  readonly disk: "none" | "files" | "folders";
  /** Words with a colon, behind which more may be typed: terms of a filter. */
  readonly terms?: readonly string[];
};

/** An option with all the ways to write it; `values` is undefined where it takes none. */
export type CompletionOption = {
  readonly names: readonly string[];
  readonly summary: string;
  readonly values: Values | undefined;
};

/** A command by the words that lead to it; the first place has none. */
export type CompletionNode = {
  readonly words: readonly string[];
  readonly below: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly CompletionOption[];
  /** Values of its operands in their order; the last one stands for all that follow. */
  readonly operands: readonly Values[];
};

const NOTHING: Values = { words: [], disk: "none" };
const HELP: CompletionOption = {
  names: ["--help", "-h"],
  summary: "say more about this command",
  values: undefined,
};
const VERSION: CompletionOption = {
  names: ["--version", "-v"],
  summary: "print the version",
  values: undefined,
};

/** All commands, the first place first. Loads every command, because options stand in them. `policies`: names of packs. */
export async function completionTree(
  commands: CommandTable,
  policies: readonly string[],
): Promise<readonly CompletionNode[]> {
  const nodes = await nodesBelow([], commands, { all: commands, policies });
  const names = below(commands);
  const help = { name: "help", summary: "say more about a command" };
  const first: CompletionNode = {
    words: [],
    below: [...names, help],
    options: [HELP, VERSION],
    operands: [],
  };
  // `help` takes the names of commands as if it were not there.
  const helpNodes = nodes.flatMap((node) =>
    node.below.length === 0 ? [] : [helpNode(node.words, node.below)],
  );
  const every = { name: "all", summary: "every command" };
  return [first, helpNode([], [every, ...names]), ...helpNodes, ...nodes];
}

type Known = { readonly all: CommandTable; readonly policies: readonly string[] };

async function nodesBelow(
  words: readonly string[],
  commands: CommandTable,
  known: Known,
): Promise<readonly CompletionNode[]> {
  const nodes: CompletionNode[] = [];
  for (const [name, entry] of Object.entries(commands)) {
    const here = [...words, name];
    const command = await entry.load?.(known.all);
    const args = Object.entries((await resolved(command?.args)) ?? {});
    const operands = args.filter(([, { type }]) => type === "positional");
    const options = args.filter(([, { type }]) => type !== "positional");
    nodes.push({
      words: here,
      below: below(entry.commands ?? {}),
      options: [...options.map((option) => optionOf(option, known.policies)), HELP],
      operands: operands.map((operand) => valuesOf(operand, known.policies)),
    });
    nodes.push(...(await nodesBelow(here, entry.commands ?? {}, known)));
  }
  return nodes;
}

function below(commands: CommandTable): CompletionNode["below"] {
  return Object.entries(commands).map(([name, { summary }]) => ({ name, summary }));
}

function helpNode(words: readonly string[], names: CompletionNode["below"]): CompletionNode {
  return { words: ["help", ...words], below: names, options: [], operands: [] };
}

type Argument = readonly [name: string, argument: ArgsDef[string]];

function optionOf([name, argument]: Argument, policies: readonly string[]): CompletionOption {
  const alias = "alias" in argument ? argument.alias : undefined;
  const others = typeof alias === "string" ? [alias] : (alias ?? []);
  const isOn = argument.type === "boolean" && argument.default === true;
  const takesValue = argument.type === "string" || argument.type === "enum";
  return {
    names: [name, ...others].map((one) => dashed(isOn ? `no-${one}` : one)),
    summary: argument.description ?? "",
    values: takesValue ? valuesOf([name, argument], policies) : undefined,
  };
}

/** What stands in capitals in a hint, by the word that names it. */
const DISK: Readonly<Record<string, Values["disk"]>> = {
  FILE: "files",
  PATH: "files",
  DIR: "folders",
  DIRS: "folders",
  PLACE: "folders",
};
/** Operands without a hint, by their names. */
const OPERANDS: Readonly<Record<string, Values["disk"]>> = {
  directory: "folders",
  place: "folders",
  path: "files",
  file: "files",
  bundle: "files",
  certificate: "files",
};

/** What events are counted by. */
const COUNTED: readonly string[] = [...GROUP_FIELDS, ...Object.keys(SEALED_FIELDS)];

function questions(): readonly string[] {
  return [...NAMED_QUESTIONS, ...loadQueries()].map(({ id }) => id);
}

/** A hint is a choice such as `hour|day`, `NAME|FILE`, `none|FILE`: small letters are words, capitals are kinds. */
function valuesOf([name, argument]: Argument, policies: readonly string[]): Values {
  if (argument.type === "enum") return { ...NOTHING, words: argument.options ?? [] };
  const hint = "valueHint" in argument ? argument.valueHint : undefined;
  if (hint === undefined) return { ...NOTHING, disk: OPERANDS[name] ?? "none" };
  if (hint === "FILTER") return { ...NOTHING, terms: termBeginnings() };
  if (hint === "FIELD") return { ...NOTHING, words: COUNTED };
  if (hint === "QUESTION") return { ...NOTHING, words: questions() };
  const parts = hint.split("|");
  const words = parts.filter((part) => /^[a-z][a-z0-9-]*$/.test(part));
  const disk = parts.map((part) => DISK[part]).find((kind) => kind !== undefined) ?? "none";
  const isPolicy = hint === "NAME|FILE";
  return { words: isPolicy ? policies : words, disk };
}
