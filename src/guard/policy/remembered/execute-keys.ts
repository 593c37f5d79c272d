// Keys of programs that run: checks of a project together, its other code by command, other programs by the line.
import type { Effect } from "../../vocabulary/effect.ts";
import type { Origin, RanCommand } from "../../effects/model/ran-command.ts";
import { isEffectOf } from "../commands.ts";
import { isRoutineCheck } from "./routine-checks.ts";
import { type KeySources, keyText, lineOf } from "./key-sources.ts";

/** Programs whose further words only choose which tests or files of the project they run over. */
const RUNNERS =
  /^(?:pytest|py\.test|vitest|jest|mocha|tsc|eslint|ruff|mypy|tox|phpunit|rspec|(?:npm|yarn|pnpm|bun|go|cargo|deno) test)$/;

/** What a yes covers that covers more than the call, by the first word of its key. */
export const COVERED: Readonly<Record<string, string>> = {
  checks: "runs tests, builds and checks of this project",
  "checks-written": "runs tests, builds and checks over code that was written in this session",
};

/** Tests, builds and checks of a project. */
const CHECKS = "checks";
/** The same of what the session wrote: that counts in the session alone. */
export const WRITTEN_CHECKS = "checks-written";

/**
 * Tests, builds and checks of a project together, its other code by the command that runs it; other programs by the whole
 * line. What the session wrote only where a test, build or check runs it.
 */
export function executeKey(
  effect: Effect & { kind: "execute" },
  from: readonly Origin[],
  { call, commands }: KeySources,
): string | undefined {
  const { program, origin, reach } = effect;
  if (call === undefined || program === undefined) return undefined;
  if (origin === "system" || origin === "inline") return keyText("line", program, lineOf(call));
  if (from.length === 0 || reach !== "unbounded") return undefined;
  const own = commands.filter((command) => from.some((one) => isEffectOf(command, effect, one)));
  const moves = commands.filter(({ words: [name] }) => name === "cd" || name === "pushd");
  const where = moves.map(({ words: all }) => all);
  const isCheck = own.some(({ words }) => isRoutineCheck(words)) && where.every(staysBelow);
  // WHY one yes for all of them: each runs the same code of the project, and may do as much.
  if (isCheck && (origin === "project" || origin === "generated"))
    return keyText(origin === "project" ? CHECKS : WRITTEN_CHECKS, call.cwd);
  if (origin !== "project") return undefined;
  const words = own.map((command) => taskWords(program, command));
  const isKnown = [...words, ...where].every((line) => line.every((word) => word !== undefined));
  if (!isKnown || own.length === 0) return undefined;
  return keyText("run", program, words as string[][], call.cwd, where as string[][]);
}

/** Whether a `cd` goes to a directory below. */
function staysBelow(words: readonly (string | undefined)[]): boolean {
  return words.slice(1).every((word) => word !== undefined && !/^[/~-]|(?:^|\/)\.\./.test(word));
}

/** The words of a command without those by which a runner only chooses among files of the project. */
function taskWords(program: string, { words }: RanCommand): readonly (string | undefined)[] {
  if (!RUNNERS.test(program)) return words;
  return words.filter(
    (word, at) =>
      at === 0 || word === undefined || word.startsWith("-") || /^[/~]|(?:^|\/)\.\./.test(word),
  );
}
