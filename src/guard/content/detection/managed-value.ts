// Whether a text is a value as password managers and frameworks generate them: all kinds of characters in turns, and no words.

const CHARS_MIN = 12;
const CHARS_MAX = 256;
/** From that many on three kinds of characters say enough, and blanks may stand between them, as in the salts of WordPress. */
const LONG = 24;
const BLANKS_FROM = 40;
/** Of neighbours, the part that are of two kinds; in a value of all signs it is seven tenths. */
const CHANGES_MIN = 0.4;
/** The part that letters in runs with vowels may have: names, words and code have more. */
const WORDS_MAX = 0.55;
/** The same between blanks, where texts for people are the rule. */
const WORDS_BETWEEN_MAX = 0.35;
/** The part of characters that differ, and how many are enough whatever the length. */
const DISTINCT_MIN = 0.5;
const DISTINCT_ENOUGH = 20;

/** What is kept elsewhere or encrypted, was worked out from a value, or is to be replaced: no value, however it looks. */
const ELSEWHERE: readonly RegExp[] = [
  /^(?:ENC[[(]|Ag[A-Za-z0-9+/]{150}|\{(?:cipher|AES(?:-?\d{1,3})?|3?DES|RSA)\}|\{[A-Za-z0-9+/]{20,512}={0,2}\}$|\$ANSIBLE_VAULT)/i,
  /^\$(?:2[aby]\$\d\d|[156y]\$[\w./=,]{1,40}|apr1|argon2\w{0,2}|pbkdf2[-\w]*|scrypt)\$|^\{S?SHA\d{0,3}\}|^md5[0-9a-f]{32}$|^sha(?:1|256|384|512)[-:]/,
  /^[a-z][a-z0-9+.-]{1,24}:\/\/|https?:\/\/|^(?:vault|ssm|op|sm|kms|secretsmanager|keyring|arn|gcp|aws|azure|env|file)[:#]/i,
  /\$\{[A-Za-z_][\w.]{2,60}[}:]|^\$\(.*\)$|\{\{[ \t]?[\w.$]{3,60}[ \t]?[|}]|^<%.*%>$|^%\w{1,60}%$|^<[^<>]{0,80}>$|\[\[SP:|#\{[A-Za-z_][\w.:/()]{1,60}\}/,
  // A token with a detector of its own, a list of texts, a cookie that is taken away.
  /^eyJ[\w-]{8,}\.eyJ|^\["[^"]{0,80}"(?:,\s?"[^"]{0,80}"){0,20}\]$|expires=Thu,? 01[- ]Jan[- ]1970/i,
  // A member, an element or a call in code.
  /^[A-Za-z_]{2,40}(?:\.[A-Za-z_]{2,40}){0,4}\[\\?["']|^(?:[a-z_]{7,40}|[a-z_]{2,40}(?:\.[a-z_]{3,40}){1,4})\(/,
  // The name of a variable.
  /^\$(?:[A-Z_]{1,60}\d?|[a-z_]{1,60}\d?|[a-z]{1,20}(?:[A-Z][a-z]{1,20}){1,4})$/,
  // Classes and groups of a pattern, gaps of a template, signs of a format.
  /\[\^?(?:a-z|A-Z|0-9)|\(\?[:=!<]|\{(?:[a-z_]{3,40}|[A-Z_]{3,40}|[a-z]{2,20}(?:[A-Z][a-z]{2,20}){1,4})\}|(?:%[YmdHMSs][^A-Za-z0-9]?){3}/,
  /^[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}$/,
  /(?:change[-_]?me|placeholder|example|redacted|your[-_]|insert[-_]|replace[-_]|\*{4}|^\.{3}|\.{3}$|x{4}|X{4})/i,
];
const DJANGO = "django-insecure-";
const RUN = /[A-Z][a-z]{2,}|[a-z]{3,}|[A-Z]{4,}/g;
/** Letters in a row that no word has. */
const UNSPOKEN =
  /[b-df-hj-np-tv-xz]{4}|q(?!u)|[jvwx][b-df-hj-np-tv-xz]|[b-df-hj-np-tv-xz][jvwx]z|[aeiouy]{4}/i;

/** Whether a generator with signs in its alphabet wrote it. It says nothing of values of letters and digits alone. */
export function isManaged(value: string): boolean {
  const text = value.startsWith(DJANGO) ? value.slice(DJANGO.length) : value;
  if (text.length < CHARS_MIN || text.length > CHARS_MAX) return false;
  // Letters of other alphabets are words.
  if (!/^[ -~]+$/.test(text)) return false;
  // What fills up base64 is no sign of a generator.
  if (/^[A-Za-z0-9]+={1,2}$/.test(text)) return false;
  const { kinds, changes, hasSign, hasBlank } = turnsOf(text);
  if (!hasSign || kinds < (text.length >= LONG ? 3 : 4)) return false;
  if (hasBlank && text.length < BLANKS_FROM) return false;
  if (changes < (text.length - 1) * CHANGES_MIN) return false;
  const distinct = new Set(text).size;
  if (distinct < Math.min(text.length * DISTINCT_MIN, DISTINCT_ENOUGH)) return false;
  return (
    !ELSEWHERE.some((form) => form.test(text)) &&
    wordsOf(text) <= (hasBlank ? WORDS_BETWEEN_MAX : WORDS_MAX)
  );
}

/** Which kinds of characters a text has, and how often one follows another. */
function turnsOf(text: string) {
  let seen = 0;
  let changes = 0;
  let last = 0;
  let hasBlank = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const kind = kindOf(unit);
    if (unit <= 0x20) hasBlank = true;
    if (last !== 0 && (kind !== last || kind === 8)) changes += 1;
    seen |= kind;
    last = kind;
  }
  const kinds = [1, 2, 4, 8].filter((kind) => (seen & kind) !== 0).length;
  return { kinds, changes, hasSign: (seen & 8) !== 0, hasBlank };
}

function kindOf(unit: number): number {
  if (unit >= 0x61 && unit <= 0x7a) return 1;
  if (unit >= 0x41 && unit <= 0x5a) return 2;
  return unit >= 0x30 && unit <= 0x39 ? 4 : 8;
}

/** The part of a text that is letters in runs that can be spoken. */
function wordsOf(text: string): number {
  let letters = 0;
  for (const [run] of text.matchAll(RUN)) {
    if (UNSPOKEN.test(run)) continue;
    const vowels = run.match(/[aeiouy]/gi)?.length ?? 0;
    if (vowels >= run.length / 5 && vowels <= (run.length * 4) / 5) letters += run.length;
  }
  return letters / text.length;
}
