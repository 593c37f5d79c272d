// The processes that judge the session: which words mean them, and which data tells their numbers.
import {
  hole,
  likeOf,
  type ProcessTable,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import type { Consequence, EffectBody } from "../model/command-model.ts";

/** A process that judges the session is ended, stopped or changed. */
export const HARM_TO_GUARD: EffectBody = {
  kind: "tamper",
  control: "sallyport",
  target: undefined,
};

/** The same as a consequence. */
export const HARMS_GUARD: Consequence = { kind: "effect", effect: HARM_TO_GUARD };

/** What a process list shows of the daemon, by name and by full command line. */
const COMMAND_LINES = [
  "node",
  "sallyport",
  "node node_modules/sallyport/dist/surface/cli/main.js daemon run",
  "node node_modules/sallyport/dist/surface/daemon/program.js",
  "node node_modules/sallyport/dist/daemon-program.cjs",
];

/** Names of the product and of the client whose calls it judges. */
const NAMED = /sallyport|claude/i;

/**
 * Whether a word names the product or the client in plain text. WHY: of a path the last two parts, for a project of that
 * name is no control.
 */
export function mentionsGuard(word: Text): boolean {
  // A class of one letter keeps a search from finding itself.
  const like = textOf(word) ?? likeOf(word);
  const text = like.includes("[") ? like.replace(/\\?\[(\w)\\?\]/g, "$1") : like;
  return NAMED.test(text) && NAMED.test(text.split("/").slice(-2).join("/"));
}

/** Whether a pattern for names or command lines of processes may mean the daemon or the client. */
export function meansGuard(pattern: Text): boolean {
  if (mentionsGuard(pattern)) return true;
  const known = textOf(pattern);
  if (known === undefined) return false;
  if (/[.*?[\]()|+^$\\]/.test(known)) return meets(known);
  const text = known.toLowerCase();
  return COMMAND_LINES.some((one) => one.includes(text));
}

/** Whether the text may be the number of a process that judges the session. */
export function isGuardProcess(text: Text): boolean {
  return sourcesOf([text]).some((source) => source.kind === "processes" && source.guard);
}

/** A list of processes, of which none is known yet: what a program prints that lists them. */
export function listsProcesses(table?: ProcessTable): TextSet {
  return [[hole("unmodelled", { sources: [{ kind: "processes", guard: false }], table })]];
}

/**
 * What follows from a call whose words name the product or the client: lines that it picks from a list of processes tell
 * their numbers, and what it ends or changes among processes and services is theirs.
 */
export function aimedAtGuard(consequences: readonly Consequence[]): readonly Consequence[] {
  const told = consequences.map(
    (one): Consequence =>
      one.kind === "output" ? { kind: "output", texts: one.texts.map(tellingGuard) } : one,
  );
  return changesProcesses(consequences) ? [...told, HARMS_GUARD] : told;
}

/** Whether processes or services are ended or changed. */
export function changesProcesses(consequences: readonly Consequence[]): boolean {
  return consequences.some(
    (one) =>
      one.kind === "effect" &&
      ((one.effect.kind === "deploy" && /^(?:processes|services)$/.test(one.effect.system)) ||
        (one.effect.kind === "persist" && one.effect.means === "service")),
  );
}

function tellingGuard(text: Text): Text {
  return text.map((piece) =>
    piece.kind === "hole" && piece.sources.some(({ kind }) => kind === "processes")
      ? { ...piece, sources: [...piece.sources, { kind: "processes", guard: true }] }
      : piece,
  );
}

/** A pattern with wildcards is tried on the names of the daemon; one that is too long counts as meeting them. */
function meets(pattern: string): boolean {
  if (pattern.length > 64 || /[*+?{].*[*+?{].*[*+?{]/.test(pattern)) return true;
  try {
    const test = new RegExp(pattern, "i");
    return COMMAND_LINES.some((one) => test.test(one));
  } catch {
    return true;
  }
}
