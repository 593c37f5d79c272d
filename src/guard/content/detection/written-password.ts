// Plain passwords that no assignment gives: hashed where an account is made, in a word of a command, under a section of signing keys.
import type { Hit } from "./detector.ts";
import { valueQuality } from "./value-quality.ts";

/** Functions that make the digest of a password; a text in them is the password itself. */
const HASHED =
  /(?<![\w$]|\|\s?)(?:password_hash|generate_password_hash|make_password|set_password|(?:get_)?hash_?[pP]assword|get_password_hash|HashPassword|hashpw|Hash::make|bcrypt(?:js)?\.hash(?:Sync|pw)?|argon2\.hash|pwd_context\.hash|hash_pwd_salt|GenerateFromPassword|[pP]asswordEncoder(?:\(\))?\.encode|(?<=[pP]assword["']?\s?(?:=>|[=:(])\s?)[eE]ncoder\.encode|(?:postgresql|mysql)_password)\(\s{0,8}(?:["'][\w.@-]{1,64}["'],\s?)?(?:\[\]byte\()?b?["'`](?<value>[^\s"'`]{3,64})["'`]/g;
/** What such functions are told beside it. */
const ALGORITHM = /^(?:sha-?\d+|md5|bcrypt|argon2\w{0,2}|utf-?8|hex|base64)$/i;
/** A user and a password that code puts into the header of HTTP's basic scheme. */
const ENCODED =
  /(?<![\w$])(?:btoa|Buffer\.from|b64encode|base64_encode|Base64\.(?:strict_|urlsafe_)?encode64|[eE]ncodeToString|Base64\.encode(?:Base64)?)\(\s{0,4}(?:\[\]byte\()?b?["'`][\w.@+-]{1,64}:(?<value>[^\s"'`:$<{]{4,64})["'`]/g;
/** MySQL manual, 4.2.4: `-p` has no blank before its value. */
const COMMANDED =
  /(?<![\w/.-])(?:mysql|mysqldump|mysqladmin|mariadb)(?:[ \t][^\n|;&]{0,120}?)?[ \t]["']?-p(?!ort\b|assword\b|rotocol\b)(?<value>[\w.!@#%+-]{3,64})(?=["'\s]|$)/g;
/** The settings of .NET keep the key that signs tokens in a section of its own. */
const SIGNING =
  /"\w{0,24}(?:jwt|token|auth(?!or))\w{0,24}"\s{0,4}:\s{0,4}\{[^{}]{0,400}?"(?:signing|security|issuerSigning|secret|private)?(?:key|secret)"\s{0,4}:\s{0,4}"(?<value>[^\s"\\]{8,200})"/gi;

/** Words of which one stands in each of these. */
export const WRITTEN_WORDS = [
  ...["btoa(", "buffer.from(", "b64encode(", "base64_encode(", "encode64(", "encodetostring("],
  ...["hash::make", "bcrypt", "argon2", "hashpw", "encoder", "mysql", "mariadb", '"jwt'],
] as const;

/** What these forms hold in a window, in no order; `isOne` says whether a value may be a password. */
export function writtenPasswordsIn(
  window: string,
  isOne: (value: string) => boolean,
): readonly Hit[] {
  const isPassword = (value: string) => isOne(value) && !ALGORITHM.test(value);
  const isKey = (value: string) => isOne(value) && valueQuality(value) !== "random";
  return [
    ...valuesOf(HASHED, window, isPassword),
    ...valuesOf(ENCODED, window, isPassword),
    ...valuesOf(COMMANDED, window, isPassword),
    // A generated one is found by its name.
    ...valuesOf(SIGNING, window, isKey),
  ];
}

function valuesOf(form: RegExp, window: string, isOne: (value: string) => boolean): readonly Hit[] {
  return [...window.matchAll(form)].flatMap(({ 0: all, index, groups }) => {
    const { value = "" } = groups ?? {};
    const start = index + all.lastIndexOf(value);
    return isOne(value) ? [{ start, end: start + value.length }] : [];
  });
}
