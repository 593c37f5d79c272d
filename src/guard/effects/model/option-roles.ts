// What the value of an option stands for, declared where the option is: the effects follow from it wherever the option stands, glued, in a cluster, or in front of the verb.
import { keptFor } from "#base/lazily.ts";
import { dropKnown, knownPrefix, type Text } from "../../shell/values/text.ts";
import type { Consequence, Invocation, OptionSpec, ValueRole } from "./command-model.ts";
import { reads, usesKey, writes } from "./consequences.ts";
import { isFile } from "./filter.ts";
import { shellRuns } from "./shell-code.ts";

/** The same option, whose value stands for this: `role("output", taking("-o --output"))`. */
export function role(value: ValueRole, spec: OptionSpec): OptionSpec {
  return {
    value: spec.value,
    ...(spec.words === undefined ? {} : { words: spec.words }),
    role: value,
    // WHY: the lists are taken apart at the first call.
    get names() {
      return spec.names;
    },
  };
}

/** What follows of a value by what it stands for; `-` is a file of none of them. */
const EFFECTS: Readonly<Record<ValueRole, (value: Text) => readonly Consequence[]>> = {
  input: (path) => (isFile(path) ? [reads(path)] : []),
  "input tree": (path) => (isFile(path) ? [reads(path, "tree")] : []),
  "named input tree": (path) => (isFile(path) ? [reads(behindName(path), "tree")] : []),
  output: (path) => (isFile(path) ? [writes(path, "create")] : []),
  "output tree": (path) => (isFile(path) ? [writes(path, "create", { reach: "tree" })] : []),
  log: (path) => (isFile(path) ? [writes(path, "append")] : []),
  key: (path) => (isFile(path) ? [usesKey(path)] : []),
  "shell code": (text) => shellRuns([text]),
  program: (word) => [{ kind: "run", argv: [word], stdin: undefined }],
  url: (url) => [{ kind: "contacts", url, carries: [{ kind: "argument" }] }],
};

/** What follows from the options of a call alone, by what their values stand for. An option without a value has none. */
export function roleEffects(
  options: Options,
  { values }: Pick<Invocation, "values">,
): readonly Consequence[] {
  return rolesOf(options).flatMap(([key, one]) =>
    values(key)
      .filter((value, at) => value.length > 0 && isLast(at, options[key]?.words))
      .flatMap((value) => [value, ...withoutSign(value)])
      .flatMap(EFFECTS[one]),
  );
}

/** The file of `name=file`. */
function behindName(value: Text): Text {
  return dropKnown(value, /^[\w.-]+=/.exec(knownPrefix(value))?.[0].length ?? 0);
}

/** Programs in Go and Rust take `-o=file` for `-o file`, others for a file with a sign in its name: it may be either. */
function withoutSign(value: Text): readonly Text[] {
  return /^=./.test(knownPrefix(value)) ? [dropKnown(value, 1)] : [];
}

/** Of several values the last one stands for something: `--slurpfile name file`. */
function isLast(at: number, words: OptionSpec["words"]): boolean {
  return typeof words !== "number" || at % words === words - 1;
}

type Options = Readonly<Record<string, OptionSpec>>;

/** WHY kept: the options of a program never change, and most have none that stand for anything. */
const rolesOf = keptFor((options: Options): readonly (readonly [string, ValueRole])[] =>
  Object.entries(options).flatMap(([key, spec]) =>
    spec.role === undefined ? [] : [[key, spec.role] as const],
  ),
);
