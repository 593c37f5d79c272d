// Names of users in the index: a pseudonym to group and search by, and the name sealed under its subject's key.
import type { Subject } from "../log/subject.ts";
import { NONCE_BYTES } from "../log/subject.ts";
import { USER_PREFIX } from "./indexed-event.ts";

const CONTEXT = Buffer.from("sallyport/index-name/v1\0", "latin1");
/** WHY: a leaf has sections 0 to 254, so that no key of a leaf's section is used twice. */
const SECTION = 255;

/** Names of one subject whose pseudonyms are kept: a machine's accounts are few. */
const KEPT_MAX = 64;
const kept = new WeakMap<Pick<Subject, "pseudonym">, Map<string, string>>();

/** What stands for a user's name, the same for all events of one subject. */
export function userPseudonym(subject: Pick<Subject, "pseudonym">, name: string): string {
  const known = kept.get(subject) ?? new Map<string, string>();
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = `${USER_PREFIX}${subject.pseudonym("user", name)}`;
  if (known.size >= KEPT_MAX) known.clear();
  kept.set(subject, known.set(name, made));
  return made;
}

/** Whether a text is a pseudonym of this kind. */
export function isUserPseudonym(text: string): boolean {
  return /^u:[A-Za-z0-9_-]{22}$/.test(text);
}

/** The name, sealed; `nonce` is 12 fresh random bytes. */
export function sealName(
  subject: Subject,
  {
    pseudonym,
    name,
    nonce,
  }: { readonly pseudonym: string; readonly name: string; readonly nonce: Uint8Array },
): Uint8Array {
  return Buffer.concat([nonce, subject.seal(placeOf(pseudonym), nonce, Buffer.from(name, "utf8"))]);
}

/** The name behind a pseudonym; undefined when it was altered or sealed under another key. */
export function openName(
  subject: Subject,
  { pseudonym, sealed }: { readonly pseudonym: string; readonly sealed: Uint8Array },
): string | undefined {
  if (sealed.length < NONCE_BYTES) return undefined;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const name = subject.open(placeOf(pseudonym), nonce, sealed.subarray(NONCE_BYTES));
  return name === undefined ? undefined : Buffer.from(name).toString("utf8");
}

function placeOf(pseudonym: string) {
  const eventId = Buffer.from(pseudonym.slice(USER_PREFIX.length), "base64url");
  return { eventId, index: SECTION, additional: CONTEXT };
}
