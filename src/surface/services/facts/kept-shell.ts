// What was known of a session's shell, in a form that is kept: bounded, and without the text of a definition that holds a secret.
import * as v from "valibot";
import { isSecret } from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";
import type { ShellFacts } from "#guard/facts/facts.ts";
import type { SessionShell } from "./session-shell.ts";
import { UNTRUSTED_BODY } from "./snapshot-text.ts";

/** Names that are kept of each kind; with more of them nothing is kept, and the shell counts as unknown. */
const NAMES_MAX = 8_192;
const NAME_CHARS_MAX = 256;
/** Characters of all bodies and values together; a record with them still fits where sessions are remembered. */
const TEXT_CHARS_MAX = 64_000;

const name = v.pipe(v.string(), v.maxLength(NAME_CHARS_MAX));
const text = v.pipe(v.string(), v.maxLength(TEXT_CHARS_MAX));
const definitions = v.pipe(v.array(v.tuple([name, text])), v.maxLength(NAMES_MAX));

export const keptShellSchema = v.strictObject({
  /** Of the snapshots that it was read from. */
  digest: name,
  dialect: v.picklist(["bash", "zsh", "unknown"]),
  known: v.boolean(),
  functions: definitions,
  aliases: definitions,
  options: v.pipe(v.array(name), v.maxLength(NAMES_MAX)),
  variables: definitions,
});
/** A shell as it is remembered of a session, whose snapshot the client removes at the end. */
export type KeptShell = Readonly<v.InferOutput<typeof keptShellSchema>>;

/** What is kept of a shell that was read from snapshots; undefined of one that was not, or of which too much is known. */
export function keptShell({ shell, digest }: SessionShell): KeptShell | undefined {
  if (digest === undefined) return undefined;
  const { dialect, known } = shell;
  const room = { chars: TEXT_CHARS_MAX };
  const kept = {
    digest,
    dialect,
    known,
    aliases: definitionsOf(shell.aliases, room),
    functions: definitionsOf(shell.functions, room),
    options: [...shell.options],
    // WHY left out and not marked: a variable that is not named may be anything.
    variables: definitionsOf(shell.variables, room).filter(([, value]) => value !== UNTRUSTED_BODY),
  };
  return v.is(keptShellSchema, kept) ? kept : undefined;
}

/** The shell as it was judged with. A definition whose text was not kept has one that no parser accepts. */
export function shellOf({ dialect, known, ...kept }: KeptShell): ShellFacts {
  return {
    dialect,
    known,
    functions: new Map(kept.functions),
    aliases: new Map(kept.aliases),
    options: new Set(kept.options),
    variables: new Map(kept.variables),
  };
}

/** The shortest first, as far as there is room: what is longest is parsed least. */
function definitionsOf(
  all: ReadonlyMap<string, string>,
  room: { chars: number },
): [string, string][] {
  const entries = [...all].toSorted(([, one], [, other]) => one.length - other.length);
  // WHY one look at all of them first: nearly always there is nothing to find.
  const isClean = !holdsSecret(entries.map(([called, value]) => `${called}=${value}`).join("\n"));
  return entries.map(([called, value]) => {
    room.chars -= value.length;
    const isKept = room.chars >= 0 && (isClean || !holdsSecret(`${called}=${value}`));
    return [called, isKept ? value : UNTRUSTED_BODY];
  });
}

function holdsSecret(value: string): boolean {
  return scanText(value, "shell").findings.some(isSecret);
}
