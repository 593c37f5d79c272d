// Programs that read the files they are given and write those they are told to, declared by what their words mean.
import { EMPTY, knownPrefix, type Text, textOf } from "../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
  type OptionSpec,
  prints,
  reads,
  writes,
} from "./command-model.ts";
import { cannotTell, isFile, madeOf } from "./filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "./option-list.ts";

/** Lists of options are lines of spellings. What no list has is `unknown`, as for every program. */
export type FileProgram = {
  readonly names: readonly string[];
  /** Options without a value, with one, and with a glued one or none. */
  readonly flags?: string;
  readonly choices?: string;
  readonly glued?: string;
  /** Options whose value is a file that is read, a tree that is read, or a file that is written. */
  readonly inputs?: string;
  readonly trees?: string;
  readonly outputs?: string;
  /** Options that make it run code that the call names, or that a file of the project holds. */
  readonly runs?: string;
  /** Flags that make it change the files it is given. */
  readonly inPlace?: string;
  /**
   * What the operands are. `inputs`: files that are read. `after-first`: the first one is data, then inputs. `trees`:
   * files and directories, the working directory without any. `after-first-trees`: both. `last-written`: the last of
   * several is written. `changed`: files that are rewritten. `words`: no files.
   */
  readonly operands:
    | "inputs"
    | "after-first"
    | "trees"
    | "after-first-trees"
    | "last-written"
    | "changed"
    | "words";
  /** Options that give what is else the first operand. */
  readonly first?: string;
  /** What else follows. */
  readonly more?: (invocation: Invocation, context: ModelContext) => readonly Consequence[];
};

/** The model of such a program; what it prints is made of what it reads. */
export function fileProgram(spec: FileProgram): CommandModel {
  const lists: Readonly<Record<string, OptionSpec | undefined>> = {
    flags: listed(spec.flags, flags),
    choices: listed(spec.choices, taking),
    glued: listed(spec.glued, maybeTaking),
    inputs: listed(spec.inputs, taking),
    trees: listed(spec.trees, taking),
    outputs: listed(spec.outputs, taking),
    runs: listed(spec.runs, taking),
    inPlace: listed(spec.inPlace, flags),
    first: listed(spec.first, taking),
    about: ABOUT,
  };
  const options = Object.fromEntries(
    Object.entries(lists).flatMap(([key, option]) =>
      option === undefined ? [] : [[key, option] as const],
    ),
  );
  return command({
    names: spec.names,
    options,
    effects: (invocation, context) => {
      const { has, values, stdin } = invocation;
      const { read, written } = filesOf(spec, invocation);
      const trees = spec.operands === "trees" || spec.operands === "after-first-trees";
      const content = [...read.flatMap((path) => context.contentOf(path)), ...(stdin ?? EMPTY)];
      const isInPlace = has("inPlace") || spec.operands === "changed";
      return [
        ...[...read, ...values("inputs").filter(isFile)].flatMap((path) =>
          opens(path, trees ? "tree" : "entry"),
        ),
        ...values("trees").flatMap((path) => opens(path, "tree")),
        ...[...written, ...values("outputs")]
          .filter(isWritten)
          .map((path) => writes(path, "create", { content: madeOf(content) })),
        ...(isInPlace
          ? read.map((path) =>
              writes(path, "change", {
                content: madeOf(content),
                reach: trees && !context.isFile(path) ? "tree" : "entry",
              }),
            )
          : []),
        ...(has("runs")
          ? [cannotTell("dynamic-code", `code that an option makes \`${invocation.name}\` run`)]
          : []),
        ...(spec.more?.(invocation, context) ?? []),
        prints([[], ...madeOf(content)]),
      ];
    },
  });
}

function listed(
  line: string | undefined,
  make: (spellings: string) => OptionSpec,
): OptionSpec | undefined {
  return line === undefined ? undefined : make(line);
}

function filesOf(
  { operands: kind }: FileProgram,
  { operands, has, stdin }: Invocation,
): { readonly read: readonly Text[]; readonly written: readonly Text[] } {
  switch (kind) {
    case "inputs":
    case "changed":
      return { read: operands.filter(isFile), written: [] };
    case "after-first":
      return { read: (has("first") ? operands : operands.slice(1)).filter(isFile), written: [] };
    case "trees":
      return { read: operands.length > 0 ? operands.filter(isFile) : [HERE], written: [] };
    case "after-first-trees": {
      const named = has("first") ? operands : operands.slice(1);
      return { read: named.length > 0 || stdin !== undefined ? named : [HERE], written: [] };
    }
    case "last-written":
      return operands.length < 2
        ? { read: operands.filter(isFile), written: [] }
        : { read: operands.slice(0, -1).filter(isFile), written: operands.slice(-1) };
    case "words":
      return { read: [], written: [] };
    default:
      return kind satisfies never;
  }
}

const HERE: Text = [{ kind: "text", text: "." }];

/** A word that stands for the output is no file. */
function isWritten(path: Text): boolean {
  return !/^(?:-|stdout|\/dev\/stdout)$/.test(textOf(path) ?? "");
}

/** Reads a file, or gets it from a host where the word is an address. */
function opens(path: Text, reach: "entry" | "tree"): readonly Consequence[] {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(knownPrefix(path))
    ? [{ kind: "contacts", url: path, carries: [{ kind: "argument" }] }]
    : [reads(path, reach)];
}
