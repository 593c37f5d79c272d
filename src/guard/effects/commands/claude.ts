// claude: a session of the client inside the session; options that leave out what judges its calls are tampering.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { flags, taking } from "../model/option-list.ts";
import { namedFiles, toAccount } from "../model/verbs.ts";

const TAMPERS: Consequence = {
  kind: "effect",
  effect: { kind: "tamper", control: "client-settings", target: undefined },
};
/** Modes in which nobody is asked. */
const UNASKED = /^(?:bypassPermissions|auto|dontAsk)$/;
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
  // A session may do anything, whatever the other options say.
  hasOtherOptions: true,
  options: {
    // With these, hooks, rules or questions of the settings in force do not hold, or others are added.
    loose: flags(
      "--bare --safe-mode --dangerously-skip-permissions --allow-dangerously-skip-permissions",
    ),
    settings: taking(
      "--settings --setting-sources --plugin-dir --plugin-url --permission-prompt-tool --permission-prompts",
    ),
    mode: taking("--permission-mode"),
    about: flags("-v --version -h --help"),
  },
  effects: ({ args, has, values }, context) => {
    // WHY not the operands: the value of an option that no list has would be one.
    const [first = "", second = ""] = args.map((word) => textOf(word));
    if (args.length === 1 && (has("about") || first === "doctor")) return [];
    const looks = Object.hasOwn(CHANGING, first) ? CHANGING[first] : undefined;
    const isLoose =
      ["loose", "settings"].some(has) ||
      values("mode").some((mode) => UNASKED.test(textOf(mode) || "auto"));
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
