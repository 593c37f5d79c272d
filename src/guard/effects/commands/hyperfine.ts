// hyperfine: times commands, each through a shell, with values of lists in them.
import { literal, replaceIn, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  prints,
  reads,
  writes,
} from "../model/command-model.ts";
import { cannotTell, isFile, madeOf, runsInShell } from "../model/filter.ts";
import { ABOUT, flags, taking } from "../model/option-list.ts";
import { runModel } from "../model/verbs.ts";

/** Values of one list that are followed. */
const VALUES_MAX = 8;

type Varied = { readonly name: string; readonly values: readonly string[] };

/** The program with its lists taken out of the call. */
function timing(lists: readonly Varied[]): CommandModel {
  return command({
    names: ["hyperfine"],
    options: {
      also: taking("-p --prepare -s --setup -c --cleanup --conclude --reference"),
      shell: taking("-S --shell"),
      input: taking("--input"),
      output: taking("--output"),
      exported: taking(
        "--export-asciidoc --export-csv --export-json --export-markdown --export-orgmode",
      ),
      choice: taking(
        "-w --warmup -m --min-runs -M --max-runs -r --runs --style --sort -u --time-unit -n --command-name --min-benchmarking-time --reference-name -D --parameter-step-size",
      ),
      style: flags("-N -i --ignore-failure --show-output -h -V"),
      about: ABOUT,
    },
    effects: ({ operands, values, has, stdin }, context) => {
      if (has("about")) return [];
      const plain = /^(?:default|none|(?:\/bin\/|\/usr\/bin\/)?(?:ba|da|z)?sh)$/;
      const isPlain = values("shell").every((shell) => plain.test(textOf(shell) ?? ""));
      const inputs = values("input").filter((path) => isFile(path) && textOf(path) !== "null");
      const texts = inputs.length === 0 ? stdin : inputs.flatMap((path) => context.contentOf(path));
      const outputs = values("output").filter(
        (path) => !/^(?:null|pipe|inherit)$/.test(textOf(path) ?? ""),
      );
      return [
        ...inputs.map((path) => reads(path)),
        ...[...values("exported"), ...outputs].map((path) => writes(path, "create")),
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

export const hyperfine: CommandModel = command({
  names: ["hyperfine"],
  optionsEnd: "own",
  options: {},
  effects: ({ name, args, stdin }, context) => {
    const rest: Text[] = [];
    const lists: Varied[] = [];
    const found: Consequence[] = [];
    for (let at = 0; at < args.length; at += 1) {
      const option = textOf(args[at] ?? []) ?? "";
      const isScan = /^(?:-P|--parameter-scan)$/.test(option);
      if (!isScan && !/^(?:-L|--parameter-list)$/.test(option)) {
        rest.push(args[at] ?? []);
        continue;
      }
      const variable = textOf(args[at + 1] ?? []);
      const list = textOf(args[at + 2] ?? []);
      const values = isScan ? [list] : (list?.split(",") ?? [undefined]);
      if (variable === undefined || values.includes(undefined) || values.length > VALUES_MAX)
        found.push(cannotTell("dynamic-code", "values that `hyperfine` puts into commands"));
      else lists.push({ name: variable, values: values.filter((one) => one !== undefined) });
      at += isScan ? 3 : 2;
    }
    return [...found, ...runModel(timing(lists), { name, args: rest, stdin }, context)];
  },
});
