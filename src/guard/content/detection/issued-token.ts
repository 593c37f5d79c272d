// Credentials that say themselves whose they are: by a prefix, a mark inside, an address.
import { lazily } from "#base/lazily.ts";
import { type CredentialForm, credentialDetector } from "./credential.ts";
import type { Detector } from "./detector.ts";
import { looksGenerated } from "./generated-value.ts";

/**
 * `form` is the whole of a token as the text of a regular expression, without what stands around it. `longest`: its length at most, in characters; a window has that much
 * room behind a keyword and, where `isInside` says that the keyword is not at the beginning, before it. `anyBody`: the form alone
 * decides, and the rest need not look generated. `reach`: characters between a keyword and a token that does not hold it.
 */
export type IssuedToken = Omit<CredentialForm, "pattern" | "before" | "after"> & {
  readonly form: string;
  readonly flags?: string;
  readonly longest: number;
  readonly isInside?: boolean;
  readonly anyBody?: boolean;
  readonly reach?: number;
};

/** A detector whose tokens have a form, which tests and the reference read. */
export type TokenDetector = Detector & {
  readonly form: RegExp;
  readonly isNamed: boolean;
};

/** Tokens that may be so long are looked at again and again where their beginning stands often. */
const LONG_CHARS = 600;

/** No token begins anew within its first characters. */
function notAgain(keywords: readonly string[]): string {
  const begins = `(?:${keywords.map((one) => one.replace(/\W/g, "\\$&")).join("|")})`;
  return `(?!${begins}\\w{0,40}${begins})`;
}

/** The detector of a token that no letter, digit, dash or underscore goes on from. */
export function issuedToken(kind: IssuedToken): TokenDetector {
  const { form, flags = "", longest, isInside, anyBody, reach = 0, check, ...rest } = kind;
  const again = longest > LONG_CHARS && isInside !== true ? notAgain(kind.keywords) : "";
  const pattern = lazily(
    () => new RegExp(`(?<![A-Za-z0-9])${again}(?:${form})(?![A-Za-z0-9_-])`, `g${flags}`),
  );
  const detector = credentialDetector({
    ...rest,
    // WHY: a getter. Hundreds of patterns are read by few scans.
    get pattern() {
      return pattern();
    },
    before: isInside === true ? longest + 1 : 1,
    after: reach + longest + 1,
    check: (value, candidate) =>
      (anyBody === true || looksGenerated(bodyOf(value, kind.keywords))) &&
      (check === undefined || check(value, candidate)),
  });
  return ofForm(detector, { form, flags, isNamed: false });
}

/** A detector beside the form of its tokens. */
export function ofForm(
  detector: Detector,
  { form, flags, isNamed }: Readonly<Record<"form" | "flags", string>> & { isNamed: boolean },
): TokenDetector {
  const whole = lazily(() => new RegExp(form, flags));
  return {
    ...detector,
    isNamed,
    get form() {
      return whole();
    },
  };
}

/** What stands behind the keyword that a token begins with. */
function bodyOf(value: string, keywords: readonly string[]): string {
  const lower = value.slice(0, 64).toLowerCase();
  const keyword = keywords.find((one) => lower.startsWith(one));
  return keyword === undefined ? value : value.slice(keyword.length);
}
