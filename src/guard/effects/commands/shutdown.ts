// shutdown and its relatives: the machine goes off.
import { textOf } from "../../shell/values/text.ts";
import { command } from "../model/command-model.ts";
import { effect } from "../model/verbs.ts";

export const shutdown = command({
  names: ["shutdown", "reboot", "halt", "poweroff", "init", "telinit"],
  optionsEnd: "expression",
  options: {},
  effects: ({ args }) => {
    const words = args.map((word) => textOf(word));
    if (words.length === 1 && /^(--help|--version|-c|--show)$/.test(words[0] ?? "")) return [];
    return [effect<"deploy">({ kind: "deploy", system: "machine", operation: "power-off" })];
  },
});
