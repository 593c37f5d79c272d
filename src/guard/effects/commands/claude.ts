// claude: a session of the client inside the session; options that leave out what judges its calls are tampering.
import { knownPrefix, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { namedFiles, toAccount } from "../model/verbs.ts";

const TAMPERS: Consequence = {
  kind: "effect",
  effect: { kind: "tamper", control: "client-settings", target: undefined },
};
/** Options with which hooks, rules or questions of the settings in force do not hold, or others are added. */
const LOOSENING =
  /^--(?:bare|safe-mode|settings|setting-sources|plugin-dir|plugin-url|dangerously-skip-permissions|allow-dangerously-skip-permissions|permission-prompt-tool|permission-prompts)(?:=|$)/;
const MODE = /^--permission-mode(?:=|$)/;
/** Modes in which nobody is asked. */
const UNASKED = /^(?:bypassPermissions|auto|dontAsk)$/;
const ABOUT = /^(?:-v|--version|-h|--help|doctor)$/;
/** Subcommands that change what runs in sessions. */
const CHANGING: Readonly<Record<string, RegExp>> = {
  plugin: /^(?:list|validate)$/,
  plugins: /^(?:list|validate)$/,
  mcp: /^(?:list|get)$/,
  config: /^(?:list|get|ls)$/,
  install: /^$/,
  update: /^$/,
  upgrade: /^$/,
  "setup-token": /^$/,
};

export const claude: CommandModel = command({
  names: ["claude"],
  own: "whole lines are matched",
  options: {},
  effects: ({ args }, context) => {
    const words = args.map((word) => textOf(word));
    const [first = "", second = ""] = words;
    if (words.length === 1 && ABOUT.test(first)) return [];
    const looks = Object.hasOwn(CHANGING, first) ? CHANGING[first] : undefined;
    const isLoose = args.some((word, at) => {
      const start = knownPrefix(word);
      const mode = start.includes("=") ? start.slice(start.indexOf("=") + 1) : words[at + 1];
      return (
        LOOSENING.test(start) || (MODE.test(start) && (mode === undefined || UNASKED.test(mode)))
      );
    });
    const isElsewhere = (context.variable("CLAUDE_CONFIG_DIR") ?? []).some(
      (value) => textOf(value) !== `${context.home}/.claude` && value.length > 0,
    );
    const isChanging = looks !== undefined && !looks.test(second);
    return [
      ...(isLoose || isElsewhere || isChanging ? [TAMPERS] : []),
      ...namedFiles(args, context),
      ...(looks === undefined || isChanging ? [RUNS, toAccount([{ kind: "unknown" }])] : []),
    ];
  },
});

/** WHY: what the model of a session decides to do is not in the command. */
const RUNS: Consequence = {
  kind: "effect",
  effect: { kind: "execute", program: "claude", origin: "unknown", reach: "unbounded" },
};
