// What must hold of the guard whatever the command, as properties that the suite runs briefly and a night runs long.
import fc from "fast-check";
import { COMMAND_CHARS_MAX } from "#base/limits.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import { anyText, dangerous, fragment, repeated } from "./commands.ts";
import { disguised, wrapped } from "./forms.ts";
import { decisionOn, type Dialect, isStricterOrEqual, weighedOnce } from "./judged.ts";

/** What a run of a property is to do. `onCase` is told the text of every case. */
export type Options = {
  readonly numRuns: number;
  readonly seed: number;
  readonly onCase?: (text: string) => void;
};

/** A property, what share of all cases goes to it, and how it is run: it throws seed and shrunk counterexample. */
export type Property = {
  readonly share: number;
  /** What it is tried with, for the page. */
  readonly tries: string;
  readonly run: (options: Options) => void;
};

/**
 * Processor time of one evaluation: what the longest text takes on a slow machine, less for shorter ones, and never less
 * than all the steps that any text may take.
 */
const JUDGING_CPU_MS_MAX = 2_000;
const JUDGING_CPU_MS_LEAST = 1_500;
const STEPS_SEEN_MAX = 25_000;

/** Between commands that both run, or of which the second runs when the first did or did not succeed. */
const BETWEEN = ["; ", "\n", " && ", " || ", " & ", " &\n", "\n\n# a comment\n"] as const;

const followed = fc.tuple(
  fc.oneof(fragment, dangerous),
  fc.array(fc.tuple(fc.constantFrom(...BETWEEN), fc.oneof(fragment, dangerous)), {
    minLength: 1,
    maxLength: 4,
  }),
);

export const PROPERTIES: Readonly<Record<string, Property>> = {
  "wrapping never loosens the verdict": {
    share: 0.35,
    tries:
      "a command that is denied or asked about, inside up to three forms that run it, judged in bash, zsh and a dialect that is not known. Nineteen in twenty cases are two or three deep.",
    run: checked(
      wrapped,
      ({ text }) => text,
      ({ command, dialect, text }) =>
        isStricterOrEqual(decisionOn(text, { dialect }).verdict, plainVerdict(command, dialect)),
    ),
  },
  "writing it otherwise never loosens the verdict": {
    share: 0.25,
    tries:
      "the words of such a command quoted, escaped, put together, substituted, spaced, continued, commented, or reached through variables, arrays and positional parameters.",
    run: checked(
      disguised,
      ({ text }) => text,
      ({ words, text }) =>
        isStricterOrEqual(decisionOn(text).verdict, plainVerdict(words.join(" "), "bash")),
    ),
  },
  "more commands never take an effect away": {
    share: 0.15,
    tries:
      "a command, followed by one to four others on the same or further lines, also by such as change directory, leave the shell, or give its name another meaning. Every effect of the first alone must be an effect of all.",
    run: checked(followed, joined, (all) => {
      // The first command runs unchanged whatever follows it.
      const effects = effectsOf(joined(all));
      return [...effectsOf(all[0])].every((effect) => effects.has(effect));
    }),
  },
  "any text gets a decision with a reason": {
    share: 0.23,
    tries:
      "bits of shell in any order, any characters and any bytes. It must not throw, and must say why.",
    run: checked(
      fc.tuple(anyText, fc.constantFrom<Dialect>("bash", "zsh", "unknown")),
      ([text]) => text,
      ([text, dialect]) => decisionOn(text, { dialect }).reasons.length > 0,
    ),
  },
  "judging takes bounded steps and time": {
    share: 0.02,
    tries:
      "a piece of such text up to 3000 times, or one command with up to 1900 different options and words. Steps are bounded, and processor time by a line through that of the longest text.",
    run: checked(
      repeated,
      (text) => text,
      // Again before it counts, for a machine may be busy once.
      (text) => isJudgedInTime(text) || isJudgedInTime(text),
    ),
  },
};

function checked<Input>(
  inputs: fc.Arbitrary<Input>,
  textOf: (input: Input) => string,
  holds: (input: Input) => boolean,
): Property["run"] {
  return ({ onCase, ...options }) => {
    fc.assert(
      fc.property(inputs, (input) => {
        onCase?.(textOf(input));
        return holds(input);
      }),
      options,
    );
  };
}

/** Verdicts of commands as they are, which do not change. */
const plainVerdicts = new Map<string, Verdict>();

function plainVerdict(command: string, dialect: Dialect): Verdict {
  const key = `${dialect} ${command}`;
  const verdict = plainVerdicts.get(key) ?? decisionOn(command, { dialect }).verdict;
  plainVerdicts.set(key, verdict);
  return verdict;
}

function joined([first, rest]: readonly [string, readonly (readonly [string, string])[]]): string {
  return `${first}${rest.map(([between, command]) => `${between}${command}`).join("")}`;
}

function effectsOf(command: string): Set<string> {
  return new Set(
    decisionOn(command).effects.map((effect) => JSON.stringify({ ...effect, at: undefined })),
  );
}

function isJudgedInTime(text: string): boolean {
  const before = process.cpuUsage();
  const { steps } = weighedOnce(text);
  const { user, system } = process.cpuUsage(before);
  const length = Math.min(text.length, COMMAND_CHARS_MAX);
  const most = Math.max(JUDGING_CPU_MS_LEAST, (JUDGING_CPU_MS_MAX * length) / COMMAND_CHARS_MAX);
  return steps < STEPS_SEEN_MAX && (user + system) / 1_000 < most;
}
