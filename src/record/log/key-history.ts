// The keys of a log over time: signed statements that introduce and retire them, and which must have signed at a size.
import { createHash } from "node:crypto";
import { assert } from "#base/failure.ts";
import {
  checkNote,
  type Note,
  type NoteSigner,
  type NoteVerifier,
  parseNote,
  parseVerifier,
  signNote,
  strictBase64,
} from "./note.ts";
import { HASH_BYTES } from "./tree.ts";

const HEADER = "sallyport/key-statement@v1";
/** Statements that are read: half as many rotations. */
export const KEY_STATEMENTS_MAX = 999;

/** The statements of a file that holds them one behind the other, as `sallyport log keys` writes it. Total. */
export function splitStatements(file: string): readonly Uint8Array[] {
  const texts = file.split(new RegExp(`^(?=${HEADER}$)`, "m"), KEY_STATEMENTS_MAX + 1);
  return texts.filter((text) => text !== "").map((text) => Buffer.from(text, "utf8"));
}

/**
 * What a statement says: with the entry behind `size`, a key begins to sign (`introduce`) or stops (`retire`). `root` is
 * the tree's at that size: whoever holds only a later key cannot change what stood before it.
 */
export type KeyStatement = {
  readonly what: "introduce" | "retire";
  readonly size: number;
  readonly root: Uint8Array;
  readonly key: NoteVerifier;
};

/** The keys of one log. A log that never changed its key has one and no statement. */
export type KeyHistory = {
  /** The log's origin, which is the name of all its keys. */
  readonly name: string;
  /** The key that the reader trusted to begin with. */
  readonly text: string;
  readonly statements: readonly KeyStatement[];
  /** Keys that must have signed a checkpoint of this size, and those that may have besides; in the order of their lines. */
  keysAt(size: number): {
    readonly required: readonly NoteVerifier[];
    readonly allowed: readonly NoteVerifier[];
  };
};

/** The history of a log with one key. */
export function oneKey(verifier: NoteVerifier): KeyHistory {
  return historyOf(verifier, verifier.text, []);
}

function historyOf(
  first: NoteVerifier,
  trusted: string,
  statements: readonly KeyStatement[],
): KeyHistory {
  return {
    name: first.name,
    text: trusted,
    statements,
    keysAt(size) {
      const keys = [first, ...introduced(statements)];
      const from = (key: NoteVerifier) => sizeOf(statements, "introduce", key) ?? -1;
      const until = (key: NoteVerifier) => sizeOf(statements, "retire", key) ?? Infinity;
      // At the very size of a statement both states are right: its checkpoint may stand before it or after it.
      const allowed = keys.filter((key) => from(key) <= size && size <= until(key));
      const required = allowed.filter((key) => from(key) < size && size < until(key));
      return { required, allowed };
    },
  };
}

function introduced(statements: readonly KeyStatement[]): readonly NoteVerifier[] {
  return statements.filter(({ what }) => what === "introduce").map(({ key }) => key);
}

function sizeOf(
  statements: readonly KeyStatement[],
  what: KeyStatement["what"],
  key: NoteVerifier,
): number | undefined {
  return statements.find((item) => item.what === what && item.key.text === key.text)?.size;
}

/** How a note stands to the keys that must have signed it. `foreign`: it carries a line that is none of theirs. */
export type NoteStanding = "signed" | "unknown-key" | "bad-signature" | "foreign";

/** Judges a note of a log of `size` entries. With `exact`, no other line than the log's may stand on it. */
export function judgeNote(
  note: Note,
  history: KeyHistory,
  { size, exact }: { readonly size: number; readonly exact: boolean },
): NoteStanding {
  const { required, allowed } = history.keysAt(size);
  const present = allowed.filter((key) => lineOf(note, key) >= 0);
  if (present.length === 0 || required.some((key) => !present.includes(key))) return "unknown-key";
  if (present.some((key) => checkNote(note, key) !== "signed")) return "bad-signature";
  const isExact =
    note.signatures.length === present.length &&
    present.every((key, place) => lineOf(note, key) === place);
  return exact && !isExact ? "foreign" : "signed";
}

function lineOf(note: Note, key: NoteVerifier): number {
  return note.signatures.findIndex(({ name, keyId }) => name === key.name && keyId === key.keyId);
}

/** Writes a statement; `before` is the one before it. `signers` are the keys in force and the one that it is about. */
export function formatKeyStatement(
  origin: string,
  { what, size, root, key }: KeyStatement,
  { before, signers }: { readonly before: Uint8Array | undefined; readonly signers: NoteSigner[] },
): string {
  assert(key.name === origin, "all keys of a log have its origin as their name");
  const lines = [
    HEADER,
    origin,
    what,
    size,
    Buffer.from(root).toString("base64"),
    key.text,
    digestOf(before),
  ];
  return signNote(`${lines.join("\n")}\n`, ...signers);
}

function digestOf(statement: Uint8Array | undefined): string {
  return statement === undefined ? "-" : createHash("sha256").update(statement).digest("hex");
}

/** The history that statements make, or the number (from 1) of the first that does not hold and why. */
export type HistoryReading =
  | { readonly kind: "history"; readonly history: KeyHistory }
  | { readonly kind: "fault"; readonly statement: number; readonly why: string };

/**
 * Follows the statements of a log, in order, from a key that the reader trusts. Each must be signed by all keys in force
 * and by the one that it is about, so any key of the chain may be the trusted one. Total.
 */
export function readKeyHistory(
  trusted: NoteVerifier,
  statements: readonly Uint8Array[],
): HistoryReading {
  const fault = (place: number, why: string): HistoryReading => ({
    kind: "fault",
    statement: place + 1,
    why,
  });
  const read = statements.map(parseStatement);
  const first = firstKey(trusted, read);
  if (first === undefined) return fault(0, "the trusted key is none of the log's keys");
  const known: KeyStatement[] = [];
  let active = [first];
  for (const [place, item] of read.entries()) {
    if (item === undefined) return fault(place, "it is not a key statement");
    const { note, statement, origin, before } = item;
    if (origin !== first.name || statement.key.name !== origin)
      return fault(place, "it is of another log");
    if (before !== digestOf(place === 0 ? undefined : statements[place - 1]))
      return fault(place, "it does not follow the one before it");
    if (statement.size < (known.at(-1)?.size ?? 0)) return fault(place, "its size goes back");
    const isActive = active.some(({ text }) => text === statement.key.text);
    const isSpent = known.some(({ key }) => key.text === statement.key.text);
    if (statement.what === "introduce" ? isActive || isSpent : !isActive || active.length < 2)
      return fault(place, "its key is not one that it can speak of");
    const signers = statement.what === "introduce" ? [...active, statement.key] : active;
    if (signers.length !== note.signatures.length) return fault(place, "others have signed it");
    if (signers.some((key, line) => lineOf(note, key) !== line))
      return fault(place, "its signatures are in another order");
    if (signers.some((key) => checkNote(note, key) !== "signed"))
      return fault(place, "its signatures do not hold");
    active =
      statement.what === "introduce"
        ? signers
        : active.filter(({ text }) => text !== statement.key.text);
    known.push(statement);
  }
  return { kind: "history", history: historyOf(first, trusted.text, known) };
}

type ReadStatement = {
  readonly note: Note;
  readonly statement: KeyStatement;
  readonly origin: string;
  readonly before: string;
};

/** WHY: the first key is named by no statement but its own retirement, or it is the one that is trusted. */
function firstKey(
  trusted: NoteVerifier,
  statements: readonly (ReadStatement | undefined)[],
): NoteVerifier | undefined {
  const keysOf = (what: KeyStatement["what"]): readonly NoteVerifier[] =>
    statements.flatMap((item) => (item?.statement.what === what ? [item.statement.key] : []));
  const later = keysOf("introduce");
  if (!later.some(({ text }) => text === trusted.text)) return trusted;
  return keysOf("retire").find(({ text }) => !later.some((key) => key.text === text));
}

function parseStatement(bytes: Uint8Array): ReadStatement | undefined {
  const note = parseNote(bytes);
  const [header, origin, what, size, root, keyText, before, end, ...more] =
    note?.text.split("\n") ?? [];
  const key = parseVerifier(keyText ?? "");
  const hash = strictBase64(root ?? "");
  if (note === undefined || header !== HEADER || origin === undefined || key === undefined)
    return undefined;
  if ((what !== "introduce" && what !== "retire") || before === undefined) return undefined;
  if (end !== "" || more.length > 0 || hash?.length !== HASH_BYTES || key.text !== keyText)
    return undefined;
  if (!/^(0|[1-9]\d{0,14})$/.test(size ?? "")) return undefined;
  return { note, origin, before, statement: { what, size: Number(size), root: hash, key } };
}
