// Regular expressions that take long on a short text: more than the square of its length, or twice as long for each character more.
import { type Context, createContext, Script } from "node:vm";
import { hostileTexts } from "./hostile-texts.ts";

/** A regular expression and where it stands. */
export type Expression = {
  readonly source: string;
  readonly flags: string;
  readonly from: string;
};

/** Characters of a text that each is tried on: the square of that is nothing, the cube takes its time. */
const LENGTH = 700;
/** What takes no longer on any of them is fast. */
const MS_MAX = 60;
/** A machine that does other things besides is asked again. */
const TRIES = 5;

const MEASURED = new Script(`(() => {
  const pattern = new RegExp(source, flags.replace(/[gy]/g, ""));
  let slowest = "";
  let ms = 0;
  for (const text of texts) {
    const start = performance.now();
    pattern.test(text);
    const took = performance.now() - start;
    if (took > ms) [slowest, ms] = [text, took];
  }
  return { slowest, ms };
})()`);

/** Those that take long, each with the beginning of a text on which it does. How many texts were tried is told as well. */
export function slowExpressions(expressions: readonly Expression[]): {
  readonly slow: readonly string[];
  readonly tried: number;
} {
  let tried = 0;
  // WHY another context: only what runs there can be stopped.
  const context = createContext({ performance });
  const slow = expressions.flatMap(({ source, flags, from }) => {
    const texts = hostileTexts(source, flags, LENGTH);
    tried += texts.length;
    const found = slowestOf(context, { source, flags, texts });
    return found === undefined
      ? []
      : [`${from}: /${source.slice(0, 120)}/${flags} on ${JSON.stringify(found.slice(0, 40))}`];
  });
  return { slow, tried };
}

type Trial = {
  readonly source: string;
  readonly flags: string;
  readonly texts: readonly string[];
};

/** The text on which the expression takes too long, each time that it is tried. */
function slowestOf(context: Context, trial: Trial): string | undefined {
  const all = measured(context, trial, MS_MAX * 5);
  if (all !== undefined && all.ms <= MS_MAX) return undefined;
  // WHY one by one where all of them took too long together: one that never ends hides the others.
  const suspects = all === undefined ? trial.texts : [all.slowest];
  return suspects.find((text) =>
    Array.from({ length: TRIES }).every(() => {
      const once = measured(context, { ...trial, texts: [text] }, MS_MAX * 2);
      return once === undefined || once.ms > MS_MAX;
    }),
  );
}

/** Undefined where it does not end in time. */
function measured(
  context: Context,
  trial: Trial,
  msMax: number,
): { readonly slowest: string; readonly ms: number } | undefined {
  Object.assign(context, trial);
  try {
    return MEASURED.runInContext(context, { timeout: msMax }) as { slowest: string; ms: number };
  } catch (error) {
    // WHY by its code: the error is made by the other context, of whose classes nothing here is an instance.
    if (Object(error).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  }
}
