// A value of the same shape in place of a secret: letters for letters, digits for digits, with the prefix that tells programs what it is.

/** Numbers from 0 to 255 that depend on a value and on what only this machine knows; as many as asked for. */
export type Stream = (value: string, count: number) => Uint8Array;

/** Beginnings by which programs know a key of an issuer; longer ones come first. They tell nobody anything about the key. */
export const ISSUED_BEGINNINGS =
  "sk-ant-api03- sk-ant- sk-proj- sk_live_ sk_test_ pk_live_ pk_test_ rk_live_ rk_test_ sk- github_pat_ ghp_ gho_ ghu_ ghs_ ghr_ glpat- xoxa- xoxb- xoxp- xoxr- xoxs- xapp- AKIA ASIA AIza ya29. npm_ pypi- SG. dop_v1_ hf_ shpat_ shpss_ shpca_ shppa_ whsec_ eyJ hvs. dckr_pat_ lin_api_ figd_ ATATT glsa_ nvapi- gsk_ r8_ pul- sntrys_ tskey-".split(
    " ",
  );
const ISSUED = new RegExp(
  `^(?:${ISSUED_BEGINNINGS.map((one) => one.replaceAll(".", String.raw`\.`)).join("|")})`,
);
const NUMBER = /^\d+$/;
const HEX = /^(?:[0-9a-f]+|[0-9A-F]+)$/;
/** Lines around a key, which programs look for. */
const ARMOUR = /-----(?:BEGIN|END) [A-Z0-9 ]{1,40}-----/g;

const SCHEME = /^(?:Bearer|Basic) /i;
/** The first part of a signed token, which says how it is signed, and how the next one begins. */
const TOKEN_HEAD = /^(eyJ[\w-]{8,400})\.(?:eyJ)?/;
const BASE64 = /^[A-Za-z0-9+/]{8,}={0,2}$/;
/** What programs take base64 apart for: a key in lines, and a user with a password. */
const ENCODED = /^(?:-----BEGIN [A-Z0-9 ]{1,40}-----\r?\n|[\w.@+<>-]{1,200}:[ -~]+$)/;
const CERTIFICATES =
  /^(?:-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]{1,20000}-----END CERTIFICATE-----\s{0,4}){1,20}$/;

/** A text of the same length and shape in which no letter and no digit is as it was, but for what says whose key it is. */
export function disguised(value: string, stream: Stream): string {
  const scheme = SCHEME.exec(value)?.[0] ?? "";
  const rest = value.slice(scheme.length);
  return scheme + (encodedView(rest, stream) ?? lettersView(rest, stream));
}

/** Whether a text begins as keys of an issuer do. */
export function isIssued(value: string): boolean {
  return ISSUED.test(value);
}

/** Whether a text is nothing but certificates, which whoever connects is shown; as it is or in base64. */
export function isCertificate(value: string): boolean {
  return CERTIFICATES.test(decoded(value) ?? value);
}

function encodedView(value: string, stream: Stream): string | undefined {
  const text = decoded(value);
  if (text === undefined || !ENCODED.test(text)) return undefined;
  const shown = Buffer.from(lettersView(text, stream), "latin1").toString("base64");
  return shown === value ? undefined : shown;
}

/** The text that base64 stands for; undefined where it is none. */
function decoded(value: string): string | undefined {
  if (value.length % 4 !== 0 || !BASE64.test(value)) return undefined;
  const bytes = Buffer.from(value, "base64");
  return bytes.toString("base64") === value ? bytes.toString("latin1") : undefined;
}

function prefixOf(value: string): number {
  const issued = ISSUED.exec(value)?.[0] ?? "";
  const head = issued === "eyJ" ? TOKEN_HEAD.exec(value) : null;
  if (head === null) return issued.length;
  const says = Buffer.from(head[1] ?? "", "base64url").toString("latin1");
  return /^\{[^{}]*"alg"[^{}]*\}$/.test(says) ? head[0].length : issued.length;
}

function lettersView(value: string, stream: Stream): string {
  const kept = new Set<number>();
  for (const found of value.matchAll(ARMOUR))
    for (let at = found.index; at < found.index + found[0].length; at++) kept.add(at);
  const prefix = prefixOf(value);
  const isHex = value.length >= 8 && HEX.test(value);
  const isNumber = NUMBER.test(value);
  const bytes = stream(value, value.length);
  let shown = "";
  for (let at = 0; at < value.length; at++) {
    const one = value.charAt(at);
    if (at < prefix || kept.has(at)) shown += one;
    else if (isNumber && at === 0) shown += other(one, "123456789", bytes[at] ?? 0);
    else shown += otherOf(one, bytes[at] ?? 0, isHex);
  }
  return shown;
}

const NUMBER_PARTS = /^[-+]?0[xo]|[0-9]|[a-f]/gi;

/** Another number of the same form: `1e5` and `0x1f` too. */
export function disguisedNumber(source: string, stream: Stream): string {
  const bytes = stream(source, source.length);
  const isHex = /^[-+]?0x/i.test(source);
  return source.replace(NUMBER_PARTS, (one, at: number) => {
    if (one.length > 1) return one;
    if (one >= "0" && one <= "9") return other(one, "1234567", bytes[at] ?? 0);
    return isHex ? otherOf(one, bytes[at] ?? 0, true) : one;
  });
}

const DIGITS = "0123456789";
const SMALL = "abcdefghijklmnopqrstuvwxyz";
const LARGE = SMALL.toUpperCase();

function otherOf(one: string, byte: number, isHex: boolean): string {
  if (one >= "0" && one <= "9") return other(one, DIGITS, byte);
  if (one >= "a" && one <= "z") return other(one, isHex ? "abcdef" : SMALL, byte);
  if (one >= "A" && one <= "Z") return other(one, isHex ? "ABCDEF" : LARGE, byte);
  return one > "\u007f" ? "x" : one;
}

/** Another one of the alphabet than `one`. */
function other(one: string, alphabet: string, byte: number): string {
  const others = alphabet.replace(one, "");
  return others.charAt(byte % others.length);
}
