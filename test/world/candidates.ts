// Lines that may hold a secret or a personal number: written without a look at the detectors, wide enough that a person reads them all.

/** What a person is asked about: a secret, or a number that tells who somebody is. */
export type Asked = "secret" | "personal";
/** `strong`: the name or form of a secret with a value written out. `weak`: a name that other things have too. */
export type Strength = "strong" | "weak";

const LINE_CHARS_MAX = 1_000;
/** A name, then `=`, `:`, `=>`, `,`, `>` or a blank, then what is written out. */
const STRONG = named(
  "pass(?:w|wd|word|phrase|code)?|pwd|secret|token|api_?-?key|access_?-?key|private_?-?key|auth(?!or)|cred|conn|dsn|salt|webhook|bearer",
);
const WEAK = named("key|license|signature|session|cookie|pin|hash|code");
const USER_INFO = /:\/\/[^/\s:@"']{1,100}:[^/\s@"']{1,200}@/;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/;
const HEADER =
  /\b(?:Authorization|Bearer|Basic)\b["']?\s{0,3}[:,]?\s{0,3}["']?[A-Za-z0-9+/=._-]{8,}/;
const OPTION = /\s(?:--?(?:password|passwd|pass|token|secret|api-?key)[= ]|-p)[^\s-]\S{2,}/i;
const LONG_RUN = /[A-Za-z0-9_+/=-]{20,400}/g;
const PHONE =
  /(?:phone|tel|mobile|fax|cell|whats)\D{0,12}\+?[\d(][\d ().-]{6,}\d|\+\d{1,3}[ .(-]{0,2}\d[\d ().-]{6,}\d/i;
const CARD = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w.-])/;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/;
const NATIONAL = /(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\w.-])/;

/** How much the line looks like a secret that is written out; undefined where it does not, and for more than 1,000 characters. */
export function secretStrength(line: string): Strength | undefined {
  if (isBare(line)) return undefined;
  if ([PRIVATE_KEY, USER_INFO, HEADER, OPTION].some((form) => form.test(line))) return "strong";
  if (
    isWrittenOut(STRONG.exec(line)) ||
    [...line.matchAll(LONG_RUN)].some(([run]) => isRandom(run))
  )
    return "strong";
  return isWrittenOut(WEAK.exec(line)) ? "weak" : undefined;
}

/** The name of a password, a token or a key with a value beside it that is no reference and no placeholder in brackets. */
const WRITTEN =
  /(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|credentials?)["'\]]{0,2}\s{0,4}(?:=>|:=|[:=]|(?:value|default)["']?\s?[:=])\s{0,4}["'`]?(?![$<{([*%]|process\b|os\.|env\b|null|true|false|none|string|required)[^\s"'`,;]{5,}/i;

/** Whether the line plainly gives a value to the name of a secret. */
export function isWrittenSecret(line: string): boolean {
  return !isBare(line) && WRITTEN.test(line);
}

/** Whether the line may hold the number of a phone, a card, an account or a person. */
export function mayBePersonal(line: string): boolean {
  return !isBare(line) && [PHONE, CARD, IBAN, NATIONAL].some((form) => form.test(line));
}

function isBare(line: string): boolean {
  return line.length > LINE_CHARS_MAX || line.trim().length < 6;
}

function named(names: string): RegExp {
  return new RegExp(
    `(?:${names})\\w{0,40}["'\\]]{0,2}\\s{0,4}(?:=>|:=|[:=,>])\\s{0,4}(?:\\w{1,3}(?=["'\`]))?(["'\`]?)([^\\s"'\`]{4,400})`,
    "i",
  );
}

/** A value without quotes that calls, points or begins a block is an expression. */
function isWrittenOut(match: RegExpExecArray | null): boolean {
  const [, quote = "", value = ""] = match ?? [];
  if (
    value === "" ||
    /^(?:true|false|null|none|nil|undefined|string|number|self|this)\W*$/i.test(value)
  )
    return false;
  return quote !== "" || !/^[\w.]*[([{<]|^[{$<*&@]|\w\.\w+[;,)]?$/.test(value);
}

/** Letters of both cases and digits, and no words in it. */
function isRandom(run: string): boolean {
  const isMixed = /[0-9]\D{0,40}[0-9]/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
  return isMixed && !/[a-z]{6}|[A-Z]{7}/.test(run) && entropy(run) >= 3.8;
}

function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}
