// Patterns of the client's Bash rules over the text of one command: exact, prefix (`x:*`) and stars.
import { starsMatch } from "./rule.ts";

/** A pattern, ready to be held against commands. */
export type CommandRule = {
  /** The whole text where the pattern is one, without wildcards. */
  readonly exact: string | undefined;
  /** Any words may follow those it names. */
  readonly isOpenEnded: boolean;
  /** Whether it matches the text of a command. */
  readonly matches: (text: string) => boolean;
};

/** Compiles the text in the brackets of a Bash rule. */
export function compileCommandRule(pattern: string): CommandRule {
  const prefix = prefixOf(pattern);
  if (prefix !== undefined) {
    const matches = (text: string): boolean => isPrefix(prefix, squeeze(text));
    return { exact: undefined, isOpenEnded: true, matches };
  }
  if (!pattern.includes("*")) {
    return { exact: pattern, isOpenEnded: false, matches: (text) => text === pattern };
  }
  const matches = (text: string): boolean =>
    starsMatch(pattern, text) || starsMatch(pattern, squeeze(text));
  return { exact: undefined, isOpenEnded: pattern.indexOf("*") === pattern.length - 1, matches };
}

/**
 * Rules that modes with a classifier set aside: for any program, or for one that runs whatever it is given. Measured on 2.1.328 in the
 * mode `auto`: `python3 *`, `bash -c *`, `nice -n 5 *`, `npm run *` do not count there, `git *`, `docker *`, `python3 x.py *` do.
 */
export function isBroad(subject = "*"): boolean {
  // WHY: such a program by its bare name is set aside as well, one with certain arguments is not.
  if (!subject.includes("*")) return RUNS_ANYTHING.test(subject);
  const [first = "", ...rest] = subject.replace(/(?::| )\*$/, "").split(" ");
  if (first.includes("*")) return true;
  if (RUNS_ANYTHING.test(first)) return rest.every((word) => /^-|^\d|=/.test(word));
  const runsScripts = RUNS_SCRIPTS.test(first) && /^(?:run|exec|x|dlx)$/.test(rest.join(" "));
  return runsScripts || (RUNS_PACKAGES.test(first) && rest.length <= 1);
}

const RUNS_ANYTHING =
  /^(?:python[\d.]*|node|deno|tsx|ruby|perl|php|lua|pwsh|powershell|(?:ba|z|da|fi|k)?sh|ssh|sudo|doas|env|xargs|eval|exec|command|nohup|nice|time|timeout|stdbuf|setsid|watch|strace|find)$/;
const RUNS_SCRIPTS = /^(?:npm|yarn|pnpm|bun)$/;
const RUNS_PACKAGES = /^(?:npx|bunx)$/;

/** The words that a command must begin with: before `:*`, or before one star that stands alone at the end. */
function prefixOf(pattern: string): string | undefined {
  const colon = pattern.endsWith(":*");
  if (!colon && !pattern.endsWith(" *")) return undefined;
  const words = pattern.slice(0, -2);
  // WHY: before `:*` a star is only a star; before a star that stands alone it makes the whole a pattern.
  return !colon && words.includes("*") ? undefined : words;
}

function isPrefix(prefix: string, text: string): boolean {
  return prefix !== "" && (text === prefix || text.startsWith(`${prefix} `));
}

function squeeze(text: string): string {
  return text.replace(/[ \t]+/g, " ");
}
