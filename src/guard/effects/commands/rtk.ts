// rtk: runs other programs and shortens what they print; reads files in the same way, and sets itself up as a hook.
import { hole, literal, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { shellRuns } from "../model/shell-code.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** Its own verbs that show what it saved, or what it would do: https://github.com/rtk-ai/rtk */
const LOOKS = /^(?:gain|discover|session|cc-economics|verify|rewrite|learn|help|hook-audit)$/;
/** Verbs that take one file and show it in short. */
const SHOWS = /^(?:read|smart|json|log)$/;
/** Verbs that hand their words to a shell. */
const IN_SHELL = /^(?:err|test|summary|proxy|run)$/;
/** Verbs that are called otherwise than the program behind them. */
const BEHIND: Readonly<Record<string, readonly string[]>> = {
  grep: ["rg"],
  lint: ["npx", "eslint"],
  tsc: ["npx", "tsc"],
  vitest: ["npx", "vitest"],
  jest: ["npx", "jest"],
  prettier: ["npx", "prettier"],
  playwright: ["npx", "playwright"],
  prisma: ["npx", "prisma"],
  next: ["npx", "next"],
};
/** How much of a file is shown. */
const SHOWN = { choice: taking("-l --level -m --max-lines --tail-lines -d --depth") };

export const rtk: CommandModel = command({
  names: ["rtk"],
  optionsEnd: "first-operand",
  options: {
    style: flags("-v --verbose -u --ultra-compact --skip-env"),
    about: flags("--version -V --help -h"),
  },
  effects: ({ name, operands, stdin }, { home }): readonly Consequence[] => {
    const [first, ...words] = operands;
    if (first === undefined) return [];
    const verb = textOf(first);
    if (verb === undefined) return [runsFrom("rtk", "inline")];
    const shown = prints([[hole("unmodelled")]]);
    if (LOOKS.test(verb)) return [shown];
    if (SHOWS.test(verb)) {
      const call = { options: SHOWN, optionsEnd: "anywhere" } as const;
      const files = parseInvocation(call, name, words, stdin).operands;
      return [...files.map((path) => reads(path)), shown];
    }
    if (IN_SHELL.test(verb)) return shellRuns([joined(words)]);
    switch (verb) {
      case "init":
        // Its hook, and what it tells the agent.
        return [".claude/settings.json", ".claude/CLAUDE.md"].map((name) =>
          writes(literal(`${home}/${name}`)),
        );
      case "config":
      case "trust":
      case "untrust":
      case "telemetry":
        return [
          shown,
          ...(words.length > 0 || verb !== "config"
            ? [writes(literal(`${home}/.config/rtk/config.toml`))]
            : []),
        ];
      case "env":
        return [{ kind: "run", argv: [literal("env")] }];
      case "deps":
        return [shown];
      case "find":
        // The short form takes a pattern first; only find's own words do more than list.
        return words.some((word) => (textOf(word) ?? "-").startsWith("-"))
          ? [{ kind: "run", argv: [literal("find"), ...words] }]
          : [shown];
      default:
        return [{ kind: "run", argv: [...(BEHIND[verb] ?? [verb]).map(literal), ...words] }];
    }
  },
});

function joined(words: readonly Text[]): Text {
  return words.flatMap((word, at): Text => (at === 0 ? word : [...literal(" "), ...word]));
}
