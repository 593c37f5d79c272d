// buf: checks, formats and builds protobuf files; modules come from a registry, and plugins are programs.
import { knownPrefix, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import type { CommandModel, Consequence, ModelContext } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import { type FileProgram, fileProgram, opens } from "../projects/file-program.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { runsFrom } from "../projects/project-scripts.ts";
import {
  asksAccount,
  asProgram,
  both,
  deploys,
  installs,
  readOnlyVerb,
  publishes,
  runsCode,
  toAccount,
  verbModel,
  verbs,
} from "../model/verbs.ts";

const STYLE = "--debug -v --verbose -h --disable-symlinks --exclude-imports";
const CHOICES = "--log-format --timeout --error-format --type --exclude-type --format";

/** What a module takes from elsewhere: modules of the registry, and plugins for its checks. */
function takenIn(context: ModelContext): readonly Consequence[] {
  const lock = context.codeAt(literal("buf.lock"));
  const module = context.codeAt(literal("buf.yaml"));
  const hasPlugins = module?.texts.some((text) => /^plugins:/m.test(text)) ?? false;
  return [
    ...(lock === undefined ? [] : [toAccount()]),
    ...(hasPlugins ? [runsFrom("buf", module?.origin)] : []),
  ];
}

/** `.git#branch=main`, an archive, a module of the registry, or a directory. */
function input(word: Text): readonly Consequence[] {
  const text = textOf(word);
  if (text === undefined) return opens(word, "tree");
  if (/^buf\.build\/|^[\w.-]+\.[a-z]+\/[\w-]+\/[\w-]+/.test(text))
    return [toAccount(sourcesOf([word]))];
  const [path = ""] = text.split("#");
  return /^[a-z]+:\/\//.test(path) ? opens(word, "tree") : [reads(literal(path), "tree")];
}

function sources(more: Partial<FileProgram> = {}): ReturnType<typeof fileProgram> {
  return fileProgram({
    names: ["buf"],
    operands: "trees",
    sources: "proto",
    settings: "buf.yaml buf.lock buf.work.yaml buf.gen.yaml .gitignore",
    cache: "buf",
    first: "--against",
    trees: "--path --exclude-path",
    choices: `${CHOICES} --against-config --config`,
    flags: STYLE,
    ...more,
    more: (invocation, context) => [
      ...takenIn(context),
      ...invocation.values("first").flatMap(input),
      ...invocation.operands.filter((word) => /[#:]/.test(knownPrefix(word))).flatMap(input),
    ],
  });
}

export const buf: CommandModel = verbModel({
  names: ["buf"],
  options: { about: ABOUT, choice: taking("--log-format --timeout"), style: flags(STYLE) },
  table: verbs(
    [
      "lint,breaking,ls-files,stats,config ls-modules,config ls-lint-rules,config ls-breaking-rules,dep graph",
      asProgram(
        sources({
          flags: `${STYLE} --against-input-config --limit-to-input-files --exclude-imports --configured-only --include-imports --include-importable --as-import-paths`,
        }),
      ),
    ],
    [
      "build",
      asProgram(
        sources({
          outputs: "-o --output",
          flags: `${STYLE} --as-file-descriptor-set --exclude-source-info --exclude-source-retention-options`,
        }),
      ),
    ],
    [
      "format",
      asProgram(
        sources({
          inPlace: "-w --write",
          outputs: "-o --output",
          flags: `${STYLE} -d --diff --exit-code`,
        }),
      ),
    ],
    ["generate,curl,plugin,beta", runsCode("project")],
    [
      "convert",
      asProgram(sources({ inputs: "--from", outputs: "--to", flags: `${STYLE} --validate` })),
    ],
    ["help,completion,registry whoami", readOnlyVerb(flags(STYLE), taking("-o --output"))],
    ["dep update,dep prune,mod update,mod prune", installs()],
    ["config init", { effects: () => [writes(literal("buf.yaml"), "create")] }],
    ["export", both(asksAccount(), runsCode("project"))],
    ["push", publishes("package", "buf.build")],
    ["registry", both(asksAccount(), deploys("registry"))],
  ),
});
