// Why the simulator is stricter than the client where it is: every difference belongs to one of these.
import type { Pair } from "./client-verdicts.ts";

/** A class of differences. */
export type Limit = {
  readonly what: string;
  readonly reason: string;
  readonly holds: (pair: Pair) => boolean;
};

const asksBecause =
  (why: RegExp) =>
  ({ ours }: Pair): boolean =>
    // WHY a refusal as well: the mode `dontAsk` makes one of each question.
    ours.rule === undefined && ours.verdict !== "allow" && why.test(ours.why.split(";")[0] ?? "");

/** In the order in which they are tried. */
export const limits: readonly Limit[] = [
  {
    what: "Harmless forms that were not measured",
    reason:
      "The client runs many commands unasked and knows their options. Only forms that were seen to run are taken for harmless; an option or a subcommand that nobody tried is asked about.",
    holds: asksBecause(/^no rule allows a part of it/),
  },
  {
    what: "Constructs that the client sometimes looks into",
    reason:
      "What makes the client give up (a variable, a substitution, a group) is taken to do so in every place, since the places where it does not are exceptions without a pattern.",
    holds: asksBecause(
      /^it cannot be checked|cannot be checked$|starts programs$|not certain$|background$/,
    ),
  },
  {
    what: "Removals in parts that may not run",
    reason:
      "The client does not look for a removal of the whole project in functions, in `case` and beside unknown variables. The simulator does.",
    holds: asksBecause(/far too much/),
  },
  {
    what: "Paths behind a change of directory, and paths of options",
    reason:
      "Which words of a program are paths is known for the common forms. Where a word could be one, it is held against the rules.",
    holds: asksBecause(/path|directory|file|options of/),
  },
  {
    what: "Deny rules in places that the client reads in its own way",
    reason:
      "In broken commands, behind wrappers and around redirections the client matches some forms and not others. The simulator looks for a denied command in all of them, and at every path.",
    holds: ({ ours }) => ours.verdict === "deny" && ours.rule?.list === "deny",
  },
  {
    what: "Other tools without a rule",
    reason:
      "Tools that the client allows in some modes or for some inputs, such as hosts that it trusts by itself, are asked about.",
    holds: asksBecause(/^no rule (?:speaks of the call|allows the path)/),
  },
  {
    what: "Rules that ask",
    reason: "An ask rule is taken to hold in every form in which a deny rule holds.",
    holds: ({ ours }) => ours.rule?.list === "ask",
  },
];

/** The class of a difference, undefined where there is none for it. */
export function limitOf(pair: Pair): Limit | undefined {
  return limits.find(({ holds }) => holds(pair));
}
