// assigned-secret: a value that a name says is secret, in code, settings, logs and commands, when it looks like one.
import { type Assignment, assignmentsIn, NAME_WORDS } from "../detection/assignment.ts";
import type { Detector, Surroundings } from "../detection/detector.ts";
import type { Tier } from "../detection/finding.ts";
import { isAtLeast } from "../detection/finding.ts";
import { nameStrength } from "../detection/secret-names.ts";
import { valueQuality } from "../detection/value-quality.ts";

const LONG = 20;
const PASSWORD_CHARS_MIN = 6;
const CHOSEN_CHARS_MIN = 8;
/** Letters and digits, as a person chooses them where no quotes say that it is a text. */
const isChosen = (value: string): boolean => /[A-Za-z]/.test(value) && /\d/.test(value);

export const assignedSecret: Detector = {
  id: "assigned-secret",
  title: "a value that its name calls a secret",
  family: "secret",
  tier: "medium",
  rank: 10,
  keywords: NAME_WORDS,
  before: 80,
  after: 320,
  *find(window, surroundings) {
    let behind = 0;
    // Generated and hostile texts say the same thousands of times.
    const told = new Map<string, Tier | undefined>();
    for (const one of assignmentsIn(window)) {
      if (one.span.start < behind || !isLookedAt(one, surroundings)) continue;
      const { name, value, isQuoted, form, isAlone, isTight } = one;
      const key = `${form}${isQuoted}${isAlone}${isTight} ${name} ${value}`;
      if (!told.has(key)) told.set(key, tierOf(one));
      const tier = told.get(key);
      if (tier === undefined) continue;
      behind = one.span.end;
      yield { ...one.span, tier: tierIn(tier, surroundings) };
    }
  },
};

function isLookedAt({ isQuoted, form, value }: Assignment, { file }: Surroundings): boolean {
  if (file.isLock) return false;
  return !file.isCode || isQuoted || form === "flag" || form === "element" || isDigits(value);
}

/** So many hexadecimal digits without quotes are no expression: they stand in a comment. */
const isDigits = (value: string): boolean => /^(?=\D{0,40}\d)[0-9a-f]{32,64}$/i.test(value);

function tierIn(tier: Tier, { file }: Surroundings): Tier {
  return (file.isTest || file.isExample) && isAtLeast(tier, "high") ? "medium" : tier;
}

/** Calls that give something a value: `.withPassword("…")`. */
const GIVING = /^(?:with|using|use)(?=[A-Z_])/;
/** Numbers of things, that keys of maps, logs and queues are, and addresses of tokens on a chain. */
const ID =
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[01][0-9A-HJKMNP-TV-Z]{25}|0x[0-9a-f]{40})$/i;

/** The name of an index or a constraint, as a dump of a database writes it behind `KEY`. */
const isIndexName = (name: string, value: string): boolean =>
  /key$/i.test(name) && /^(?:UK|FK|IDX|IX|PK|UQ)_?\w{8,64}$/i.test(value);
/** What an element or attribute of this name holds is the name of something: a property list, a binding of a key. */
const isBareKey = (name: string, form: Assignment["form"]): boolean =>
  form === "element" && /^key$/i.test(name);
/** Fingerprints by which OpenPGP names a key. */
const isFingerprint = (name: string, value: string): boolean =>
  /^(?:0x)?(?:[0-9A-F]{8}|[0-9A-F]{16}|[0-9A-F]{40})$/i.test(value) &&
  /gpg|pgp|signing_?key|sign_?key|key_?id/i.test(name);

/** What ends with its own name is a name under which something is stored: `AUTH_TOKEN: "shop24_auth_token"`, `storageKey: "shop24-theme"`. */
function saysItsName(name: string, value: string): boolean {
  const bare = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const own = bare(name.split(/[.[\]$]/).findLast((part) => part !== "") ?? "");
  if (own === "storagekey" && /^[a-z][a-z0-9]*(?:[-_:.][a-z0-9]+)+$/.test(value)) return true;
  return /^[A-Za-z]\w*(?:[-:.@]\w+)*$/.test(value) && own.length >= 5 && bare(value).endsWith(own);
}

/** What begins with its own name and goes on with words is the name of a field: `password: "passwordField2"`. */
const isField = (name: string, value: string): boolean =>
  value.toLowerCase().startsWith(name.toLowerCase()) &&
  /^(?:[A-Z][a-z]{2,16}|[_.-][a-z]{3,16}){1,3}\d?$/.test(value.slice(name.length));

/** How sure it is that the name and the value make a secret; undefined where they do not. */
export function tierOf(assignment: Assignment): Tier | undefined {
  const { name, value, isQuoted, form, isAlone, isTight } = assignment;
  if (isBareKey(name, form) || isIndexName(name, value) || isFingerprint(name, value))
    return undefined;
  const strength = nameStrength(form === "argument" ? name.replace(GIVING, "") : name);
  if (strength === "none" || value.toLowerCase() === name.toLowerCase()) return undefined;
  // An option that is told to be passed: "never pass `--no-verify`".
  if (/^--?[a-z]+(?:[-_][a-z]+)*(?:=|$)/.test(value)) return undefined;
  // The name of another secret is no secret: `adminPassword: "ftp-passwd"`.
  if (/^[A-Za-z]+(?:[-_ ][A-Za-z]+)*$/.test(value) && nameStrength(value) !== "none")
    return undefined;
  const quality = valueQuality(value);
  if (strength !== "password" && saysItsName(name, value)) return undefined;
  if (quality === "word" && isField(name, value)) return undefined;
  const isText = isQuoted || isAlone || form === "flag" || form === "element";
  if (strength === "weak" && (ID.test(value) || (!isQuoted && value.includes(":"))))
    return undefined;
  switch (quality) {
    case "none":
      return undefined;
    case "random":
      if (strength === "weak") return value.length >= LONG ? "medium" : "low";
      return value.length >= LONG && isText ? "high" : "medium";
    case "mixed":
      if (strength === "weak" || value.length < PASSWORD_CHARS_MIN) return undefined;
      if (!isText && !(isTight && value.length >= CHOSEN_CHARS_MIN && isChosen(value)))
        return undefined;
      return value.length >= CHOSEN_CHARS_MIN ? "medium" : "low";
    case "word":
      return strength === "password" && isText && value.length >= PASSWORD_CHARS_MIN
        ? "low"
        : undefined;
    default:
      return quality satisfies never;
  }
}
