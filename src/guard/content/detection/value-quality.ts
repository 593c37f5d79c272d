// How much a text looks like a value that somebody has to keep secret: made at random, thought up as a password, or plain words.
import { lazily } from "#base/lazily.ts";
import { characterKinds, entropy } from "./entropy.ts";
import { isPlaceholder } from "./placeholder.ts";

/** `random`: only a generator writes it. `mixed`: letters with digits or signs, as people choose passwords. `word`: letters alone. */
export type ValueQuality = "random" | "mixed" | "word" | "none";

/** Values that say what should stand there, or that there is none. */
const NO_VALUES =
  /^(?:null|nil|none|undefined|true|false|yes|no|on|off|string|str|text|bytes?|number|int(?:eger)?|bool(?:ean)?|object|array|optional|required|default|auto|value|any|void|self|this|empty|test(?:ing|ed)?|foo|bar|baz|foobar|todo|tbd|n\/?a|unknown|enabled|disabled|hidden|masked|env|file|vault|prompt|input|data|basic|bearer|digest|md5|sha\d{1,3}|password|passwd|secret|token|key|api_?key|username|user|admin|root|access_token|refresh_token|id_token|client_secret|private|public|postgres(?:ql)?|mysql|mariadb|guest|minio|minioadmin|rabbitmq|redis|mongo(?:db)?|elastic|changeit|changeme|[*.xX•·●_-]+(?:\\n)?)$/i;
/** What is no secret by its form: places, versions, dates, media types, colours, digests of packages, parts of code. */
const OTHER_FORMS: readonly RegExp[] = [
  /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|https?:\/\/|file:|\w{2,10}:\/\/)/,
  /^[A-Za-z_][A-Za-z_-]{0,24}(?:\.[A-Za-z_][A-Za-z_-]{0,24})+$/,
  // Encrypted: SOPS and Jasypt, sealed secrets, Spring and WebLogic, Maven and Jenkins.
  /^(?:ENC[[(]|Ag[A-Za-z0-9+/]{150}|\{(?:cipher|AES(?:-?\d{1,3})?|3?DES|RSA)\}|\{[A-Za-z0-9+/]{20,512}={0,2}\}?$)/i,
  /^(?:vault|ssm|op|sm|kms|secretsmanager|keyring|arn|gcp|aws|azure|env|file)[:#][^\s]{0,300}[/#:]/,
  /\|/,
  /^X-[A-Za-z0-9-]{2,60}$/,
  /^(?:base(?:16|32|58|64)(?:url)?|utf-?8|hex|latin1|ascii|binary)$/i,
  /^(?:[[({]{1,2}[A-Za-z_ ]*[\])}]{0,2}|![\w-]+|[[{]{1,2}\w+:?)$/,
  /^[A-Za-z_][\w.]*\[|^\["[^"]{0,80}"(?:,\s?"[^"]{0,80}"){0,20}\]$/,
  /^[a-z]{2,10}:[A-Za-z_.-]+$/,
  /^(?:scram-sha-\d+|argon2\w{0,2}|pbkdf2[-_:]\w+|aes[-_]?\d+[-_]\w+|hmac[-_]?sha\d+)$/i,
  /^(?:[A-Z][a-z]{1,12}-[A-Z][A-Za-z]{2,20}|[A-Z][A-Za-z]{2,24}[!?])$/,
  /^(?:@@|__|%%).*(?:@@|__|%%)$/,
  /(?:^|[^A-Za-z])(?:fake|dummy|your|mock|sample|my|some|test)[-_][a-z]/i,
  /^[~^<>=v]*\d+\.\d+(?:\.[\dx*]+)?(?:[-+.][\w.]+)?$/,
  /^\d{4}-\d\d-\d\d(?:[T ][\d:.Z+-]*)?$/,
  /^#[0-9a-fA-F]{3,8}$/,
  /^[a-z]+\/[a-z0-9.+*-]+(?:;.*)?$/,
  /^sha(?:1|256|384|512)[-:]/,
  /^\+?[\d\s().-]+$/,
  // The bracket first: reading on from each letter to it would take the square of a long word.
  /\((?<=[A-Za-z_]\w{0,60}\()|\{\{?\w*\}|=>|&&|::|->|\[\d*\]|<\/?[a-z]/,
  /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/,
  /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/,
  /^(?:%[-\w.]*[sdif]|\{\w*\}|:\w+|@\w+)$/,
  /^(?:[\w-]+:){2,}/,
  // A variable of `cmd`, a selector of CSS, a text that code goes on behind, a pair of its own, a member with its bracket open.
  /^![A-Z][A-Z0-9_]*!$/,
  /^[#.:][a-z]+(?:[-_][a-z]+)+$/,
  /^['"+.\s]{0,4}\.\s?\$|['"]\s?[.+]\s?['"$]|^\$?\w+\([^)]*$/,
  /^[A-Za-z]\w{0,40}=(?:[A-Za-z]{1,24}|\d{1,3})(?:,\w{1,40}=[A-Za-z]{1,24})*$/,
  // Patterns, texts with gaps, paths of words, names of steps that are counted, members of modules.
  /\\[dwsbDWSB][+*{)\]/]?|\{[A-Za-z_]+(?:\.\w+)+\}/,
  /^(?:[a-z_-]{1,40}\/){2,}[a-z_-]{0,40}$/i,
  /^[\w-]+\/[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|^[A-Z][A-Za-z]{1,24}(?::[A-Z][A-Za-z]{1,24})+$/,
  /^\d{2,6}(?:_[a-z]+){2,}$/,
  /^[A-Za-z_]{1,40}(?:\d[A-Za-z_]{0,40})?(?:\.(?:x509|[A-Za-z_]{1,40}(?:\d[A-Za-z_]{0,40})?))+$/,
  /^[:<][A-Za-z]+(?:-[A-Za-z]+)+>?$/,
  // Keys that stand in pages and apps for everybody to see; how much one of Google is worth its own detector says.
  /^(?:AIza[\w-]{35}$|pk_(?:live|test)_|pk\.eyJ|phc_\w{40}|sb_publishable_|eyJ[\w-]{8,}\.eyJ[\w-]{4,}\.)/,
  // Words in a script that is read in syllables: a text for people.
  /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff]/,
  // Resources of Android, a table of a mail server, a member with what follows it, a tag of Go, a number of C.
  /^[@?]\+?[a-z:]{2,24}\/[\w.]+$|^[a-z]{2,12}:\/[^/]/,
  /^(?:process|import\.meta|os|Deno|Bun|ENV|System|config|settings|self|this)(?:\.[A-Za-z_]\w{0,60}){1,6}[!?;)]{1,3}$/,
  /,(?:omitempty|omitzero)\b|^0x[0-9a-f]{1,8}[ul]{0,3}$/i,
  // An expression that a text is joined with, the end of a gap in a template, a call with its type.
  /^\+\w{1,40}(?:\.\w{1,40}){1,4}\W{0,3}$|^\}\}|<\w{1,40}>\(/,
  // Groups and classes of a pattern, a gap for a value, a path of Windows' registry.
  /\(\?[:=!<]|\[\^?(?:a-z|A-Z|0-9)|%[sd](?:\W|$)|^[A-Za-z]\w{0,40}(?:\\{1,2}\w{1,40}){2,8}$/,
  // Suites of ciphers: `ECDHE-PSK-AES128-CBC-SHA`.
  /^(?=[A-Z\d-]*(?:AES|ARIA|CAMELLIA|CHACHA|NULL-|RC4|3DES))(?:[A-Z\d]{2,10}-){1,6}[A-Z\d]{1,10}$/,
  // What tells a fault, a standard or an issue: CVE, GHSA, CWE, advisories of systems, RFC; `SHOP-2024-0117`.
  /^(?:(?:CVE|CNVD|EUVD|JVNDB)-\d{4}-\d{3,8}|GHSA(?:-[2-9cfghjmpqrvwx]{4}){3}|(?:CWE|CAPEC|RHSA|RHBA|USN|DSA|DLA|ALAS)-?\d[\d:.-]{0,16}|RFC-?\d{3,5})(?:-[a-z]{2,20}){0,3}$/i,
  /^[A-Z][A-Z0-9]{1,9}-(?:\d{4}-)?\d{1,7}$/,
  // How something is made: `SHA256-hash`, `AES-256-encrypted-at-rest`; how long it has to be.
  /^(?=(?:[A-Za-z0-9]{1,12}-){0,5}(?:JWT|HMAC|SHA|MD5|AES|RSA|ECDSA|PBKDF2|bcrypt|base(?:32|58|64)|[RHEP]S(?:256|384|512))(?:\d{1,3})?(?:-|$))(?:[A-Z]{2,6}\d{0,4}|base\d\d|\d{3}|[a-z]{2,12})(?:-(?:[A-Z]{2,6}\d{0,4}|\d{3}|[a-z]{2,12})){1,6}$/i,
  /^(?:min|max)\d{1,4}[a-z]{4,12}$|^\d{1,3}\.[x*](?:-[a-z]{2,16}){0,2}$/i,
  // Packages and their versions.
  /^(?:npm|jsr|workspace|link|portal|patch|data):|^projects\/[^\s/]{1,80}\/secrets\/|^@[\w.-]{1,60}\/[\w.-]{1,80}(?:@[\w.^~-]{1,30})?$/,
  // Digests of passwords are no passwords; they have a detector of their own.
  /^\$(?:2[aby]?|1|5|6|y|apr1|argon2\w{0,2}|pbkdf2[-\w]*|scrypt)\$|^md5[0-9a-f]{32}$/,
  /\.(?:dll|exe|so|jar|py|js|ts|json|ya?ml|pem|key|crt|txt|md|html?|pdf|png|jpe?g|svg|csv|zip|ckpt|pth?|onnx)$/i,
];
/** Those forms as a few patterns: one search costs less than many, and what is tied to the beginning is tried nowhere else. */
const otherForms = lazily(() => {
  const sources = new Map<string, string[]>();
  for (const { source, flags } of OTHER_FORMS) {
    const kind = `${source.startsWith("^") ? "^" : ""}${flags}`;
    sources.set(kind, [...(sources.get(kind) ?? []), source]);
  }
  return [...sources].map(([kind, of]) => new RegExp(of.join("|"), kind.replace("^", "")));
});
/** Words joined by signs or capitals: names of things. */
const JOINED_WORDS =
  /^_{0,4}[A-Za-z]?[a-z]+(?:(?:[-_./: ][A-Z]?|[A-Z])[a-z]+)*(?:V?\d{1,2}|[-_]v\d{1,3}|[-_./:]|[-_]{2,4})?$/;
/** The same with one word in capitals: `CircleCI`, `_RSAPrivateKey`. */
const JOINED_ACRONYM =
  /^_{0,4}(?:[A-Z]?[a-z]{2,}(?:[-_. ]?[A-Z][a-z]{2,}|[-_. ][a-z]{2,})*)?[-_. ]?[A-Z]{2,4}(?:[-_. ]?[A-Z][a-z]{2,}|[-_. ][a-z]{2,})*$/;
/** Words of any language with letters outside of ASCII: labels of a form. */
const LETTERS = /^(?=.*[\u0080-\uffff])\p{L}+(?:[-'’]\p{L}+){0,4}$/u;
const WORDY_SEPARATED = /^_{0,4}[a-z]+(?:[-_.][a-z0-9]{1,8})+$/i;
/** Words of techniques that have a digit in them. */
const NUMBERED =
  /OAuth2|S3|EC2|K8s|[iI]18n|[lL]10n|[bB]ase(?:32|58|64)|[sS]ha(?:1|256|512)|[mM]d5|H(?:ttp|TTP)2|U(?:tf|TF)8|utf8|[oO]auth2|ed25519|x25519|aes(?:128|256)|[re]sa(?:2048|4096)|[hre]s256/g;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

const RANDOM_CHARS_MIN = 16;
const HEX_BITS_MIN = 2.9;
const RANDOM_BITS_MIN = 3.4;
const NOISE_CHARS_MIN = 40;
const NOISE_BITS_MIN = 4.8;
/** Bits of a row that has so many signs that no code has them. */
const SIGNED_NOISE_BITS_MIN = 4.2;
/** So many different signs no code has without a blank. */
const SIGNS_MIN = 11;
const SIGNED = /(?:[^\w\s]\w*){9}/;

/** What a value looks like, whatever name it has. */
export function valueQuality(value: string): ValueQuality {
  if (value.length < 4 || NO_VALUES.test(value) || isPlaceholder(value)) return "none";
  if (UUID.test(value) || isNoise(value)) return "random";
  if (otherForms().some((form) => form.test(value))) return "none";
  if (/\s/.test(value)) return "none";
  if (isRandom(value)) return "random";
  if (JOINED_WORDS.test(value.replaceAll(NUMBERED, "x"))) return "word";
  if (JOINED_ACRONYM.test(value) || LETTERS.test(value)) return "word";
  const kinds = characterKinds(value);
  if (kinds < 2) return "word";
  return WORDY_SEPARATED.test(value) && !/\d{2}/.test(value) ? "word" : "mixed";
}

/** How many different signs stand in it. */
const signsOf = (value: string): number => new Set(value.match(/[^\w\s]/g)).size;

/** Whether it is a long row of all kinds of characters, as the salts of a configuration are: its signs are no code. */
function isNoise(value: string): boolean {
  return (
    value.length >= NOISE_CHARS_MIN &&
    !/\s/.test(value) &&
    /(?:[^\w\s]\w*){4}/.test(value) &&
    /(?:\d\D*){3}/.test(value) &&
    entropy(value) >= (SIGNED.test(value) ? SIGNED_NOISE_BITS_MIN : NOISE_BITS_MIN) &&
    !/https?:|\\/.test(value) &&
    // So many signs say more than letters in a row do.
    !(signsOf(value) >= SIGNS_MIN ? /[A-Za-z][a-z]{5}/ : /[A-Za-z]{6}|[A-Za-z]-[A-Za-z]/).test(
      value,
    )
  );
}

/** Whether only a generator writes it: long, with digits among the letters and no words to be seen. */
function isRandom(value: string): boolean {
  if (value.length < RANDOM_CHARS_MIN || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  const bits = entropy(value);
  if (/^[0-9a-f]+$|^[0-9A-F]+$/.test(value)) return bits >= HEX_BITS_MIN;
  if (bits < RANDOM_BITS_MIN || SENTENCE.test(value)) return false;
  return !hasWords(value);
}

/** Words and numbers that dashes join, at least five: a sentence that says what should stand there. */
const SENTENCE = /^(?:[a-z]{1,14}|[a-z]{0,2}\d{1,9})(?:[-_](?:[a-z]{1,14}|[a-z]{0,2}\d{1,9})){4,}$/;
const WORD_RUN = /[A-Z][a-z]{2,}|[a-z]{3,}/g;

/** Whether most of it is runs of letters that can be spoken: vowels come as often as in words. */
function hasWords(value: string): boolean {
  let letters = 0;
  for (const [run] of value.matchAll(WORD_RUN)) {
    const vowels = run.match(/[aeiouy]/gi)?.length ?? 0;
    if (vowels >= run.length / 5 && vowels <= (run.length * 4) / 5) letters += run.length;
  }
  return letters > value.length * 0.6;
}
