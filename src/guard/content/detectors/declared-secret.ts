// declared-secret: values whose name stands apart from them: in pairs of key and value, behind types and constructors, in prose, in other languages.
import { type Candidate, credential } from "../detection/credential.ts";
import type { Tier } from "../detection/finding.ts";
import { nameStrength } from "../detection/secret-names.ts";
import { valueQuality } from "../detection/value-quality.ts";

/** A value in quotes, and a bare one that ends with white space or what closes an element. */
const QUOTED = String.raw`\\?["'](?<value>[^"'\n\\]{6,256})\\?["']`;
const NAME = String.raw`(?<name>[A-Za-z_][\w.-]{1,60})`;
/** What stands between a name and its value on the line below. */
const LINE_END = String.raw`["']?\s?[:=][ \t]{0,4}(?:[|>][-+]?|\(|\\)?[ \t]{0,4}\r?\n`;
const PASSWORD_CHARS_MIN = 6;
const KEY_CHARS_MIN = 12;

/** Whether the name is a secret's and the value looks like one: a password may be chosen, anything else is generated. */
function isNamed(value: string, { match, surroundings: { file } }: Candidate): false | Tier {
  if (file.isLock) return false;
  const strength = nameStrength(match.groups?.["name"] ?? "");
  const quality = valueQuality(value);
  if (strength === "none" || (quality !== "random" && quality !== "mixed")) return false;
  if (strength === "weak" && (quality !== "random" || value.length < KEY_CHARS_MIN)) return false;
  return value.length < PASSWORD_CHARS_MIN ? false : "medium";
}

/** Whether a value behind words that say `password` looks like one. */
function isPassword(value: string): boolean {
  const quality = valueQuality(value.replace(/[.,;!?)]+$/, ""));
  return quality === "random" || quality === "mixed";
}

const shared = {
  issuer: "whoever set the value",
  tier: "medium" as const,
  rank: 10,
  before: 120,
  after: 420,
};

export const declaredSecret = [
  credential({
    ...shared,
    id: "paired-secret",
    title: "a secret in a pair of name and value",
    source:
      "forms of settings: Postman, HAR, ECS, Spring beans, .NET, Kubernetes, Windows answer files",
    keywords: ["value", '"v"', "val:"],
    before: 120,
    after: 280,
    pattern: new RegExp(
      String.raw`(?:\\?["'<]?\b(?:key|name|k|id)\b\\?["'>]?\s{0,4}[:=]?\s{0,4}\\?["']?)${NAME}\\?["']?(?:</name>)?[\s,]{0,24}(?:\\?["']?(?:type|enabled|description)\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?\w{1,32}\\?["']?[\s,]{0,24})?<?\\?["']?\b(?:value|val|v)\b\\?["']?>?\s{0,4}[:=]?\s{0,4}\\?["']?(?<value>[^\s"'<>,{}\\]{6,256})`,
      "gi",
    ),
    // Without quotes it is an argument of code.
    check: (value, candidate) =>
      (!candidate.surroundings.file.isCode ||
        /["']/.test(candidate.window[candidate.start - 1] ?? "")) &&
      isNamed(value, candidate),
  }),
  credential({
    ...shared,
    id: "element-secret",
    title: "a secret in an element of its name",
    source:
      "XML answer files and site managers: an element of the name with the value in it or one below",
    keywords: [
      "password>",
      "passwd>",
      "pass>",
      "pwd>",
      "secret>",
      "token>",
      "key>",
      "credential>",
      '"cred"',
      "<value>",
    ],
    before: 64,
    after: 280,
    pattern: new RegExp(
      String.raw`<(?:\w{1,40}\s(?:name|key|id)=["'])?${NAME}["']?(?:\s[\w="' -]{0,60})?>(?:\s{0,40}<value>)?(?<value>[^<>\s]{6,256})</`,
      "gi",
    ),
    // The `<key>` of a property list holds a name.
    check: (value, candidate) =>
      candidate.match.groups?.["name"]?.toLowerCase() !== "key" && isNamed(value, candidate),
  }),
  credential({
    ...shared,
    id: "typed-secret",
    title: "a secret behind a type or in a constructor",
    source: "declarations of C, C#, Go, Rust, Visual Basic, Java, Robot Framework and Dockerfiles",
    keywords: [
      "[] =",
      "[64]",
      "[32]",
      "get;",
      " as string",
      "&[u8]",
      "&str",
      "&'static",
      "::from(",
      "buffer.from(",
      "[]byte(",
      "fromhex(",
      "secretstr(",
      "new string(",
      "some(",
      '== "',
      "== '",
    ],
    before: 72,
    after: 288,
    pattern: new RegExp(
      [
        // WHY nothing of a name behind it: else each shorter part of every name is tried as well.
        String.raw`\b${NAME}(?![\w.-])(?:\[\d{0,5}\]\s{0,4}=\s{0,4}|\s{0,4}\{\s{0,4}get;\s{0,4}(?:private |init |internal )?(?:set;)?\s{0,4}\}\s{0,4}=\s{0,4}|\s{1,4}As\s{1,4}String\s{1,4}=\s{1,4}`,
        String.raw`|\s{0,4}:\s{0,4}&(?:'static )?\[?(?:u8|str)\]?\s{0,4}=\s{0,4}b?|\s{0,4}:?[:=]\s{0,4}(?:String::from|Buffer\.from|\[\]byte|bytes\.fromhex|bytes|new String|SecretStr|Some|str|String)\(\s{0,4}b?|["']?\s{0,4}[!=]==?\s{0,4})`,
        QUOTED,
      ].join(""),
      "g",
    ),
    check: isNamed,
  }),
  credential({
    ...shared,
    id: "macro-secret",
    title: "a secret in a macro, an image's variable or a default",
    source:
      "C preprocessor, Dockerfile `ENV`, Robot Framework variables, Spring's `${name:default}`",
    keywords: ["#define", "env ", "arg ", "${pass", "${db_", "${token", "${secret", "@value("],
    before: 8,
    after: 340,
    pattern: new RegExp(
      String.raw`(?:#define[ \t]{1,8}|\b(?:ENV|ARG)[ \t]{1,8}|\$\{)${NAME}(?:\}[ \t]{2,16}|[ \t]{1,16}|:[-=]?)["']?(?<value>[^\s"'{}:-][^\s"'{}]{5,255})`,
      "g",
    ),
    // What a macro of C is without quotes is an expression or another name.
    check: (value, candidate) =>
      (!candidate.match[0].startsWith("#define") ||
        /["']/.test(candidate.window[candidate.start - 1] ?? "")) &&
      isNamed(value, candidate),
  }),
  credential({
    ...shared,
    id: "foreign-secret",
    title: "a value that its name in another language calls a secret",
    source: "words for password and key in French, German, Italian, Polish, Portuguese and Spanish",
    keywords: [
      ...["mot_de_passe", "motdepasse", "mdp", "cle_", "clave", "contrase", "senha", "chave"],
      ...["parola", "haslo", "kennwort", "passwort", "schluessel"],
    ],
    pattern:
      /(?:mot_?de_?passe|mdp|cle_(?:api|secrete)|clave(?:_\w{1,16})?|contrase(?:n|ñ)a|senha|chave\w{0,16}|parola(?:_\w{1,16})?|haslo|kennwort|passwort|(?:api_?)?schluessel)["']?\s{0,4}[:=]{1,2}\s{0,4}["']?(?<value>[^\s"'`;,<>]{6,256})/gi,
    check: (value) => isPassword(value) && /\d/.test(value),
  }),
  credential({
    ...shared,
    id: "told-login",
    title: "a password beside its user in a sentence",
    source: "sentences of notes, comments and prompts",
    keywords: [
      ...["login:", "log in with", "logged in as", "credentials", "creds", "wifi:", "use `"],
      "user ",
    ],
    pattern:
      /\b(?:login|log in with|logged in as|creds?|credentials|wifi|use|user)(?:[: ]|\s(?:is|are)\s|\s->)\s?["'`]{0,2}[\w.@-]{1,64}["'`]{0,2},?(?:\s?\/\s?|\s(?:and|with)\s)["'`]{0,2}(?<value>[^\s"'`<>|]{8,128})/gi,
    // What has two slashes is a path.
    check: (value) => isPassword(value) && /\d/.test(value) && !/\/.*\//.test(value),
  }),
  credential({
    ...shared,
    id: "listed-password",
    title: "a password in a list of users",
    source: "cloud-init, module `chpasswd`: `user:password`, one on each line",
    keywords: ["chpasswd", "list: |"],
    pattern: /\n[ \t]{1,16}(?:-[ ]["']?)?[\w.-]{1,32}:(?<value>[^\s:"'|]{8,128})(?=["']?\s)/g,
    check: isPassword,
  }),
  credential({
    ...shared,
    id: "grouped-secret",
    title: "a password in a list behind its user",
    source: "tuples, arrays and lists of code and settings: a user and a password under one name",
    keywords: ["creds", "credential", "auth", '["login"', "{noop}"],
    pattern:
      /(?:(?:creds?|credentials?|auth|AUTH|CREDS|CREDENTIALS)["']?\s?[=:]\s?[[(]\s?["'][^"'\n]{1,64}["'],\s?["']|\["login",\s?"[^"\n]{1,64}",\s?"|\{noop\})(?<value>[^"'\n]{6,128})["']/g,
    check: isPassword,
  }),
  credential({
    ...shared,
    id: "block-secret",
    title: "a secret in a block or element of its name",
    source: "Terraform `variable` blocks with a default, property lists of Apple",
    keywords: ['variable "', "<key>"],
    before: 4,
    pattern:
      /(?:\bvariable\s"(?<name>[A-Za-z_][\w-]{1,60})"\s{0,4}\{[^{}]{0,240}?\bdefault\s{0,16}=\s{0,4}"|<key>(?<key>[A-Za-z_][\w.-]{1,60})<\/key>\s{0,24}<string>)(?<value>[^\s"<>]{8,256})["<]/g,
    check: (value, candidate) => {
      const { name, key = "" } = candidate.match.groups ?? {};
      const quality = valueQuality(value);
      if (quality !== "random" && quality !== "mixed") return false;
      const strength = nameStrength(name ?? key);
      return strength === "weak" ? quality === "random" : strength !== "none";
    },
  }),
  credential({
    ...shared,
    id: "directive-password",
    title: "a password behind a directive",
    source:
      "redis.conf(5), slapd.conf(5), mosquitto.conf(5), Cisco IOS and HAProxy: a word, a blank, the password",
    keywords: [
      ...["requirepass ", "masterauth ", "rootpw ", "_password ", "password 0 ", "secret 0 "],
      ...["insecure-password ", "rpcpassword ", "bindpw ", "rootbindpw ", "auth_pass "],
      ...["admin-password ", "auth-pass ", "password-value "],
    ],
    pattern:
      /(?:^|\n|\s)[ \t]{0,8}(?:requirepass|masterauth|(?:root)?(?:bind)?pw|\w{1,24}[_-]password|rpcpassword|auth[_-]pass|password(?=\s0)|secret(?=\s0)|[a-z-]{1,24}password-value)[ \t]{1,8}(?:0[ \t])?["']?(?<value>[^\s"'#]{8,128})["']?(?=[ \t]{0,4}(?:\r?\n|$))/g,
    check: (value) => isPassword(value) && /\d/.test(value),
  }),
  credential({
    ...shared,
    id: "paired-login",
    title: "a user and a password in one word",
    source:
      "SQL*Plus `user/password@db`, httpie `-a user:password`, lftp `-u user,password`, Redis `AUTH`",
    keywords: ["sqlplus", "connect ", "http -a", "https -a", "xh -a", "lftp", "> auth ", "-u "],
    pattern:
      /(?:\b(?:sqlplus|CONNECT|connect)\s(?:-\w\s){0,3}[\w.-]{1,64}\/|\b(?:https?|xh)\s(?:-\w\s){0,2}-a\s[\w.@-]{1,64}:|\blftp\s[^\n]{0,80}?-u\s[\w.@-]{1,64},|>\sAUTH\s(?:\w{1,32}\s)?)["']?(?<value>[^\s"'@,;]{8,128})/g,
    check: (value) => isPassword(value) && /\d/.test(value),
  }),
  credential({
    ...shared,
    id: "lower-line-secret",
    title: "a secret on the line below its name",
    source: "block texts of YAML, bracketed texts of Python, lists of name and value",
    keywords: ["pass", "pwd", "secret", "token", "api_key", "apikey"],
    pattern: new RegExp(
      String.raw`${LINE_END}(?<=\b(?<name>[A-Za-z_][\w.-]{2,60})${LINE_END})[ \t]{1,24}["']?(?<value>[^\s"'{}:=]{8,256})["']?[ \t]{0,4}(?:\)|\r?\n|$)`,
      "g",
    ),
    // Without quotes it is an expression of code.
    check: (value, candidate) =>
      (!candidate.surroundings.file.isCode ||
        /["']/.test(candidate.window[candidate.start - 1] ?? "")) &&
      isNamed(value, candidate),
  }),
  credential({
    ...shared,
    id: "statement-password",
    title: "a password in a statement of SQL or of a device",
    source:
      "MySQL and Oracle `IDENTIFIED BY`, PostgreSQL and SQL Server `PASSWORD`, network devices, pppd, IPsec, HAProxy, debconf",
    keywords: [
      ...[
        "identified by",
        "with password",
        "password '",
        "password = '",
        " password 7 ",
        " secret 5 ",
      ],
      ...[
        "snmp-server community ",
        "rocommunity ",
        "rwcommunity ",
        "stats auth",
        " psk ",
        " eap ",
        "xauth ",
        "password password",
        "@tcp(",
      ],
      ...["presharedkey", "otpauth://", "login_password"],
    ],
    pattern:
      /(?:\bidentified\s(?:with\s\w{1,40}\s)?by\s'|\bpassword\s(?:=\s)?'|\b(?:password|secret)\s[0-9]\s|\b(?:snmp-server\scommunity|r[ow]community6?)\s|\bstats\sauth\s[\w.-]{1,64}:|\s:?\s?(?:PSK|EAP|XAUTH)\s"|\bpassword\spassword\s|\bPresharedKey\s?=\s?|\botpauth:\/\/[^\s?]{1,160}\?(?:[^\s&]{1,80}&){0,4}secret=|(?<=["'\s])[\w.-]{1,64}:(?=[^\s:@/]{4,128}@tcp\())(?<value>[^\s'"&@]{6,256})/gi,
    check: (value, { match }) =>
      isPassword(value) || (/PSK|Preshared|otpauth/i.test(match[0]) && value.length >= 16),
  }),
];
