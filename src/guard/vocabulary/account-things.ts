// What a call makes, changes or takes away of a login's own at a forge or registry, in words that a request there can be compared with.
import { ANY_SEGMENT, type Subjects } from "./effect.ts";

/**
 * `gist`: who sees it (or `existing`) and a file's name or its id. `key`: what it is for and the key itself, or its id. `repository`: who sees it
 * and its name. `shown`, `renamed` and `archived`: what becomes of one that is there. `secret`: whether it is the account's own. `token`: whose it
 * is, and what it may do.
 */
type ThingKind =
  | "gist"
  | "key"
  | "repository"
  | "shown"
  | "renamed"
  | "archived"
  | "secret"
  | "token";

/** What a key is for: to log in, to sign, both, to read or change one repository. `gone` is one that is taken away. */
export type KeyUse = "login" | "signing" | "both" | "gpg" | "deploy-read" | "deploy-write" | "gone";

const WORD_MAX = 16_384;

/** One thing as a subject of an effect. Undefined stands for what is not known: any. */
export function thing(kind: ThingKind, ...words: readonly (string | undefined)[]): string {
  const known = words.map((word) =>
    word === undefined || word.length > WORD_MAX ? ANY_SEGMENT : encodeURIComponent(word),
  );
  return [kind, ...known].join(" ");
}

/** Whether one thing is the other, or one of those that it stands for. */
export function isThing(named: string, asked: string): boolean {
  const [words, given] = [named.split(" "), asked.split(" ")];
  return (
    words.length === given.length &&
    words.every((word, at) => word === ANY_SEGMENT || word === given[at])
  );
}

/** Whether a subject is a thing, and no name of a repository, package or path. */
export function isOfAccount(subject: string): boolean {
  return !subject.startsWith("/") && subject.includes(" ");
}

/** The part of a key's text that is the key: of a line for SSH without its name, of an armored block without spaces. */
export function keyItself(text: string): string {
  const [, blob = ""] = /^(?:ssh|ecdsa|sk)-\S{1,80}\s+([A-Za-z0-9+/=]+)/.exec(text.trim()) ?? [];
  return blob === "" ? text.replace(/\s+/g, "") : blob;
}

const KEYS: Readonly<Record<KeyUse, string>> = {
  login: "an SSH key that logs in as this account",
  signing: "a key whose signatures count as this account's",
  both: "an SSH key that logs in and signs as this account",
  gpg: "a GPG key whose signatures count as this account's",
  "deploy-read": "a deploy key that reads the repository",
  "deploy-write": "a deploy key that may push to the repository",
  gone: "a key",
};
const SEEN: Readonly<Record<string, string>> = {
  public: "for everybody to see",
  private: "for its members alone to see",
  internal: "for all of the organization to see",
  secret: "for whoever has its address",
};

/** What is done, for a sentence that begins with "this"; undefined where no thing is among the subjects. */
export function thingsInWords(subjects: Subjects = []): string | undefined {
  const [kind, first = "", second = ""] = subjects.find(isOfAccount)?.split(" ") ?? [];
  const name =
    second === "" || second === ANY_SEGMENT
      ? ""
      : ` \`${decodeURIComponent(second).slice(0, 100)}\``;
  const seen = Object.hasOwn(SEEN, first) ? `, ${SEEN[first]}` : "";
  switch (kind as ThingKind | undefined) {
    case undefined:
      return undefined;
    case "gist":
      return first === "existing" ? `changes or deletes gist${name}` : `publishes a gist${seen}`;
    case "key": {
      if (first === "gone") return `takes away key${name}`;
      return `adds ${Object.hasOwn(KEYS, first) ? KEYS[first as KeyUse] : "a key"}`;
    }
    case "repository":
      return `makes repository${name}${seen}`;
    case "shown":
      return seen === ""
        ? undefined
        : `makes a repository${seen.slice(1).replace(/^ for/, " one for")}`;
    case "token":
      return `makes a token${second === "full" ? " that may do all that this account may" : ""}`;
    default:
      // A sentence of the call's own words says it.
      return undefined;
  }
}
