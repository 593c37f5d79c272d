// call-argument: passwords and keys that code passes by position, where no name stands beside them and the function called says what they are.
import { type Candidate, credential } from "../detection/credential.ts";
import type { Tier } from "../detection/finding.ts";
import { nameStrength } from "../detection/secret-names.ts";
import { valueQuality } from "../detection/value-quality.ts";

/** One argument: a text in quotes, or a plain expression without brackets. */
const ARGUMENT = String.raw`(?:b?"[^"\n]{0,200}"|b?'[^'\n]{0,200}'|[^"'(),\n]{1,80}|\[\]byte\([^()\n]{1,80}\))`;
const TEXT = String.raw`b?["'](?<value>[^"'\n]{6,200})["']`;
const PASSWORD_CHARS_MIN = 8;
const KEY_CHARS_MIN = 12;

/** Functions that take a user, or what to connect to, and then a password. */
const LOG_INS = [
  ...["NetworkCredential", "UsernamePasswordCredentials?", "PasswordAuthentication"],
  ...["HTTP(?:Basic|Digest)Auth", "(?:[Ss]et|with|With)?[Bb]asic_?Auth", "basic_auth"],
  ...["PlainAuth", "[Ll]ogin", "simple_bind(?:_s)?", "bind(?:Sync)?", "getConnection", "connect"],
  ...["[Aa]uthenticate", "auth", "ftp_login", "ssh2_auth_password", "mysqli?(?:_connect)?", "PDO"],
  ...["Sequelize", "sshConfig", "createUser", "add_user", "Credentials?", "CRAMMD5Auth"],
  ...["DBI->connect", "open"],
].join("|");
/** Functions that take a key: what comes before it, if anything, is the algorithm or the message. */
const KEYED = [
  ...["createHmac", "createCipheriv", "createDecipheriv", "jwt\\.(?:sign|verify|encode|decode)"],
  ...["sign", "hmac\\.new", "Fernet", "cookieParser", "cookieSession", "SecretKeySpec"],
  ...["AES\\.new", "AESGCM", "setSigningKey", "hmacShaKeyFor", "load", "PasswordProtection"],
  ...["getKey", "SignedString", "HS(?:256|384|512)", "NewGCM", "ConvertTo-SecureString"],
].join("|");

export const callArgument = [
  credential({
    id: "login-argument",
    title: "a password that is passed to a log-in",
    issuer: "whoever runs the service that is logged in to",
    source: "the functions' own documentation: user first, password behind it",
    keywords: [
      ...["credential", "passwordauthentication", "basicauth", "basic_auth", "httpdigestauth"],
      ...["plainauth", "login(", "bind(", "bind_s(", "bindsync(", "connection(", "connect("],
      ...["authenticate(", ".auth(", "auth=(", "auth = (", "ftp_login", "auth_password"],
      ...["md5auth(", ".open(", "dbi->connect"],
      ...["mysqli", "pdo(", "sequelize(", "sshconfig(", "createuser(", "add_user("],
    ],
    pattern: new RegExp(
      String.raw`(?<![\w$])(?:${LOG_INS})(?:\(|\s?=\s?\()\s{0,4}(?:${ARGUMENT},\s{0,8}){1,4}(?:Some\(|new String\()?${TEXT}(?=\s{0,4}[,).])`,
      "g",
    ),
    check: (value, candidate) => !isSelector(value) && passed(value, candidate, PASSWORD_CHARS_MIN),
    tier: "medium",
    rank: 10,
    before: 24,
    after: 420,
  }),
  credential({
    id: "typed-in-secret",
    title: "a password that a test types into a field",
    issuer: "whoever owns the account that is logged in to",
    source:
      "Cypress, Playwright, Selenium, Capybara, Robot Framework: a field, then the text for it",
    keywords: [
      ...[
        ".type(",
        ".fill(",
        "send_keys(",
        "sendkeys(",
        "setvalue(",
        ".val(",
        "fill_in",
        "fill in",
      ],
      ...["input password", "input text", "typetext(", "entertext("],
    ],
    pattern:
      /(?<![A-Za-z])(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token)[\w-]{0,24}(?:["'\])]{0,4}(?:\)?\s{0,4}\.(?:type|fill|send_?[kK]eys|setValue|val|typeText|enterText)\(\s{0,4}|["')\]]{0,3},\s{0,8}(?:with:\s{0,4})?|["']?\s{1,4}with\s{1,4})["'`]|(?<=\binput (?:text|password)\s[^\n]{0,64})\s{2,16})(?<value>[^\s"'`<>]{8,128})(?=["'`\s]|$)/gi,
    check: (value, candidate) =>
      /\d/.test(value) && !isSelector(value) && passed(value, candidate, PASSWORD_CHARS_MIN),
    tier: "medium",
    rank: 10,
    before: 72,
    after: 160,
  }),
  credential({
    id: "backward-argument",
    title: "a value that the name behind it calls a secret",
    issuer: "whoever made the value",
    source: "Foundation: `setValue(_:forHTTPHeaderField:)`, `set(_:forKey:)`",
    keywords: ["forhttpheaderfield", "forkey:"],
    pattern:
      /["'](?<value>[^"'\n]{8,256})["'],\s{0,4}(?:forHTTPHeaderField|forKey):\s{0,4}@?["'](?<name>[\w-]{2,64})["']/g,
    check: (value, candidate) =>
      nameStrength(candidate.match.groups?.["name"] ?? "") !== "none" &&
      passed(value, candidate, PASSWORD_CHARS_MIN),
    tier: "medium",
    rank: 10,
    before: 280,
    after: 90,
  }),
  credential({
    id: "key-argument",
    title: "a key that is passed to a function of cryptography",
    issuer: "whoever made the key",
    source: "the functions' own documentation: the key is an argument without a name",
    keywords: [
      ...["createhmac", "cipheriv", "jwt.", "hmac.new", "fernet(", "cookieparser("],
      ...["cookiesession(", "secretkeyspec", "aes.new", "aesgcm(", "setsigningkey"],
      ...["hmacshakeyfor", ".load(", "passwordprotection(", "getkey(", "signedstring("],
      "convertto-securestring",
    ],
    pattern: new RegExp(
      String.raw`(?<![\w$])(?:${KEYED})(?:\(\s{0,4}(?:${ARGUMENT},\s{0,8}){0,2}(?:\[\]byte\()?|\s{1,4}(?:-String\s)?)${TEXT}`,
      "g",
    ),
    check: (value, candidate) =>
      passed(
        value,
        candidate,
        /\.load|SecureString/.test(candidate.match[0]) ? PASSWORD_CHARS_MIN : KEY_CHARS_MIN,
      ),
    tier: "medium",
    rank: 10,
    before: 24,
    after: 420,
  }),
];

/** What selects an element, names a key of a keyboard or a command of an editor, describes a window. */
const isSelector = (value: string): boolean =>
  /^[:<#.]|^[rwax]b?\+?:|^[a-z]+(?:=\w+)?(?:, ?[a-z]+(?:=\w+)?)+$/i.test(value);

/** Whether the argument looks like a chosen or generated value; what code of tests passes is less sure. */
function passed(
  value: string,
  { surroundings: { file } }: Candidate,
  charsMin: number,
): false | Tier {
  if (file.isLock || value.length < charsMin) return false;
  const quality = valueQuality(value);
  if (quality !== "random" && quality !== "mixed") return false;
  return /^(?:utf-?8|latin-?1|ascii|hex|base64(?:url)?|sha-?\d+|md5|aes-.*|rs\d+|hs\d+|es\d+)$/i.test(
    value,
  )
    ? false
    : "medium";
}
