// Tests wait for what they wait for: a sleep of fixed length stands only where a comment says why it is time itself.
import { blank } from "./source-text.ts";
import type { TextFault, TextFile } from "./text-rules.ts";

/** A promise that only a timer resolves. */
const TIMED_PROMISE =
  /new Promise(?:<\w+>)?\(\s*(?:async\s*)?\(?(\w+)\)?\s*=>\s*\{?\s*(?:return\s+|void\s+)?setTimeout\(\s*(?:\1\b|\(\)\s*=>\s*\1\()/g;
/** The same from node, under the name that a file gives it. */
const TIMER_IMPORT = /import \{[^}]*\bsetTimeout(?: as (\w+))?[^}]*\} from "node:timers\/promises"/;
/** A short sleep in a command that goes on behind it; what a loop does between two looks ends with `done`. */
const SHELL_SLEEP = /[&;]\s*sleep +(?:\d?\.\d+|[1-9])(?![\d.])(?!\s*;?\s*done\b)/g;
/** Measurements that were made once, of how the client behaves in time. */
const ONCE_MEASURED = /^test\/spikes\//;
const REASON = /^\s*\/\/ TIME: \S.{18,}[.]$/;
/** Lines above a sleep in which its comment may begin: a statement may take as many. */
const LINES_ABOVE = 3;

/** Fixed sleeps of tests without `// TIME:` and a reason above them; `test/until.ts` has what to use in their place. */
export function fixedSleepFaults({ path, text }: TextFile): readonly TextFault[] {
  if (!/^test\/.*\.(?:ts|mjs)$/.test(path)) return [];
  const lines = text.split("\n");
  const code = blank(text, "comments and strings");
  const [, name] = TIMER_IMPORT.exec(text) ?? [];
  const calls =
    name === undefined
      ? []
      : code.matchAll(new RegExp(`(?:\\bawait|\\breturn|=>)\\s+${name}\\(`, "g"));
  const spoken = ONCE_MEASURED.test(path) ? [] : blank(text, "comments").matchAll(SHELL_SLEEP);
  const places = [...code.matchAll(TIMED_PROMISE), ...calls, ...spoken].map(({ index }) => index);
  const found = new Set(places.map((at) => text.slice(0, at).split("\n").length));
  // One reason is one sleep's: a second sleep below it needs its own.
  const spent = new Set<number>();
  return [...found]
    .sort((one, other) => one - other)
    .filter((line) => {
      const from = Math.max(0, line - 1 - LINES_ABOVE);
      const above = lines.slice(from, line - 1).findLastIndex((one) => REASON.test(one)) + from;
      if (above < from || spent.has(above)) return true;
      spent.add(above);
      return false;
    })
    .map((line) => ({
      path,
      line,
      message: "a fixed sleep: wait for what comes about, or say above it `// TIME: why`",
    }));
}
