// The key store: signing key, digest key, subject keys and the last head signed. It lies outside the log directory.
import { createHash, randomBytes } from "node:crypto";
import { readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { privacyProblem } from "#platform/ownership.ts";
import {
  createSigner,
  type NoteSigner,
  type NoteVerifier,
  parseVerifier,
  publicKeyOf,
} from "../log/note.ts";
import { createDeriver, createSubject, type Subject, SUBJECT_KEY_BYTES } from "../log/subject.ts";
import { keyText, parseKey } from "./key-text.ts";
import { readNote } from "./log-reader.ts";
import { openPeople, type People, subjectFile } from "./people.ts";
import { openTextKeys, type TextKeys } from "./text-keys.ts";
import {
  makePrivateDirectory,
  readBounded,
  replaceFile,
  syncDirectory,
} from "./files/private-files.ts";

const KEY_FILE_BYTES_MAX = 4 * 1024;
const SUBJECTS_MAX = 100_000;
const SEED_BYTES = 32;
const FILES = {
  signing: "signing-key",
  /** A key that was introduced, or is about to be, while the one before it still signs. */
  next: "signing-key-next",
  /** The log's origin, once it is no longer what the signing key makes. */
  origin: "log-origin",
  verifier: "verifier-key",
  digest: "digest-key",
  subjects: "subjects",
  installSubject: "install-subject",
  head: "log-head",
} as const;

/** What the writer of a log needs. */
export type LogKeys = {
  /** The key that the log began with: its text is what others have of it. */
  readonly verifier: NoteVerifier;
  /** Keys that are here, the older first. Which of them sign, the log's statements say. */
  readonly signers: readonly NoteSigner[];
  /** The subject of events that are nobody's, and of what the install itself remembers. */
  readonly installSubject: Subject;
  /** The subjects of people. */
  readonly people: People;
  /** The keys that the texts of events are sealed under besides. */
  readonly texts: TextKeys;
  /** A stand-in for a word, path or host: 20 bytes of HMAC under the install's digest key, as base32. */
  digest(domain: string, text: string): string;
  /** The last checkpoint that was signed, kept apart from the log so that a log that was rolled back is noticed. */
  readHead(): Promise<Buffer | undefined>;
  writeHead(checkpoint: string): Promise<void>;
};

/** What encoding an event needs, and nothing that signs. */
export type EventKeys = Pick<LogKeys, "installSubject" | "people" | "texts" | "digest">;

/**
 * Reads what encoding events needs from a key store that exists, for a process that does not write the log. Makes nothing
 * but the key of a person who is new: throws a Failure `key-missing` when a key is not there.
 */
export async function readEventKeys(directory: string): Promise<EventKeys> {
  const [pointer, digestKey] = await Promise.all([
    readBounded(join(directory, FILES.installSubject), KEY_FILE_BYTES_MAX),
    readKey(join(directory, FILES.digest), "digest", SUBJECT_KEY_BYTES),
  ]);
  const id = pointer?.toString("utf8").trim();
  const key =
    id === undefined
      ? undefined
      : await readKey(subjectFile(directory, id), "subject", SUBJECT_KEY_BYTES);
  if (key === undefined || digestKey === undefined) {
    throw new Failure(
      "key-missing",
      `\`${directory}\` lacks keys of the log: run \`sallyport init\` in the project again`,
    );
  }
  const installSubject = createSubject(key);
  if (installSubject.id !== id) throw damaged(subjectFile(directory, installSubject.id));
  const people = openPeople(directory, digestKey, installSubject);
  const texts = openTextKeys(directory);
  return { installSubject, people, texts, digest: digestUnder(digestKey) };
}

/** Opens the key store at `directory` and makes what is missing in it. */
export async function openKeys(directory: string): Promise<LogKeys> {
  await makePrivateDirectory(directory);
  await makePrivateDirectory(join(directory, FILES.subjects));
  const { verifier, signers } = await openSigners(directory);
  const digestKey = await readOrMake(join(directory, FILES.digest), "digest", SUBJECT_KEY_BYTES);
  const installSubject = await openInstallSubject(directory);
  await syncDirectory(directory);
  const headFile = join(directory, FILES.head);
  return {
    verifier,
    signers,
    installSubject,
    people: openPeople(directory, digestKey, installSubject),
    texts: openTextKeys(directory),
    digest: digestUnder(digestKey),
    readHead: () => readBounded(headFile, KEY_FILE_BYTES_MAX),
    async writeHead(checkpoint) {
      await replaceFile(headFile, checkpoint);
      await syncDirectory(directory);
    },
  };
}

async function openSigners(directory: string): Promise<Pick<LogKeys, "verifier" | "signers">> {
  const seed = await readOrMake(join(directory, FILES.signing), "signing", SEED_BYTES);
  const next = await readKey(join(directory, FILES.next), "signing", SEED_BYTES);
  const originBytes = await readBounded(join(directory, FILES.origin), KEY_FILE_BYTES_MAX);
  const origin = originBytes?.toString("utf8").trim();
  const signer = createSigner(origin ?? originOf(publicKeyOf(seed)), seed);
  const signers = [
    signer,
    ...(next === undefined ? [] : [createSigner(signer.verifier.name, next)]),
  ];
  const verifierFile = join(directory, FILES.verifier);
  if (origin !== undefined) {
    // The log began with another key than the one that signs now: only this file still tells it.
    const first = await readVerifier(directory);
    if (first?.name !== origin) throw damaged(verifierFile);
    return { verifier: first, signers };
  }
  const stored = await readBounded(verifierFile, KEY_FILE_BYTES_MAX);
  if (stored?.toString("utf8") !== `${signer.verifier.text}\n`)
    await replaceFile(verifierFile, `${signer.verifier.text}\n`);
  return { verifier: signer.verifier, signers };
}

/** Makes the next signing key beside the present one, or gives the one that was made before. It signs nothing yet. */
export async function makeNextKey(directory: string, origin: string): Promise<NoteSigner> {
  const seed = await readOrMake(join(directory, FILES.next), "signing", SEED_BYTES);
  await replaceFile(join(directory, FILES.origin), `${origin}\n`);
  await syncDirectory(directory);
  return createSigner(origin, seed);
}

/** Puts the next key in the place of the one before it, which is gone for ever then. */
export async function dropOldKey(directory: string): Promise<void> {
  const next = join(directory, FILES.next);
  if ((await readBounded(next, KEY_FILE_BYTES_MAX)) === undefined) return;
  await rename(next, join(directory, FILES.signing));
  await syncDirectory(directory);
}

function digestUnder(key: Uint8Array): LogKeys["digest"] {
  const derive = createDeriver(key);
  return (domain, text) =>
    base32(derive(`sallyport/digest/v1/${domain}`, Buffer.from(text, "utf8")).subarray(0, 20));
}

/** The log's origin: unique, because it is made of the key. */
function originOf(publicKey: Uint8Array): string {
  return `sallyport/${createHash("sha256").update(publicKey).digest("hex").slice(0, 16)}`;
}

async function openInstallSubject(directory: string): Promise<Subject> {
  const pointer = join(directory, FILES.installSubject);
  const id = (await readBounded(pointer, KEY_FILE_BYTES_MAX))?.toString("utf8").trim();
  const key =
    id === undefined
      ? undefined
      : await readKey(subjectFile(directory, id), "subject", SUBJECT_KEY_BYTES);
  if (key !== undefined) {
    const known = createSubject(key);
    if (known.id !== id) throw damaged(subjectFile(directory, known.id));
    return known;
  }
  // The key was never there, or its subject was erased: what comes now belongs to a new one.
  const fresh = randomBytes(SUBJECT_KEY_BYTES);
  const subject = createSubject(fresh);
  await replaceFile(subjectFile(directory, subject.id), keyText("subject", fresh));
  await syncDirectory(join(directory, FILES.subjects));
  await replaceFile(pointer, `${subject.id}\n`);
  return subject;
}

/** The public key of the log whose key store this is; undefined when there is none. */
export async function readVerifier(directory: string): Promise<NoteVerifier | undefined> {
  const bytes = await readBounded(join(directory, FILES.verifier), KEY_FILE_BYTES_MAX);
  return bytes === undefined ? undefined : parseVerifier(bytes.toString("utf8"));
}

/** The last head that was signed, for a reader without the rest of the keys. */
export async function readHead(directory: string): Promise<Buffer | undefined> {
  return readNote(join(directory, FILES.head));
}

/** Finds the subject of a section by its locator; undefined when its key is not here (any more). */
export type SubjectFinder = (locator: Uint8Array, timeMs: number) => Subject | undefined;

const DAY_MS = 86_400_000;
/** Days whose locators are kept in memory. */
const DAYS_MAX = 16;

/** Finds subjects in a list of them: a section costs one look-up, however many people there are. */
export function finderIn(subjects: readonly Subject[]): SubjectFinder {
  const days = new Map<number, ReadonlyMap<string, Subject>>();
  return (locator, timeMs) => {
    const day = Math.floor(timeMs / DAY_MS);
    let ofDay = days.get(day);
    if (ofDay === undefined) {
      ofDay = new Map(subjects.map((subject) => [hexOf(subject.locator(timeMs)), subject]));
      if (days.size >= DAYS_MAX) days.clear();
      days.set(day, ofDay);
    }
    return ofDay.get(hexOf(locator));
  };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}

/** Reads all subject keys once: for what ends before anybody new can come. A store that does not exist has none. */
export async function readSubjects(directory: string): Promise<SubjectFinder> {
  return finderIn(await listSubjects(directory));
}

/** Every subject whose key is here, in no order. A store that does not exist has none. */
export async function listSubjects(directory: string): Promise<readonly Subject[]> {
  return (await followSubjects(directory)()).list;
}

/** The subjects whose keys were here when it was asked. */
export type SubjectsNow = { readonly list: readonly Subject[]; readonly find: SubjectFinder };

/** WHY so long: some file systems tell the time of a folder's change by two seconds, and two changes may have the same. */
const SETTLED_MS = 2_000;

/**
 * The subjects at `directory`, however long they are followed: whoever is new is found at the next call, and a key that was
 * destroyed is not used again. Costs one look at the folder where nothing changed, and reads no key twice.
 */
export function followSubjects(directory: string): () => Promise<SubjectsNow> {
  const folder = join(directory, FILES.subjects);
  const read = new Map<string, Subject>();
  let known: SubjectsNow = { list: [], find: finderIn([]) };
  let seen: string | undefined;
  return async () => {
    const nowMs = Date.now();
    const status = await stat(folder, { bigint: true }).catch(() => undefined);
    const trace = status === undefined ? "none" : `${status.ino} ${status.mtimeNs}`;
    if (trace === seen) return known;
    const names = status === undefined ? [] : await keyNamesIn(folder);
    const isSame = names.length === read.size && names.every((name) => read.has(name));
    if (!isSame) {
      const here = new Set(names);
      for (const name of read.keys()) if (!here.has(name)) read.delete(name);
      for (const name of names) {
        if (read.has(name)) continue;
        const key = await readKey(join(folder, name), "subject", SUBJECT_KEY_BYTES);
        if (key !== undefined) read.set(name, createSubject(key));
      }
      const list = [...read.values()];
      known = { list, find: finderIn(list) };
    }
    // INVARIANT: what is kept was read after the last change, and a later change has another time.
    const isSettled = status === undefined || nowMs - Number(status.mtimeMs) > SETTLED_MS;
    seen = isSettled ? trace : undefined;
    return known;
  };
}

async function keyNamesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".key")).slice(0, SUBJECTS_MAX);
}

async function readOrMake(path: string, purpose: string, length: number): Promise<Buffer> {
  const known = await readKey(path, purpose, length);
  if (known !== undefined) return known;
  const fresh = randomBytes(length);
  await replaceFile(path, keyText(purpose, fresh));
  return fresh;
}

async function readKey(path: string, purpose: string, length: number): Promise<Buffer | undefined> {
  const bytes = await readBounded(path, KEY_FILE_BYTES_MAX);
  if (bytes === undefined) return undefined;
  if (privacyProblem(await stat(path), "none") === "open") {
    throw new Failure(
      "not-private",
      `\`${path}\` is open to other users: replace the key and run \`chmod 600\``,
    );
  }
  const key = parseKey(bytes.toString("utf8"), purpose, length);
  if (key === undefined) throw damaged(path);
  return key;
}

function damaged(path: string): Failure {
  return new Failure(
    "key-damaged",
    `\`${path}\` is not a key of this store: restore it from its backup`,
  );
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(held >> bits) & 31];
    }
  }
  return text;
}
