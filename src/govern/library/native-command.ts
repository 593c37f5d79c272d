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
  /** One of these options must be in it, and more words may follow. */
  readonly options?: RegExp;
};

const FORCE = /^(?:-[a-zA-Z]*f[a-zA-Z]*|--force(?:-with-lease)?)$/;
const PIPED =
  /\|\s*(?:sudo\s+)?(?:ba|z|da|k)?sh\b|\|\s*(?:sudo\s+)?(?:python3?|node|perl|ruby|php)\b/;

const LOSES: Condition = { effects: ["history"], operations: ["reset", "discard"] };
const LOSING = "throwing away changes that are not saved elsewhere";

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
  { words: "git reset", options: /^--hard$/, conditions: [LOSES], meaning: LOSING },
  { words: "git reset", conditions: [LOSES], meaning: `moving a branch back, or ${LOSING}` },
  { words: "git checkout", options: /^--$/, conditions: [LOSES], meaning: LOSING },
  { words: "git clean", options: FORCE, conditions: [LOSES], meaning: LOSING },
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
  {
    words: "rm /",
    options: /^(?:-[a-zA-Z]*[rR][a-zA-Z]*|--recursive)$/,
    conditions: [{ effects: ["delete"], paths: ["/"] }],
    meaning: "deleting the whole machine",
  },
  ...["npm install", "pnpm install", "pip install", "poetry add"].map(
    (words): Entry => ({
      words,
      conditions: [{ effects: ["install"] }],
      meaning: "bringing code of others onto the machine",
    }),
  ),
  ...["shutdown", "reboot", "poweroff", "halt"].map(
    (words): Entry => ({
      words,
      conditions: [{ effects: ["deploy"], operations: ["power-off"] }],
      meaning: "switching the machine off",
    }),
  ),
  ...["sudo", "su", "doas"].map(
    (words): Entry => ({
      words,
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
  const entry = pattern === undefined ? undefined : entryOf(pattern.words);
  if (pattern === undefined || entry === undefined) return undefined;
  // The command itself is meant too, also where no effect of that kind comes of it.
  const itself: Condition = { effects: ["execute"], commands: [{ ...pattern, exact: false }] };
  return { conditions: [...entry.conditions, itself], meaning: entry.meaning };
}

/** What allowing such command lines accepts because they are there for it: of a push no forced one, and never more rights. */
export function acceptedBy(words: readonly string[]): readonly Condition[] {
  const accepted = entryOf(words)?.conditions[0];
  return accepted === undefined || accepted.effects.includes("privilege") ? [] : [accepted];
}

function entryOf(words: readonly string[]): Entry | undefined {
  const operands = words.filter((word) => !word.startsWith("-")).join(" ");
  const options = words.filter((word) => word.startsWith("-"));
  return ENTRIES.find(({ words: wanted, options: wantedOption }) => {
    if (wantedOption === undefined) return operands === wanted && options.length === 0;
    const begins = operands === wanted || operands.startsWith(`${wanted} `);
    return begins && options.some((option) => wantedOption.test(option));
  });
}
