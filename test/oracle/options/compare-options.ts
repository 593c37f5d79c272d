// Holds the options that models declare beside those that manuals document.
import { COMMANDS } from "#guard/effects/commands/index.ts";
import type { SubcommandTable } from "#guard/effects/git/call.ts";
import { LOOKING } from "#guard/effects/git/subcommands/looking.ts";
import { PATCHES } from "#guard/effects/git/subcommands/patches.ts";
import { PLUMBING } from "#guard/effects/git/subcommands/plumbing.ts";
import { PUBLISHING } from "#guard/effects/git/subcommands/publishing.ts";
import { REMOTE } from "#guard/effects/git/subcommands/remote.ts";
import { UPKEEP } from "#guard/effects/git/subcommands/upkeep.ts";
import { WORK } from "#guard/effects/git/subcommands/work.ts";
import { type CommandModel, type OptionSpec } from "#guard/effects/model/command-model.ts";
import { parseInvocation } from "#guard/effects/model/parse-invocation.ts";
import { literal } from "#guard/shell/values/text.ts";
import type { Arity, DocumentedOption, DocumentedProgram } from "./documented.ts";

/** What parses the words of a program: its options, and where they end. */
export type Declared = Pick<CommandModel, "options" | "optionsEnd">;

const GIT: readonly SubcommandTable[] = [
  ...[LOOKING, WORK, PATCHES, REMOTE, UPKEEP, PUBLISHING, PLUMBING],
];

/**
 * All programs whose options a model declares and has parsed, by name; subcommands of git as `git-commit`. A model that reads its
 * words itself declares none that could be compared.
 */
export function declaredPrograms(): ReadonlyMap<string, Declared> {
  const models = COMMANDS.flatMap((model) => model.names.map((name) => [name, model] as const));
  const ofGit = GIT.flatMap((table) =>
    Object.entries(table).flatMap(([name, { options }]) =>
      options === undefined
        ? []
        : [[`git-${name}`, { options: options(), optionsEnd: "anywhere" }] as const],
    ),
  );
  return new Map<string, Declared>(
    [...models, ...ofGit].filter(
      ([, { options, optionsEnd }]) =>
        Object.keys(options).length > 0 && /^(?:anywhere|first-operand)$/.test(optionsEnd),
    ),
  );
}

/** How one documented option is declared. */
type Compared =
  | { readonly kind: "same" | "undeclared" }
  /** `declared` is what the model takes it for, `as` the spelling that it is taken for. */
  | { readonly kind: "differs"; readonly declared: Arity; readonly as: string };

/** Whether a documented option is declared as what it is, not at all, or as something else. */
function compareOption(declared: Declared, option: DocumentedOption): Compared {
  const { spelling, arity } = option;
  const spec = declaredAs(declared, spelling);
  if (spec === undefined) return readAs(declared, option);
  return spec.value === arity || arity === "either"
    ? { kind: "same" }
    : { kind: "differs", declared: spec.value, as: spelling };
}

/** How a model declares a spelling. */
export function declaredAs({ options }: Declared, spelling: string): OptionSpec | undefined {
  return Object.values(options).findLast(({ names }) => names.includes(spelling));
}

/** What a spelling is read as that no option has: an abbreviation, a cluster of letters, or nothing that is known. */
function readAs(
  { options, optionsEnd }: Declared,
  { spelling, arity }: DocumentedOption,
): Compared {
  const words = [literal(spelling), literal("next")];
  const parsed = parseInvocation({ options, optionsEnd }, "", words, undefined);
  if (parsed.unknownOptions.length > 0) return { kind: "undeclared" };
  const declared = parsed.operands.length === 0 ? "required" : "none";
  const isAlike =
    declared === arity || arity === "either" || (arity === "optional" && declared === "none");
  // What reads as other options with the same arity leaves the words that follow where the program has them.
  if (isAlike) return { kind: "same" };
  const given = Object.entries(options).filter(([key]) => parsed.has(key));
  return {
    kind: "differs",
    declared,
    as: given.flatMap(([, { names }]) => names.slice(0, 1)).join(" "),
  };
}

/** The documented options that differ from what is declared, as `program option`, and how many of each are not declared. */
export function comparePrograms(
  programs: readonly DocumentedProgram[],
  declared: ReadonlyMap<string, Declared>,
): Comparison {
  const differing: string[] = [];
  const undeclared = new Map<string, readonly DocumentedOption[]>();
  let same = 0;
  for (const { names, options } of programs) {
    for (const name of names) {
      const model = declared.get(name);
      if (model === undefined) continue;
      const compared = options.map((option) => ({ option, is: compareOption(model, option) }));
      same += compared.filter(({ is }) => is.kind === "same").length;
      for (const { option, is } of compared)
        if (is.kind === "differs") differing.push(`${name} ${option.spelling}`);
      const unknown = compared.filter(({ is }) => is.kind === "undeclared");
      if (unknown.length > 0)
        undeclared.set(
          name,
          unknown.map(({ option }) => option),
        );
    }
  }
  return { same, differing, undeclared };
}

type Comparison = {
  /** How many options are declared as documented. */
  readonly same: number;
  readonly differing: readonly string[];
  readonly undeclared: ReadonlyMap<string, readonly DocumentedOption[]>;
};
