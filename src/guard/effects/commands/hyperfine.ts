// hyperfine: times commands, each through a shell, with values of lists in them.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { replaceIn } from "../../shell/values/text-changes.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
} from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, isFile, madeOf, runsInShell } from "../model/filter.ts";
import { ABOUT, flags, taking, takingWords } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

/** Values of one list that are followed. */
const VALUES_MAX = 8;

type Varied = { readonly name: string; readonly values: readonly string[] };

export const hyperfine: CommandModel = command({
  names: ["hyperfine"],
  options: {
    also: taking("-p --prepare -s --setup -c --cleanup --conclude --reference"),
    shell: taking("-S --shell"),
    input: taking("--input"),
    output: taking("--output"),
    exported: role(
      "output",
      taking("--export-asciidoc --export-csv --export-json --export-markdown --export-orgmode"),
    ),
    list: takingWords(2, "-L --parameter-list"),
    scan: takingWords(3, "-P --parameter-scan"),
    choice: taking(
      "-w --warmup -m --min-runs -M --max-runs -r --runs --style --sort -u --time-unit -n --command-name --min-benchmarking-time --reference-name -D --parameter-step-size",
    ),
    style: flags("-N -i --ignore-failure --show-output -h -V"),
    about: ABOUT,
  },
  effects: ({ operands, values, has, stdin }, context) => {
    if (has("about")) return [];
    const { lists, isKnown } = listsOf(values);
    const plain = /^(?:default|none|(?:\/bin\/|\/usr\/bin\/)?(?:ba|da|z)?sh)$/;
    const isPlain = values("shell").every((shell) => plain.test(textOf(shell) ?? ""));
    const inputs = values("input").filter((path) => isFile(path) && textOf(path) !== "null");
    const texts = inputs.length === 0 ? stdin : inputs.flatMap((path) => context.contentOf(path));
    const outputs = values("output").filter(
      (path) => !/^(?:null|pipe|inherit)$/.test(textOf(path) ?? ""),
    );
    return [
      ...(isKnown
        ? []
        : [cannotTell("dynamic-code", "values that `hyperfine` puts into commands")]),
      ...inputs.map((path) => reads(path)),
      ...outputs.map((path) => writes(path, "create")),
      ...(isPlain
        ? []
        : [cannotTell("dynamic-command", "a shell that `hyperfine` is told to use")]),
      ...[...operands, ...values("also")]
        .flatMap((text) => variants(text, lists))
        .map((text): Consequence => runsInShell(text, texts)),
      prints(madeOf([])),
    ];
  },
});

/** The lists whose values are put into the commands, and whether that is all of them. */
function listsOf(values: Invocation["values"]): {
  readonly lists: readonly Varied[];
  readonly isKnown: boolean;
} {
  const given = [
    ...groups(values("list"), 2).map(([name, list]) => ({ name, values: list?.split(",") })),
    // Of a scan the first number stands for all.
    ...groups(values("scan"), 3).map(([name, from]) => ({
      name,
      values: from === undefined ? undefined : [from],
    })),
  ];
  const lists = given.flatMap(({ name, values: list }) =>
    name === undefined || list === undefined || list.length > VALUES_MAX
      ? []
      : [{ name, values: list }],
  );
  return { lists, isKnown: lists.length === given.length };
}

function groups(
  words: readonly Text[],
  size: number,
): readonly (readonly (string | undefined)[])[] {
  const texts = words.map((word) => textOf(word));
  return texts.flatMap((_, at) => (at % size === 0 ? [texts.slice(at, at + size)] : []));
}

/** The command with each value of each list in the place of `{name}`. */
function variants(text: Text, lists: readonly Varied[]): readonly Text[] {
  return lists.reduce<readonly Text[]>(
    (texts, { name, values }) =>
      texts.flatMap((one) =>
        values.slice(0, VALUES_MAX).map((value) => replaceIn(one, `{${name}}`, literal(value))),
      ),
    [text],
  );
}
