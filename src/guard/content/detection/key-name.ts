// The key that stands before a value in code, configuration, headers and command lines, and what it says of the value.

const KEY_CHARS_MAX = 80;
/** Keys gone back over where the nearer one says nothing of its own. */
const HOPS_MAX = 5;
/** Characters between a key and its value: quotes, brackets, an operator, spaces, an opening of a call. */
const BETWEEN_MAX = 32;
const BETWEEN = new Set([..." \t\r\n\"'`\\=:,<>()[]{}|/&*?"]);
const KEY_CHAR = /[A-Za-z0-9_.-]/;
/** What only says that a value follows: `- name: A_TOKEN`, `value: ...`; `Authorization: Bearer ...`; a type; a verb between words. */
const FORWARDING = new Set(
  `as basic bearer const char default export is key let set str string text to token val value var was`.split(
    " ",
  ),
);
/** What keys of secrets have in them. */
const SECRET =
  /key|token|secret|passw|passphrase|pwd|auth|cred|bearer|licen[cs]e|webhook|(?:^|[_.-])(?:pat|pass|psk)$/i;
/** What is public, what only identifies, what was worked out from something else. */
const NO_SECRET =
  /author(?!iz)|keyword|keyboard|keycode|public|publish|checksum|digest|hash|md5|sha[0-9]|fingerprint|commit|etag|integrity|uuid|guid|(?:key|token)[_.-]?ids?$|(?:key|token|secret)[_.-]?(?:name|file|path|arn|url|uri|length|type)s?$|(?:cache|primary|foreign|sort|partition|object)[_.-]?key/i;
const GENERIC = new Set(
  `access account admin api app application apikey apitoken accesstoken accesskey auth authorization authtoken basic bearer bot
  client clientsecret config conf cred credential credentials default env header headers key license my options opts param
  params pass passphrase passwd password pat personal private pwd secret secretkey secrets self server service set settings
  signing system the this token user value webhook x`.split(/\s+/),
);

/** The key of the value that begins at `start`, as it is written; empty where none stands there. Takes time bounded by constants. */
export function keyBefore(text: string, start: number): string {
  let nearest = "";
  let at = start;
  for (let hop = 0; hop < HOPS_MAX; hop += 1) {
    const end = behind(text, at, BETWEEN_MAX, (one) => BETWEEN.has(one));
    if (end === at) break;
    at = behind(text, end, KEY_CHARS_MAX, (one) => KEY_CHAR.test(one));
    const key = text.slice(at, end);
    // The last part of a path, as in lists of modules and their commits: `host.org/ada/pat 5f1c…`.
    if (hop === 0 && text[at - 1] === "/" && /^[ \t]+$/.test(text.slice(end, start))) return "";
    if (keyNamesSecret(key)) nearest ||= key;
    if (!FORWARDING.has(key.toLowerCase())) return keyNamesSecret(key) ? key : nearest || key;
  }
  return nearest;
}

/** Where the characters of one kind begin that end at `end`, at most `max` of them. */
function behind(text: string, end: number, max: number, isKind: (one: string) => boolean): number {
  let at = end;
  while (at > 0 && end - at < max && isKind(text[at - 1] ?? "")) at -= 1;
  return at;
}

/** Whether a key says that its value is a secret. */
export function keyNamesSecret(key: string): boolean {
  return SECRET.test(key) && !NO_SECRET.test(key);
}

/** Whether a key says nothing more than that: no service, no purpose of somebody else. */
export function keyIsGeneric(key: string): boolean {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.every((word) => word === "" || GENERIC.has(word));
}
