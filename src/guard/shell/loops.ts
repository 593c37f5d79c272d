// Loops, passed through until another pass changes nothing more.
import { itemsOfFields } from "./values/arrays.ts";
import { LOOP_PASSES_MAX, LOOP_SETTLING_PASSES_MAX } from "#base/limits.ts";
import { Ends, type Io, type Result, type Shell } from "./values/host.ts";
import type { Scope } from "./values/scope.ts";
import type { CommandNode } from "./syntax/syntax.ts";
import { EMPTY, hole, sourcesOf, type TextSet, weightOf } from "./values/text.ts";
import { quoted } from "./values/text-changes.ts";
import { union } from "./values/text-sets.ts";
import { expandWord } from "./expansion/words.ts";
import { isSilent } from "./values/results.ts";
import { isSameState, widenState } from "./values/scope-states.ts";

/** A loop body, until it changes nothing more; then, or past the bound, what it changes is unknown. */
export function runLoop(
  scope: Scope,
  io: Io,
  shell: Shell,
  body: (branch: Scope, inner: Io) => TextSet,
): Result {
  let output: TextSet = EMPTY;
  const forgotten = new Set<string>();
  const passesMax = LOOP_PASSES_MAX + LOOP_SETTLING_PASSES_MAX;
  for (let pass = 0; pass <= passesMax; pass += 1) {
    if (!shell.host.spend()) break;
    if (pass === passesMax) {
      shell.host.unknown("budget", "a loop that does not come to rest", NOWHERE);
      break;
    }
    const before = scope.fork();
    const branch = scope.fork();
    const left = new Ends();
    const inner: Io = { ...io, ends: new Ends(io.ends), breaks: [left, ...(io.breaks ?? [])] };
    output = union(output, body(branch, inner));
    for (const state of left.states) branch.join(state);
    shell.host.spend(weightOf(output));
    scope.join(branch);
    // WHY again and again: what depends on a variable that was widened changes one pass later.
    if (pass >= LOOP_PASSES_MAX - 1) widenState(scope, before, forgotten);
    if (isSameState(scope, before)) break;
  }
  const sources = sourcesOf(output);
  return {
    // Any number of passes prints any number of times.
    output: isSilent(output) ? EMPTY : union(EMPTY, output, [[hole("dynamic-code", { sources })]]),
    status: "either",
  };
}

const NOWHERE = { via: [], at: undefined, directories: [] };

export function loopItems(
  words: Extract<CommandNode, { type: "For" }>["wordlist"],
  scope: Scope,
  io: Io,
  shell: Shell,
): TextSet {
  if (words === undefined) {
    if (scope.positional === undefined) return [[hole("missing-fact")]];
    return scope.positional.length === 0 ? EMPTY : union(...scope.positional);
  }
  const items = words.flatMap((word) => expandWord(word, scope, io, shell).flat());
  // A pattern is the file that it names, or itself.
  const patterns = items.filter((text) => text.some((piece) => piece.kind === "glob"));
  return items.length === 0 ? EMPTY : union(...itemsOfFields(items), patterns.map(quoted));
}
