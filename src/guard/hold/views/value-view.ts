// What a value shows in a view: as it is where its name and its form say that it is no secret, else something of the same shape.
import { nameStrength } from "../../content/detection/secret-names.ts";
import { scanText } from "../../content/scan.ts";
import { disguised, isCertificate, type Stream } from "./disguise.ts";

const WORDS =
  /^(?:true|false|yes|no|on|off|null|none|nil|undefined|auto|default|always|never|all|any)$/i;
/** Ports, counts and seconds. What is longer may be a code that somebody knows by heart. */
const SHORT_NUMBER = /^-?\d{1,5}(?:\.\d{1,3})?(?:ms|s|m|h|d|kb|mb|gb|k|%)?$/i;
/** Currencies, countries and languages. */
const SHORT_WORD = /^[A-Za-z]{1,3}$/;
/** What no secret looks like: where something listens, a file, a day or a time, a release. */
const OPEN_FORM = new RegExp(
  `^(?:${[
    String.raw`(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]{2,39}\]|localhost|[a-z][a-z0-9-]{0,62}|(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})?(?::\d{1,5})`,
    String.raw`\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?`,
    String.raw`(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}`,
    String.raw`(?:~|\.{1,2})?/[\w./@+-]{0,200}`,
    String.raw`\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?`,
    String.raw`v?\d{1,4}(?:\.\d{1,4}){1,3}`,
  ].join("|")})$`,
);
/** One of an enumeration, under a name that says nothing of a secret. WHY no dash: words that somebody knows by heart have some. */
const OPEN_WORDS = /^[a-z]{1,16}(?:_[a-z]{1,16}){0,2}$/;
const HINT =
  /sign|salt|pepper|secret|crypt|cipher|pin|login|cred|auth|token|key|pass|pwd|word|phrase/i;
const DAY = /^\d{4}-\d\d-\d\dT\d\d$/;
/** Last words of names whose values people show each other. */
const OPEN_ENDING =
  /(?:^|[_.-])(?:ports?|hosts?|hostname|domain|level|env|environment|stage|mode|region|zone|tz|timezone|lang|language|locale|timeout|retries|workers|threads|concurrency|debug|verbose|version|path|dir|directory|root|file|size|count|limit|max|min|ttl|interval|bucket|format|enabled|disabled|url|uri|endpoint|registry|scheme|protocol|driver|dialect|encoding|charset|type|loglevel|database|db|schema|adapter|engine|color|colour|theme|strict|fund|audit|progress|save|exact|prefix|tag|email|name|store|helpers?|context|kind)$/i;
const OPEN_BEGINNING =
  /^(?:feature|features|enable|disable|use|is|has|log|node_env|rails_env|next_public|vite|react_app|public)[_.-]/i;
/** Names of what is short and secret all the same. */
const CODE = /(?:^|[_.-])(?:pin|otp|totp|seed|mnemonic|code|combination|cvv|cvc)\d*$/i;
const PLAIN = /^[\w.:/@,+~*|=;\\ [\]-]*$/;
/** Says how the rest is written, as keys of Laravel do: programs take no other. */
const ENCODING = /^(?:base64|hex):/;
const ADDRESS = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#\s]*)([^\s]*)$/i;
/** A part of a value that stands for another variable. */
const REFERENCE =
  /(\$\{[A-Za-z_]\w*(?::?[-+?][^}]*)?\}|\$[A-Za-z_]\w*|\{\{\s*[\w.]+\s*\}\}|%\(\w+\)s|<%=\s{0,9}ENV(?:\.fetch\(|\[)["']\w{1,80}["'](?:\)(?:\s{0,9}\{\s{0,9}\d{1,5}\s{0,9}\})?|\])\s{0,9}%>)/;

/** The view of one value without its quotes. */
export function valueView(key: string, value: string, stream: Stream): string {
  if (REFERENCE.test(value) && !ADDRESS.test(value))
    return value
      .split(REFERENCE)
      .map((part, at) =>
        at % 2 === 1 ? referenceView(key, part, stream) : plainView(key, part, stream),
      )
      .join("");
  // WHY of a whole value alone: around a reference it may be a part of a longer one.
  return !isNamedSecret(key) && SHORT_WORD.test(value.trim())
    ? value
    : plainView(key, value, stream);
}

/** Whether a name says that its value is secret. */
export function isNamedSecret(key: string): boolean {
  return nameStrength(key) !== "none" || CODE.test(key);
}

/** `${NAME:-value}`: the name stays, and the value that stands in for it is one of both names. */
function referenceView(key: string, part: string, stream: Stream): string {
  const found = /^(\$\{\w+:?[-+?])(.*)(\})$/s.exec(part);
  if (found === null) return part;
  const [, before = "", value = "", after = ""] = found;
  const name = /\w+/.exec(before)?.[0] ?? "";
  // WHY by its mere hint too: `SECRET_V0` is no name that is known, and its value as little the other's.
  const whose = isNamedSecret(key) || HINT.test(key) ? key : name;
  return before + plainView(whose, value, stream) + after;
}

/** The view of a value that is no secret by its name: as it is, unless it looks like one. */
export function openView(key: string, value: string, stream: Stream): string {
  const bare = value.trim().replaceAll("!", "");
  return isPlain(bare) && isFoundClean(key, bare) ? value : valueView(key, value, stream);
}

function plainView(key: string, value: string, stream: Stream): string {
  const bare = value.trim();
  if (bare === "" || WORDS.test(bare) || isCertificate(bare)) return value;
  const start = value.indexOf(bare);
  const [before, after] = [value.slice(0, start), value.slice(start + bare.length)];
  const address = ADDRESS.exec(bare);
  if (address !== null) return before + addressView(address, stream) + after;
  const isNamed = isNamedSecret(key);
  if (!isNamed && SHORT_NUMBER.test(bare)) return value;
  const isOpen =
    OPEN_ENDING.test(key.replace(/([a-z\d])([A-Z])/g, "$1_$2")) ||
    OPEN_BEGINNING.test(key) ||
    bare.split(/, ?/).every((one) => isOpenForm(key, one));
  if (!isNamed && isOpen && isPlain(bare) && isFoundClean(key, bare)) return value;
  const [encoding = ""] = ENCODING.exec(bare) ?? [];
  return before + encoding + disguised(bare.slice(encoding.length), stream) + after;
}

/** Scheme, user, host, port and path stay; the password, what stands alone before the host, and parts that look like keys do not. */
function addressView(
  [, scheme = "", authority = "", rest = ""]: RegExpExecArray,
  stream: Stream,
): string {
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  const [user = "", ...password] = authority.slice(0, Math.max(at, 0)).split(":");
  const hide = (text: string): string =>
    text
      .split(REFERENCE)
      .map((part, place) => (place % 2 === 1 ? part : disguised(part, stream)))
      .join("");
  const keepsUser = password.length > 0 && password.join(":") !== "" && !isLikeKey(user);
  const shownUser = keepsUser ? user : hide(user);
  const shownPassword = password.length === 0 ? "" : `:${hide(password.join(":"))}`;
  const login = at < 0 ? "" : `${shownUser}${shownPassword}@`;
  return scheme + login + host + restView(rest, stream);
}

function restView(rest: string, stream: Stream): string {
  return rest.replace(
    /([?&;#]?)([^/?&;#=]*)(=?)([^/?&;#]*)/g,
    (all, sign: string, name: string, is: string, value: string) => {
      if (all === "") return all;
      if (is === "") return sign + (isLikeKey(name) ? disguised(name, stream) : name);
      const isOpen = nameStrength(name) === "none" && !isLikeKey(value);
      return sign + name + is + (isOpen ? value : disguised(value, stream));
    },
  );
}

/** Long, and of letters and digits that make no words. */
function isLikeKey(text: string): boolean {
  if (text.length >= 32 && /^[A-Za-z0-9_-]+$/.test(text)) return true;
  return (
    text.length >= 8 &&
    /\d/.test(text) &&
    /[A-Za-z]/.test(text) &&
    !/^[a-z]+(?:[._-][a-z]+)*[._-]?\d{0,3}$/i.test(text)
  );
}

function isOpenForm(key: string, text: string): boolean {
  if (OPEN_FORM.test(text) || SHORT_NUMBER.test(text) || SHORT_WORD.test(text)) return true;
  return OPEN_WORDS.test(text) && !HINT.test(key);
}

function isPlain(value: string): boolean {
  return (
    value.length <= 200 &&
    PLAIN.test(value) &&
    !value.split(/[/.:,@ ]/).some((one) => isLikeKey(one) && !DAY.test(one))
  );
}

function isFoundClean(key: string, value: string): boolean {
  const found = scanText(`${key}=${value}`, "view", { families: ["secret"] });
  return found.findings.length === 0 && !found.isTruncated;
}
