// npm-run-all, run-s, run-p and concurrently: several scripts of package.json, or commands, in one call.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { runsFrom, runsScripts } from "../projects/project-scripts.ts";
import { saysSo } from "../projects/releases.ts";

/** Options of concurrently with a value in the next word. */
const TAKING =
  /^(?:-n|--names|--name-separator|-c|--prefix-colors|-p|--prefix|-l|--prefix-length|-t|--timestamp-format|-m|--max-processes|-s|--success|--kill-signal|--restart-tries|--restart-after|--teardown|--default-input-target|--cwd)$/;

export const npmRunAll: CommandModel = command({
  names: ["npm-run-all", "npm-run-all2", "run-s", "run-p", "concurrently", "conc"],
  own: "words are scripts with options of their own",
  options: {},
  effects: ({ name, args }, context) => {
    const words = operands(args);
    if (words.length === 0) return [];
    const isCommands = name.startsWith("conc");
    const scripts = words.flatMap((word) => {
      const text = textOf(word) ?? "";
      if (!isCommands) return [text.split(/\s/)[0] ?? ""];
      return /^(?:npm|yarn|pnpm|bun):/.test(text)
        ? [text.replace(/^\w+:/, "").split(/\s/)[0] ?? ""]
        : [];
    });
    const commands = isCommands
      ? words.filter((word) => !/^(?:npm|yarn|pnpm|bun):/.test(textOf(word) ?? ""))
      : [];
    return [
      runsFrom(name),
      ...saysSo(scripts),
      ...runsScripts(
        { program: name, file: "package.json", directory: undefined, names: scripts, args: [] },
        context,
      ),
      ...commands.map(
        (text): Consequence => ({ kind: "script", texts: [text], positional: [], isCovered: true }),
      ),
    ];
  },
});

function operands(args: readonly Text[]): readonly Text[] {
  const found: Text[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const text = textOf(args[at] ?? []) ?? "";
    if (TAKING.test(text)) at += 1;
    else if (!text.startsWith("-")) found.push(args[at] ?? literal(""));
  }
  return found;
}
