// How a program ends: by a status, by what a function gives back, by a fault, and what it does where reading fails.
import { isTried } from "#guard/effects/languages/syntax/blocks.ts";
import { callsIn, type Program } from "./program-calls.ts";
import { type Ended, type Printed, STOPS } from "./reading.ts";

/** Ends with a status. */
export function endedIn(program: Program): readonly Ended[] {
  return program.forms.exits.flatMap((calls) =>
    callsIn(program, calls).flatMap(({ at, name, inside }) => {
      const status = statusOf(inside.trim(), program.forms.textStatus);
      return status === "other" ? [] : [endAt(program, at, `${name}(${inside})`, status)];
    }),
  );
}

/** `other`: what it ends with is told by another place. */
function statusOf(code: string, ofText: number | undefined): number | undefined | "other" {
  if (code === "" || code === "true") return 0;
  if (code === "false") return 1;
  if (/^\d+$/.test(code)) return Number(code);
  if (/^f?["'`]/.test(code)) return ofText ?? "other";
  if (code.includes("(")) return "other";
  return /\b2\b/.test(code) ? 2 : undefined;
}

function endAt(program: Program, at: number, text: string, status: number | undefined): Ended {
  const { blocksAt, values } = program;
  const branches = blocksAt(at);
  const isConditioned = (place: number): boolean =>
    blocksAt(place).some((one) => !one.startsWith("def"));
  // A function that ends the program is called where the condition holds.
  const own = values.functions.findLast(({ from, to }) => at >= from && at < to);
  const onInput =
    isConditioned(at) ||
    (own !== undefined && values.callsOf(own).some((call) => isConditioned(call.at)));
  return { at, order: at, text: text.slice(0, 200), status, branches, onInput };
}

/** Ends by what a function gives back, where the program ends with it: `sys.exit(main())`. */
export function returnedIn(program: Program): readonly Ended[] {
  const { text, values } = program;
  const called = new Set(
    [
      ...text.matchAll(
        /(?:\bexit|SystemExit)\s*\(\s*(?:await\s+)?(?:asyncio\.run\()?(\w+)\(|\bexitCode\s*=\s*(?:await\s+)?(\w+)\(|(\w+)\(\)\.then\((?:process\.exit|\(?\w+\)?\s*=>\s*process\.exit)/g,
      ),
    ].map(([, a, b, c]) => a ?? b ?? c ?? ""),
  );
  return values.functions
    .filter(({ name }) => called.has(name))
    .flatMap(({ from, to }) =>
      [...text.slice(from, to).matchAll(/\breturn\s+(\d+)\b/g)].map((match) =>
        endAt(program, from + match.index, match[0], Number(match[1])),
      ),
    );
}

/** Ends by a fault that nothing here catches, with what is said then. */
export function diesIn(
  program: Program,
): readonly { readonly ended: Ended; readonly printed: readonly Printed[] }[] {
  const { forms, code, text } = program;
  const hasTry = caughtIn(program).length > 0;
  return forms.dies.flatMap((one) =>
    callsIn(program, one).flatMap(({ at, name, inside }) => {
      const ended = endAt(program, at, `${name}${inside}`.trim(), one.status);
      const isInFunction = ended.branches.some((branch) => branch.startsWith("def"));
      const indent = /^\s*/.exec(name)?.[0].length ?? 0;
      if (isTried(code, forms.blocks, at + indent)) return [];
      if (one.needsWords !== true) return [{ ended, printed: [] }];
      const line = /^[^\n]*/.exec(text.slice(at))?.[0] ?? "";
      const said = /["'`].*/.exec(line.replace(/^\s*assert\s.*,(?=\s*f?["'])/, ""))?.[0] ?? "";
      const isCaught = forms.catchesAll.test(text) || (hasTry && isInFunction);
      if (isCaught || !STOPS.test(said)) return [];
      const onInput = ended.branches.length > 0 || /^\s*assert/.test(name);
      return [{ ended: { ...ended, onInput }, printed: [saidAt(program, at, said)] }];
    }),
  );
}

/** Words to standard error by which a program ends. */
export function saidAt({ blocksAt }: Program, at: number, text: string): Printed {
  return { at, order: at, text, to: 2, branches: blocksAt(at), isBuilt: false, subjects: [] };
}

const REFUSES = /\b[12]\b|deny|\bask\b|block|refuse|raise|throw|die\b|fail|fatal|abort|panic/i;
const READS = /json|stdin|readFileSync\(0|readInput|read_input/i;

/**
 * Whether a fault while reading is caught and the program then ends well. WHY otherwise it refuses: a fault that nobody catches
 * ends with another status than 0, which `onFailure` is for.
 */
export function swallowsFaults(program: Program): boolean {
  return caughtIn(program).some(
    ({ tried, body }) => (tried === undefined || READS.test(tried)) && !REFUSES.test(body),
  );
}

/** What is tried, where that is told, and what is done where it fails. */
function caughtIn({
  code,
  text,
  forms: { blocks, caught },
}: Program): readonly { readonly tried: string | undefined; readonly body: string }[] {
  const named = caught === undefined ? [] : [...text.matchAll(caught)];
  const braced = blocks.isBraced
    ? [...text.matchAll(/\btry\s*(?=\{)/g)].flatMap((match) => {
        const open = match.index + match[0].length;
        const tried = code.inside(open);
        const behind = open + tried.length + 2;
        const handler = /^\s*catch\b[^{]*(?=\{)/.exec(text.slice(behind, behind + 400));
        return handler === null ? [] : [{ tried, body: code.inside(behind + handler[0].length) }];
      })
    : [];
  return [
    ...named.map(({ groups }) => ({ tried: groups?.["tried"], body: groups?.["body"] ?? "" })),
    ...braced,
  ];
}
