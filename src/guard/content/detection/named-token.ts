// Credentials without a mark of their own: a value of the right form is one where its key and its issuer stand before it.
import { lazily } from "#base/lazily.ts";
import { type CredentialForm, credentialDetector } from "./credential.ts";
import { looksGenerated } from "./generated-value.ts";
import { ofForm, type TokenDetector } from "./issued-token.ts";
import { keyBefore, keyIsGeneric, keyNamesSecret } from "./key-name.ts";

/**
 * `form` is the value alone, `longest` its length at most, `keywords` are names of the issuer. `anyBody`: the value is made of letters
 * or digits alone and need not look generated. Of tier `medium` unless told.
 */
export type NamedToken = Omit<CredentialForm, "pattern" | "before" | "after" | "check"> & {
  readonly form: string;
  readonly flags?: string;
  readonly longest: number;
  readonly anyBody?: boolean;
};

/** Characters between an issuer's name and a value that it still belongs to. */
const REACH = 160;

/**
 * The detector of a value whose key says that it is secret (`key`, `token`, `password`) and names the issuer, or says nothing else
 * where the issuer is named shortly before.
 */
export function namedToken(kind: NamedToken): TokenDetector {
  const { form, flags = "", longest, anyBody, ...rest } = kind;
  const keywords = [...new Set(kind.keywords.flatMap(spellings))];
  const pattern = lazily(
    () =>
      new RegExp(
        `(?<![A-Za-z0-9_+/.-])(?:${form})(?![A-Za-z0-9_+/=-]|\\.[A-Za-z0-9])`,
        `g${flags}`,
      ),
  );
  const detector = credentialDetector({
    tier: "medium",
    rank: 25,
    ...rest,
    keywords,
    // WHY: a getter. Hundreds of patterns are read by few scans.
    get pattern() {
      return pattern();
    },
    before: 64,
    after: REACH + longest + 1,
    check: (value, { window, start }) =>
      isNamed(window, start, keywords) && (anyBody === true || looksGenerated(value)),
  });
  return ofForm(detector, { form, flags, isNamed: true });
}

/** A name as keys of several words and of one word spell it: `dd_api_key`, `ddApiKey`. */
const spellings = (name: string): readonly string[] => [
  name,
  name.replaceAll(/(?<=[a-z0-9])[_-](?=[a-z0-9])/g, ""),
];

function isNamed(window: string, start: number, names: readonly string[]): boolean {
  const key = keyBefore(window, start);
  if (!keyNamesSecret(key)) return false;
  const lower = key.toLowerCase();
  if (names.some((name) => lower.includes(name))) return true;
  if (!keyIsGeneric(key)) return false;
  const near = window.slice(Math.max(0, start - REACH), start).toLowerCase();
  return names.some((name) => near.includes(name));
}
