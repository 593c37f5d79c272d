// Command lines as rules write them: `git push`, `npm run test:*`, `rm -rf *`, `* --version`.
import { ANY_PROGRAM } from "#guard/policy/commands.ts";
import type { CommandPattern } from "#guard/policy/policy.ts";

/**
 * The pattern of a command line. `:*` or ` *` at the end: more may follow. A `*` in the middle stands for any words, so it
 * is left out: what stands behind it is looked for among all words. Undefined where the text is no plain command line.
 */
export function parseCommandPattern(text: string): CommandPattern | undefined {
  const [, line = "", rest] = /^(.*?)(:\*| \*)?$/s.exec(text.trim()) ?? [];
  if (/[|&;<>$`\n]/.test(line)) return undefined;
  const words = line.split(/\s+/).filter((word) => word !== "");
  const [program, ...more] = words;
  if (program === undefined) return { words: [ANY_PROGRAM], exact: false };
  const given = more.filter((word) => word !== "*");
  if ([program, ...given].some((word) => word !== ANY_PROGRAM && word.includes("*")))
    return undefined;
  const isOpen = rest !== undefined || given.length < more.length;
  return { words: [program, ...given], exact: !isOpen };
}
