// url-credentials: passwords in URLs and connection strings (RFC 3986, userinfo), of a database, a queue, a registry or a proxy.
import type { Detector } from "../detection/detector.ts";
import type { Tier } from "../detection/finding.ts";
import { isPlaceholder } from "../detection/placeholder.ts";

/** User and password between scheme and host; an `@` in a password is written `%40`, but many do not know. */
const URL_PASSWORD =
  /:\/\/(?<=[a-z][a-z0-9+.-]{1,24}:\/\/)(?<user>[^\s:@/?#"'`<>(){}[\]|\\]{0,128}):(?<password>[^\s:/"'`<>]{1,256})@(?<host>[A-Za-z0-9[][\w.:[\]-]{0,253})?/gi;
/** `Server=…;User Id=…;Password=…;` of ADO.NET, ODBC and JDBC, and `AccountKey=` of a storage account. */
const KEYED =
  /(?<=[;"'&?\s])(?:password|pwd|accountkey|sharedaccesskey)[ ]?=[ ]?(?<password>[^;"'&\s<>]{4,200})(?=[;"'&\s]|$)/gi;
const BEFORE_KEYED = /server|data source|host|user id|uid|accountname|endpoint|driver|jdbc:/i;

const EXAMPLES =
  /^(?:pass|password|passwd|pwd|secret|token|pw|psw|[a-z]|abc|xyz|xyzzy|foo|bar|baz|xxx+|user|username|admin:admin|\*+|\.+|guest|changeme|(?:my|your|the|some|test|db|app|user|username|admin|root)[-_]?(?:pass(?:word|wd)?|pwd|secret|token)|tokenauth|[A-Z_]{3,}|<.*|\$.*|%[sdv]|\{.*|pass\w{0,2})$/;
/** The same words in other languages. */
const FOREIGN_EXAMPLES =
  /^(?:(?:tu|mi|sua|minha|votre|mon|dein|ihr)[-_]?)?(?:pass(?:word)?|clave|contrase(?:n|ñ)a|senha|secreto|mot_?de_?passe|mdp|passwort|kennwort|geheim|wachtwoord|parola|haslo)(?:_\w{1,12})?$/i;
/** Services that everybody runs with these on a machine of their own. */
const LOCAL_HOST =
  /^(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0|host|db|postgres|mysql|redis|mongo)(?::|$)/i;
/** Names that are kept for texts (RFC 2606): nothing can be reached there. */
const EXAMPLE_HOST = /^(?:[\w-]{1,63}\.){0,4}example(?:\.(?:com|org|net))?(?::|$)/i;
const DEFAULTS = new Set([
  "postgres",
  "mysql",
  "root",
  "admin",
  "test",
  "guest",
  "rabbitmq",
  "redis",
  "mongo",
  "sa",
  "dev",
  "demo",
]);

export const urlCredentials: readonly Detector[] = [
  {
    id: "url-credentials",
    title: "a password in an address",
    family: "secret",
    tier: "high",
    rank: 20,
    keywords: ["://"],
    before: 28,
    after: 400,
    *find(window) {
      for (const match of window.matchAll(URL_PASSWORD)) {
        const { user = "", password = "", host = "" } = match.groups ?? {};
        const tier = tierOf(password, user, host);
        if (tier === undefined) continue;
        const start = match.index + 3 + user.length + 1;
        yield { start, end: start + password.length, tier };
      }
    },
  },
  {
    id: "connection-string",
    title: "a password in a connection string",
    family: "secret",
    tier: "high",
    rank: 20,
    keywords: ["password=", "pwd=", "password =", "pwd =", "accountkey=", "sharedaccesskey="],
    before: 220,
    after: 210,
    *find(window) {
      for (const match of window.matchAll(KEYED)) {
        const password = match.groups?.["password"] ?? "";
        const ahead = window.slice(Math.max(0, match.index - 220), match.index);
        const before = ahead.slice(ahead.lastIndexOf("\n") + 1);
        const tier = BEFORE_KEYED.test(before) ? tierOf(password, "", "") : undefined;
        const start = match.index + match[0].length - password.length;
        if (tier !== undefined) yield { start, end: start + password.length, tier };
      }
    },
  },
];

/** What begins a call or an expression stands where code assigns one. */
const isCode = (password: string): boolean =>
  /^[A-Za-z_$][\w$.]{0,60}\(|^(?:await|new|this|self|process|os|env)\b[ .]|^(?:None|null|nil|undefined)\b|\w\)?[,:)]+$/.test(
    password,
  );

function tierOf(password: string, user: string, host: string): Tier | undefined {
  if (EXAMPLES.test(password) || FOREIGN_EXAMPLES.test(password)) return undefined;
  if (isPlaceholder(password) || /[{}$]/.test(user)) return undefined;
  if (/^\d{1,5}$/.test(password) || isCode(password)) return undefined;
  const isWeak = DEFAULTS.has(password.toLowerCase()) || password === user;
  if (EXAMPLE_HOST.test(host)) return isWeak ? undefined : "low";
  if (LOCAL_HOST.test(host)) return isWeak ? undefined : "medium";
  return isWeak ? "low" : "high";
}
