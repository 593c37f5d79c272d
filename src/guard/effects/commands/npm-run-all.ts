// npm-run-all, run-s, run-p and concurrently: several scripts of package.json, or commands, in one call.
import { type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { runsFrom, runsScripts } from "../projects/project-scripts.ts";
import { saysSo } from "../projects/releases.ts";

export const npmRunAll: CommandModel = command({
  names: ["npm-run-all", "npm-run-all2", "run-s", "run-p"],
  // Scripts of the project run, whatever their options say.
  hasOtherOptions: true,
  options: {
    style: flags(
      "-p --parallel -s --sequential --serial -c --continue-on-error -l --print-label -n --print-name -r --race --silent --aggregate-output",
    ),
    choice: taking("--max-parallel"),
    manager: role("program", taking("--npm-path")),
  },
  effects: ({ name, operands }, context) =>
    operands.length === 0
      ? []
      : runs(
          name,
          operands.map((word) => nameIn(textOf(word) ?? "")),
          context,
        ),
});

export const concurrently: CommandModel = command({
  names: ["concurrently", "conc"],
  hasOtherOptions: true,
  options: {
    last: role("shell code", taking("--teardown")),
    style: flags("-k --kill-others --kill-others-on-fail -r --raw --no-color -g --group --timings"),
    choice: taking(
      "-n --names --name-separator -c --prefix-colors -p --prefix -l --prefix-length -t --timestamp-format -m --max-processes -s --success --kill-signal --restart-tries --restart-after --default-input-target --cwd",
    ),
  },
  effects: ({ name, operands }, context) => {
    if (operands.length === 0) return [];
    const isScript = (word: Text): boolean => OF_MANAGER.test(textOf(word) ?? "");
    return [
      ...runs(
        name,
        operands
          .filter(isScript)
          .map((word) => nameIn((textOf(word) ?? "").replace(OF_MANAGER, ""))),
        context,
      ),
      ...operands
        .filter((word) => !isScript(word))
        .map(
          (text): Consequence => ({
            kind: "script",
            texts: [text],
            positional: [],
            isCovered: true,
          }),
        ),
    ];
  },
});

/** `npm:build` stands for a script of the project. */
const OF_MANAGER = /^(?:npm|yarn|pnpm|bun):/;

/** The name of a script, which words that are given to it may follow. */
function nameIn(text: string): string {
  return text.split(/\s/)[0] ?? "";
}

function runs(
  name: string,
  scripts: readonly string[],
  context: ModelContext,
): readonly Consequence[] {
  return [
    runsFrom(name),
    ...saysSo(scripts),
    ...runsScripts(
      { program: name, file: "package.json", directory: undefined, names: scripts, args: [] },
      context,
    ),
  ];
}
