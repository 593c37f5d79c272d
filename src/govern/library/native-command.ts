// Command lines in the client's rules that stand for an effect: who denies `git push` means every way to push.
import type { Condition } from "#guard/policy/policy.ts";
import { parseCommandPattern } from "./command-pattern.ts";

/** Conditions of which one must hold, and what they come to in words. */
export type CommandMeaning = {
  readonly conditions: readonly Condition[];
  readonly meaning: string;
};

type Entry = CommandMeaning & {
  /** Words that a command line begins with, options left out. */
  readonly words: string;
  /** One of these options must be in it. */
  readonly options?: RegExp;
};

const FORCE = /^(?:-[a-zA-Z]*f[a-zA-Z]*|--force(?:-with-lease)?)$/;
const PIPED =
  /\|\s*(?:sudo\s+)?(?:ba|z|da|k)?sh\b|\|\s*(?:sudo\s+)?(?:python3?|node|perl|ruby|php)\b/;

const ENTRIES: readonly Entry[] = [
  {
    words: "git push",
    options: FORCE,
    conditions: [{ effects: ["history"], operations: ["force-push", "force-push-with-lease"] }],
    meaning: "replacing commits of a remote, however that is done",
  },
  {
    words: "git push",
    conditions: [
      { effects: ["publish"], operations: ["git"] },
      { effects: ["history"], operations: ["force-push", "force-push-with-lease", "delete-ref"] },
    ],
    meaning: "sending commits to a remote, however that is done",
  },
  {
    words: "git reset",
    options: /^--hard$/,
    conditions: [{ effects: ["history"], operations: ["reset", "discard"] }],
    meaning: "throwing away changes that are not saved elsewhere",
  },
  {
    words: "git rebase",
    conditions: [{ effects: ["history"], operations: ["rewrite"] }],
    meaning: "rewriting commits",
  },
  {
    words: "npm publish",
    conditions: [{ effects: ["publish"], operations: ["package"] }],
    meaning: "publishing a package",
  },
  {
    words: "gh release",
    conditions: [{ effects: ["publish"], operations: ["release"] }],
    meaning: "publishing a release",
  },
  ...["sudo", "su", "doas"].map(
    (program): Entry => ({
      words: program,
      conditions: [{ effects: ["privilege"] }],
      meaning: "gaining the rights of another user",
    }),
  ),
];

/** The effect that a command line of a restricting rule stands for; undefined where it stands for itself. */
export function nativeCommand(line: string): CommandMeaning | undefined {
  if (PIPED.test(line)) {
    return {
      conditions: [{ effects: ["execute"], origins: ["download"] }],
      meaning: "running code from the network without anybody having read it",
    };
  }
  const pattern = parseCommandPattern(line);
  if (pattern === undefined) return undefined;
  const operands = pattern.words.filter((word) => !word.startsWith("-"));
  const options = pattern.words.filter((word) => word.startsWith("-"));
  const entry = ENTRIES.find(
    (one) =>
      one.words === operands.join(" ") &&
      (one.options === undefined
        ? options.length === 0
        : options.some((option) => one.options?.test(option))),
  );
  if (entry === undefined) return undefined;
  // The command itself is meant too, also where no effect of that kind comes of it.
  const itself: Condition = { effects: ["execute"], commands: [{ ...pattern, exact: false }] };
  return { conditions: [...entry.conditions, itself], meaning: entry.meaning };
}
