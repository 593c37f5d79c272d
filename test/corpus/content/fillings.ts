// Fillings of templates that are no secrets: names, hosts, identifiers, hashes and the other values that look like one.
import { ALPHABETS, type Chance, fillPattern, uuid } from "./chance.ts";
import { base64Of } from "./secret-values.ts";

const NOUNS =
  "order invoice billing account session report profile payment search upload gateway inventory catalog shipment ledger mailer worker scheduler crawler exporter metrics audit tenant booking ticket review thumbnail webhook".split(
    " ",
  );
const VERBS = "get load build parse create update fetch resolve render validate merge apply".split(" ");
const PEOPLE = "alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy rupert sybil trent victor walter deploy svc-ci".split(
  " ",
);
/** Words of a key's name that a secret is kept under. */
const KEYS = [
  "password", "db password", "api key", "secret key", "client secret", "access token", "auth token", "admin password",
  "smtp password", "encryption key", "signing key", "private key", "jwt secret", "session secret", "redis password",
  "ftp passwd", "webhook secret", "service token", "master key", "ldap bind password", "refresh token", "app secret",
  "root pwd", "user pass", "bearer token", "proxy password", "keystore password", "consumer secret", "cookie secret",
  "mqtt password", "license key", "hmac key", "storage key", "token", "secret", "passphrase", "credential",
] as const;
const PLACEHOLDERS = [
  "your-api-key-here", "changeme", "change_me", "xxxxxxxxxxxx", "<token>", "<your-password>", "YOUR_SECRET_KEY",
  "REPLACE_ME", "replace-with-your-token", "********", "...", "insert_key_here", "dummy", "example", "my-secret",
  "my_password", "put-your-key-here", "[REDACTED]", "<redacted>", "***", "TBD", "none", "secret", "password", "test",
  "foobar", "fake-token", "not-a-real-key", "sk-xxxxxxxxxxxxxxxx", "ghp_xxxxxxxxxxxxxxxxxxxx", "AKIAXXXXXXXXXXXXXXXX",
  "your_token", "<YOUR_API_KEY>", "{{ token }}", "%PASSWORD%", "$PASSWORD", "${PASSWORD}", "@@SECRET@@", "__SECRET__",
  "enter password", "abc123", "12345", "test-token", "dummy-secret", "mock-api-key", "placeholder", "fakeSecretForTests",
  "xxx-xxx-xxx", "sk_test_...", "todo", "1234567890abcdef", "aaaaaaaaaaaaaaaaaaaaaaaa", "00000000-0000-0000-0000-000000000000",
  "SG.xxxxxxxx.yyyyyyyy", "not-your-real-key", "example-password", "sample_key", "YOUR-CLIENT-SECRET", "your_jwt_secret_key",
] as const;

/** What each name of a plain slot draws. */
export const FILLINGS: Readonly<Record<string, (chance: Chance) => string>> = {
  svc: (chance) => chance.pick(NOUNS),
  word: (chance) => chance.pick(NOUNS),
  verb: (chance) => chance.pick(VERBS),
  user: (chance) => chance.pick(PEOPLE),
  host: (chance) => `${chance.pick(NOUNS)}${chance.pick(["", "-01", "-2", ".prod", ".internal"])}.${chance.pick(["acme", "initrode", "umbra", "northwind", "vela"])}.${chance.pick(["io", "dev", "net", "cloud"])}`,
  db: (chance) => chance.pick(["orders", "app", "billing", "users", "core", "analytics", "crm"]),
  port: (chance) => String(chance.pick([5432, 3306, 6379, 27017, 5672, 8080, 8443, 9200, 1433, 3000])),
  n: (chance) => String(chance.between(2, 99)),
  num: (chance) => String(chance.between(1000, 999_999)),
  date: (chance) => `202${chance.between(1, 5)}-${two(chance, 1, 12)}-${two(chance, 1, 28)}`,
  time: (chance) => `${two(chance, 0, 23)}:${two(chance, 0, 59)}:${two(chance, 0, 59)}`,
  epoch: (chance) => String(1_600_000_000 + chance.between(0, 160_000_000)),
  semver: (chance) => `${chance.between(0, 18)}.${chance.between(0, 30)}.${chance.between(0, 20)}`,
  ident: (chance) => `${chance.pick(VERBS)}${title(chance.pick(NOUNS))}`,
  Class: (chance) => `${title(chance.pick(NOUNS))}${chance.pick(["Service", "Client", "Controller", "Store", "Config", "Factory"])}`,
  path: (chance) => `${chance.pick(["src", "lib", "app", "pkg", "internal"])}/${chance.pick(NOUNS)}/${chance.pick(NOUNS)}`,
  keycamel: (chance) => keyName(chance).replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase()),
  keysnake: (chance) => keyName(chance).replace(/ /g, "_"),
  keykebab: (chance) => keyName(chance).replace(/ /g, "-"),
  KEY: (chance) => keyName(chance).replace(/ /g, "_").toUpperCase(),
  KeyPascal: (chance) => keyName(chance).split(" ").map(title).join(""),
  keywords: keyName,
  placeholder: (chance) => chance.pick(PLACEHOLDERS),
  hex: (chance) => chance.text(ALPHABETS["hex"] ?? "", 40),
  hex8: (chance) => chance.text(ALPHABETS["hex"] ?? "", 8),
  hex7: (chance) => chance.text(ALPHABETS["hex"] ?? "", 7),
  md5: (chance) => chance.text(ALPHABETS["hex"] ?? "", 32),
  sha1: (chance) => chance.text(ALPHABETS["hex"] ?? "", 40),
  sha256: (chance) => chance.text(ALPHABETS["hex"] ?? "", 64),
  sha512: (chance) => chance.text(ALPHABETS["hex"] ?? "", 128),
  sri256: (chance) => `sha256-${base64Of(chance, 32)}`,
  sri384: (chance) => `sha384-${base64Of(chance, 48)}`,
  sri512: (chance) => `sha512-${base64Of(chance, 64)}`,
  b64sha256: (chance) => base64Of(chance, 32),
  b64sha1: (chance) => base64Of(chance, 20),
  uuid,
  png: (chance) => `iVBORw0KGgoAAAANSUhEUgAA${base64Of(chance, 240)}`,
  b64long: (chance) => base64Of(chance, 360),
  b64line: (chance) => chance.text(ALPHABETS["b64"] ?? "", 64),
  certbody: (chance) => `MIID${chance.text(ALPHABETS["b64"] ?? "", 60)}\n${Array.from({ length: 8 }, () => chance.text(ALPHABETS["b64"] ?? "", 64)).join("\n")}`,
  sshpub: (chance) => `AAAAB3NzaC1yc2EAAAADAQABAAABgQ${chance.text(ALPHABETS["b64"] ?? "", 200)}`,
  sshed: (chance) => `AAAAC3NzaC1lZDI1NTE5AAAAI${chance.text(ALPHABETS["b64"] ?? "", 43)}`,
  min: (chance) => Array.from({ length: 14 }, () => minified(chance)).join(""),
  ulid: (chance) => `01${chance.text(ALPHABETS["B32"] ?? "", 24)}`,
  nanoid: (chance) => chance.text(ALPHABETS["b64u"] ?? "", 21),
  objectid: (chance) => chance.text(ALPHABETS["hex"] ?? "", 24),
  trace: (chance) => chance.text(ALPHABETS["hex"] ?? "", 32),
  css: (chance) => `${chance.pick(["btn", "nav", "card", "form", "input"])}__${chance.pick(NOUNS)}--${chance.text(ALPHABETS["b62"] ?? "", 5)}`,
  youtube: (chance) => chance.text(ALPHABETS["b64u"] ?? "", 11),
  ethaddr: (chance) => `0x${chance.text(ALPHABETS["hex"] ?? "", 40)}`,
  publishable: (chance) => fillPattern("pk_live_51{b62:97}", chance),
  posthogpublic: (chance) => fillPattern("phc_{b62:43}", chance),
  mapboxpublic: (chance) => fillPattern("pk.eyJ1Ijoi{b62:70}.{b64u:22}", chance),
  gaid: (chance) => fillPattern("G-{AN:10}", chance),
  arn: (chance) => fillPattern(`arn:aws:{az:3}:eu-west-1:{d:12}:${chance.pick(NOUNS)}/{b62:12}`, chance),
  sentrydsn: (chance) => fillPattern("https://{hex:32}@o{d:6}.ingest.sentry.io/{d:7}", chance),
  bundlehash: (chance) => chance.text(ALPHABETS["hex"] ?? "", chance.pick([8, 20])),
};

function keyName(chance: Chance): string {
  return chance.pick(KEYS);
}

function minified(chance: Chance): string {
  const letter = (): string => chance.text(ALPHABETS["aZ"] ?? "", 1);
  return chance.pick([
    `var ${letter()}=${letter()}.${letter()}(${chance.between(0, 999)}),`,
    `function ${letter()}${letter()}(${letter()},${letter()}){return ${letter()}&&${letter()}.${letter()}}`,
    `${letter()}.exports=${letter()}(${chance.between(100, 9999)});`,
    `!function(${letter()}){${letter()}.${letter()}=${chance.between(0, 9)}}(${letter()});`,
    `"${chance.text(ALPHABETS["b62"] ?? "", 6)}":${letter()}(${chance.between(1, 999)}),`,
  ]);
}

function two(chance: Chance, least: number, most: number): string {
  return String(chance.between(least, most)).padStart(2, "0");
}

function title(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
