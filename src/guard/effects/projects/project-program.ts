// Programs that load settings, plugins or tests of the project and run them: what else their words say is noted beside.
import {
  EMPTY,
  knownPrefix,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { prints, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { runsAddress } from "../programs/interpreters.ts";
import { obeysNetwork } from "../languages/heuristics/remote-control.ts";
import { runsFrom } from "./project-scripts.ts";
import { releasesByName } from "./releases.ts";
import { writesElsewhere } from "../model/output-options.ts";
import { namedFiles } from "../model/verbs.ts";

const ABOUT_ITSELF = /^(?:--version|-V|--help)$/;

/** A call of such a program; a word that is not known is undefined. */
export type ProjectCall = {
  readonly name: string;
  readonly args: readonly Text[];
  readonly words: readonly (string | undefined)[];
  readonly stdin?: TextSet | undefined;
};

/** The model of programs that run code of the project, whatever their options say. */
export function projectProgram(spec: {
  readonly names: readonly string[];
  /** Calls that run no code of the project; only files that are named are read. */
  readonly isReadOnly?: (call: ProjectCall) => boolean;
  /** What else follows from the words. */
  readonly more?: (call: ProjectCall, context: ModelContext) => readonly Consequence[];
}): CommandModel {
  return command({
    names: spec.names,
    optionsEnd: "expression",
    options: {},
    effects: ({ args, name, stdin }, context) => {
      const words = args.map((word) => textOf(word));
      if (words.length === 1 && ABOUT_ITSELF.test(words[0] ?? "")) return [];
      const call = { name, args, words, stdin };
      const opened = namedFiles(args, context);
      if (!words.includes(undefined) && spec.isReadOnly?.(call) === true)
        return [...opened, prints(madeOf(EMPTY))];
      return [
        runsFrom(name, isFetched(call, context) ? "download" : "project"),
        ...opened,
        ...writesElsewhere(args),
        ...releasesByName(name, words),
        ...(spec.more?.(call, context) ?? []),
      ];
    },
  });
}

/** Whether what runs comes from the network: an address is named, or the file that says what runs was fetched. */
function isFetched({ name, args, words }: ProjectCall, context: ModelContext): boolean {
  return (
    runsAddress(name, words) ||
    words.some((word) => word !== undefined && obeysNetwork(word)) ||
    args.some(
      (word, at) =>
        /^(?:-f|--file|--rakefile|--gulpfile|--gruntfile|-buildfile)$/.test(words[at - 1] ?? "") &&
        sourcesOf(context.contentOf(word)).some(({ kind }) => kind === "network"),
    )
  );
}

/** The words that are no options. */
export function operandsOf(words: readonly (string | undefined)[]): readonly string[] {
  return words.flatMap((word) => (word === undefined || word.startsWith("-") ? [] : [word]));
}

/** What is built in a folder that is named by its place outside of the working directory is changed there. */
export function builtElsewhere(directory: Text | undefined): readonly Consequence[] {
  return directory !== undefined && /^(?:\/|~)/.test(knownPrefix(directory))
    ? [writes(directory, "create", { reach: "tree" })]
    : [];
}
