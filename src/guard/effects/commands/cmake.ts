// cmake, ctest and cpack: builds that the project describes, and file commands of their own (`cmake -E copy a b`).
import { hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { CommandModel, Consequence } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell } from "../model/filter.ts";
import { optionValues } from "../model/option-list.ts";
import { writesBelow } from "../model/output-options.ts";
import { projectProgram } from "../projects/project-program.ts";

const ASKS =
  /^(?:--version|-version|--help(?:-\w+)*(?:=.*)?|-h|-H|-help|--list-presets(?:=\w+)?|-N|--show-only(?:=.*)?)$/;

const builds = projectProgram({
  names: ["cmake", "ctest", "cpack"],
  isReadOnly: ({ words }) =>
    words.length > 0 &&
    words.every(
      (word, at) => ASKS.test(word ?? "") || words[at - 1]?.startsWith("--help-") === true,
    ),
  more: ({ args, words }) => [
    ...optionValues(args, "-P", "-C", "--toolchain").map((path) => reads(path)),
    ...optionValues(args, "-B", "--graphviz", "--output-log").map((path) =>
      writes(path, "create", { reach: "tree" }),
    ),
    ...(words.includes("--install") ? installed(args) : []),
  ],
});

/** Files go where the option says, or where all programs of the machine are. */
function installed(args: readonly Text[]): readonly Consequence[] {
  const named = optionValues(args, "--prefix");
  return (named.length > 0 ? named : [literal("/usr/local")]).map((path) => writesBelow(path));
}

/** Commands of `cmake -E` that do what a well-known program does, and its words. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  capabilities: ["true"],
  cat: ["cat", "--"],
  chdir: ["env", "-C"],
  compare_files: ["cmp", "-s"],
  copy: ["cp", "-r"],
  copy_directory: ["cp", "-r"],
  copy_directory_if_different: ["cp", "-r"],
  copy_if_different: ["cp", "-r"],
  create_hardlink: ["ln", "-f"],
  create_symlink: ["ln", "-sfn"],
  echo: ["echo"],
  echo_append: ["echo", "-n"],
  env: ["env"],
  environment: ["env"],
  false: ["false"],
  make_directory: ["mkdir", "-p"],
  md5sum: ["md5sum"],
  remove: ["rm", "-f"],
  remove_directory: ["rm", "-rf"],
  rename: ["mv"],
  rm: ["rm"],
  sha1sum: ["sha1sum"],
  sha224sum: ["sha224sum"],
  sha256sum: ["sha256sum"],
  sha384sum: ["sha384sum"],
  sha512sum: ["sha512sum"],
  sleep: ["sleep"],
  tar: ["tar"],
  time: ["env"],
  touch: ["touch"],
  touch_nocreate: ["touch", "-c"],
  true: ["true"],
};

export const cmake: CommandModel = {
  ...builds,
  effects: (invocation, context) => {
    const { args, name } = invocation;
    if (name !== "cmake" || textOf(args[0] ?? []) !== "-E")
      return builds.effects(invocation, context);
    const [, verb = [], ...words] = args;
    const known = textOf(verb) ?? "?";
    const same = Object.hasOwn(SAME, known) ? SAME[known] : undefined;
    if (same === undefined) return [cannotTell("unmodelled", "a command of `cmake -E`")];
    if (known === "capabilities") return [prints([[hole("unmodelled")]])];
    return [{ kind: "run", argv: [...same.map((word) => literal(word)), ...words] }];
  },
};
