// Plain passwords that no assignment gives: hashed where an account is made, passed to a log-in, in a command, in a section of settings.
import type { Hit } from "./detector.ts";
import { valueQuality } from "./value-quality.ts";

const TEXT = String.raw`b?["'\`](?<value>[^\s"'\`]{3,100})["'\`]`;
const USER = String.raw`["'\`][\w.@+-]{1,64}["'\`]`;
/** An argument that is a text or a plain expression. */
const ARGUMENT = String.raw`(?:"[^"\n]{0,160}"|'[^'\n]{0,160}'|[^"'(),\n]{1,60})`;

/** Functions that make the digest of a password; a text in them is the password itself. */
const HASHED = [
  ...["password_hash", "generate_password_hash", "make_password", "set_password"],
  ...["(?:get_)?hash_?[pP]assword", "get_password_hash", "HashPassword", "hashpw", "Hash::make"],
  ...["bcrypt(?:js)?\\.hash(?:Sync|pw)?", "argon2\\.hash", "pwd_context\\.hash", "hash_pwd_salt"],
  ...["GenerateFromPassword", "[pP]asswordEncoder(?:\\(\\))?\\.encode"],
  "(?<=[pP]assword[\"']?\\s?(?:=>|[=:(])\\s?)(?:[eE]ncoder\\.encode|bcrypt|md5|sha1)",
  "(?:postgresql|mysql)_password",
].join("|");
/** Functions that take a user, or where to connect to, and then a password. */
const CONNECTED = [
  ...["getConnection", "mysqli(?:_connect|_real_connect)?", "mysql_connect", "PDO", "Sequelize"],
  ...["DBI->connect", "ftp_login", "PlainAuth"],
].join("|");
/** The same with nothing before the user. */
const AUTHENTICATED = "NetworkCredential|UsernamePasswordCredentials?|HTTPBasicAuth";
const ENCODED = [
  ...["btoa", "Buffer\\.from", "b64encode", "base64_encode", "[eE]ncodeToString"],
  ...["Base64\\.(?:strict_|urlsafe_)?encode64", "Base64\\.encode(?:Base64)?"],
].join("|");

/** `sureFrom`: from so many characters on, what looks chosen or generated is found by another detector of the same form. */
type Form = { readonly pattern: RegExp; readonly isKey?: true; readonly sureFrom?: number };

const FORMS: readonly Form[] = [
  {
    pattern: new RegExp(
      String.raw`(?<![\w$]|\|\s?)(?:${HASHED})\(\s{0,8}(?:${USER},\s?)?(?:\[\]byte\()?${TEXT}`,
      "g",
    ),
  },
  {
    sureFrom: 8,
    pattern: new RegExp(
      String.raw`(?<![\w$])(?:(?:${CONNECTED})\(\s{0,8}${ARGUMENT},\s{0,8}|(?:${AUTHENTICATED})\(\s{0,8})${USER},\s{0,8}${TEXT}(?=\s{0,4}[,)])`,
      "g",
    ),
  },
  // What a program takes where nobody sets another: Viper, and environs and decouple of Python.
  {
    sureFrom: 8,
    pattern: new RegExp(
      String.raw`(?<![\w$])(?:SetDefault\(\s{0,4}"(?:\w{1,40}[_.])?(?:password|passwd|pass|pwd|jwt_?(?:secret|sign_?key|key))",\s{0,4}|(?:env|config|getenv|env\.str)\(\s{0,8}["'](?:\w{1,40}_)?(?:PASSWORD|PASSWD|PASS)["'],\s{0,8}default\s?=\s?)${TEXT}(?=\s{0,8}[,)])`,
      "gi",
    ),
  },
  // Accounts that code makes: Django, and the identity of .NET.
  {
    pattern: new RegExp(
      String.raw`(?<![\w$])(?:create_(?:super)?user\(\s{0,8}(?:${ARGUMENT},\s{0,8})?${USER}|[uU]serManager\.CreateAsync\(\s{0,8}[\w.]{1,40}),\s{0,8}${TEXT}(?=\s{0,4}[,)])`,
      "g",
    ),
  },
  // A user and a password that code puts into the header of HTTP's basic scheme.
  {
    pattern: new RegExp(
      String.raw`(?<![\w$])(?:${ENCODED})\(\s{0,4}(?:\[\]byte\()?b?["'\`][\w.@+-]{1,64}:(?<value>[^\s"'\`:$<{]{4,64})["'\`]`,
      "g",
    ),
  },
  // MySQL manual, 4.2.4: `-p` has no blank before its value; a list of words is a command, too.
  {
    sureFrom: 8,
    pattern:
      /(?<![\w/.-])(?:mysql|mysqldump|mysqladmin|mariadb)(?:-admin|-dump)?(?:["']?[, \t][^\n|;&]{0,120}?)?[, \t]["']?-p(?!ort\b|assword\b|rotocol\b)(?<value>[\w.!@#%+-]{3,64})(?=["'\s]|$)/g,
  },
  // What other programs take as a word, and variables that they read.
  {
    sureFrom: 4,
    pattern:
      /(?<![\w/.-])(?:sshpass[ \t]{1,4}-p[ \t]{0,4}|redis-cli[ \t](?:[^\n|;&]{0,80}?[ \t])?-a[ \t]{1,4}|(?:docker[ \t]login|mongo(?:sh|dump|restore)?)[ \t](?:[^\n|;&]{0,120}?[ \t])?(?:-p|--password)[ \t=]{1,4})["']?(?<value>[\w.!@#%+-]{3,64})(?=["'\s]|$)/g,
  },
  {
    sureFrom: 6,
    pattern:
      /\bcurl[ \t](?:[^\n]{0,120}?[ \t])?(?:-u|--user)[ \t=]["']?[\w.@-]{1,64}:(?<value>[\w.!#%+-]{3,64})(?=["'\s]|$)/g,
  },
  {
    sureFrom: 4,
    pattern:
      /\b(?:echo|printf)[ \t](?:-\w[ \t])?["']?[\w.-]{1,32}:(?<value>[\w.!@#%+-]{3,64})(?:\\n)?["']?[ \t]{0,4}\|[ \t]{0,4}(?:sudo[ \t])?chpasswd\b/g,
  },
  {
    sureFrom: 8,
    pattern:
      /\b(?:PGPASSWORD|MYSQL_PWD|REDISCLI_AUTH|SSHPASS)=["']?(?<value>[\w.!@#%+-]{3,64})(?=["'\s]|$)/g,
  },
  // go-sql-driver: `user:password@tcp(host)/name`.
  {
    sureFrom: 8,
    pattern:
      /@(?:tcp|unix)\((?<=["'`\s=][\w.-]{1,64}:(?<value>[^\s:@/"'`$%{}]{3,64})@(?:tcp|unix)\()/g,
  },
  // Spring Security: the password as it is.
  { sureFrom: 8, pattern: /\{noop\}(?<value>[^\s"'`{}]{3,64})(?=["'])/g },
  {
    sureFrom: 8,
    pattern:
      /\bvariable\s"[\w-]{0,40}pass(?:word|wd)?"\s{0,4}\{[^{}]{0,240}?\bdefault\s{0,16}=\s{0,4}"(?<value>[^\s"]{3,64})"/g,
  },
  // Passwords of an app, in the four groups that Google shows.
  {
    pattern:
      /["'](?<=(?:pass|login|smtp|mail)[^\n]{0,80}["'])(?<value>[a-z]{4}(?: [a-z]{4}){3})(?=["'])/gi,
  },
  // Keys that sign tokens and sessions: an argument, an option, a section of the settings of .NET.
  {
    isKey: true,
    sureFrom: 12,
    pattern:
      /\b(?:jwt|JWT|jsonwebtoken)\.(?:sign|verify|encode|decode)\(\s{0,8}(?:\{[^{}]{0,200}\}|[^,()'"{}]{1,80}),\s{0,8}["'](?<value>[^\s"']{6,100})["']/g,
  },
  {
    isKey: true,
    pattern:
      /\bsession\(\s{0,8}\{[^{}]{0,200}?\bsecret\s{0,2}:\s{0,2}["'](?<value>[^"'\n$]{6,100})["']/g,
  },
  {
    isKey: true,
    sureFrom: 12,
    pattern: /\bcookieParser\(\s{0,4}["'](?<value>[^"'\n$]{6,100})["']/g,
  },
  {
    isKey: true,
    pattern:
      /"\w{0,24}(?:jwt|token|auth(?!or))\w{0,24}"\s{0,4}:\s{0,4}\{[^{}]{0,400}?"(?:signing|security|issuerSigning|secret|private)?(?:key|secret)"\s{0,4}:\s{0,4}"(?<value>[^\s"\\]{8,200})"/gi,
  },
];

/** Words of which one stands in each of these. */
export const WRITTEN_WORDS = [
  ...["hash::make", "bcrypt", "argon2", "hashpw", "encoder", "mysql", "mariadb", '"jwt', "jwt."],
  ...["btoa(", "buffer.from(", "b64encode(", "base64_encode(", "encode64(", "encodetostring("],
  ...["sshpass", "redis-cli", "docker login", "mongo", "curl ", "chpasswd", "pgpassword"],
  ...["@tcp(", "@unix(", "{noop}", "session(", "connection(", "pdo(", "sequelize(", "ftp_login"],
  ...["create_user", "create_superuser", "createasync(", ".login(", "->connect"],
] as const;
/** What such functions are told beside a password. */
const ALGORITHM = /^(?:[hre]s\d{3}|sha-?\d+|md5|bcrypt|argon2\w{0,2}|utf-?8|hex|base64)$/i;
const APP_PASSWORD = /^[a-z]{4}(?: [a-z]{4}){3}$/;

/** What these forms hold in a window, in no order; `isOne` says whether a value may be a password. */
export function writtenPasswordsIn(
  window: string,
  isOne: (value: string) => boolean,
): readonly Hit[] {
  return FORMS.flatMap((form) =>
    [...window.matchAll(form.pattern)].flatMap(({ 0: all, index, groups }) => {
      const { value = "" } = groups ?? {};
      if (ALGORITHM.test(value) || isOfAnother(value, form) || !isOne(unspaced(value, form)))
        return [];
      const start = window.lastIndexOf(value, index + all.length - value.length);
      return [{ start, end: start + value.length }];
    }),
  );
}

/** Whether another detector finds the value: by its form where it looks chosen, a generated key by its name. */
function isOfAnother(value: string, { isKey, sureFrom }: Form): boolean {
  const quality = valueQuality(value);
  if (quality === "random" && isKey) return true;
  const isSure = quality === "random" || quality === "mixed";
  return isSure && sureFrom !== undefined && value.length >= sureFrom;
}

/** What a sentence of a key or the groups of a password are without their blanks. */
const unspaced = (value: string, { isKey }: Form): string =>
  isKey || APP_PASSWORD.test(value) ? value.replaceAll(" ", "-") : value;
