// True values of the corpus by kind: passwords as people choose them, keys as programs make them, tokens, key files.
import { ALPHABETS, type Chance, fillPattern } from "./chance.ts";

const WORDS =
  "river stone winter falcon copper maple thunder orange velvet harbor canyon tiger marble rocket silver willow dragon summer coffee bronze pepper meadow shadow castle turtle glacier mango lantern saddle breeze anchor walnut comet bishop garnet otter".split(
    " ",
  );
const MARKS = "!@#$%&*?_-+.";

/** What each name of a true slot draws. The label of a slot is its name unless it says another. */
export const SECRETS: Readonly<Record<string, (chance: Chance) => string>> = {
  pw: password,
  pwplain: (chance) => password(chance).replace(/[^A-Za-z0-9]/g, "7"),
  pwweak: (chance) => `${chance.pick(WORDS)}${chance.between(10, 2025)}`,
  pwword: (chance) => chance.pick(WORDS) + chance.pick(WORDS),
  pwphrase: (chance) => [1, 2, 3, 4].map(() => chance.pick(WORDS)).join(chance.pick(["-", " ", "."])),
  pwurl: (chance) => password(chance).replace(/[^A-Za-z0-9._-]/g, (mark) => percent(mark)),
  rand: (chance) => chance.text(ALPHABETS["b62"] ?? "", chance.between(16, 48)),
  randshort: (chance) => chance.text(ALPHABETS["b62"] ?? "", chance.between(8, 15)),
  randan: (chance) => chance.text(ALPHABETS["an"] ?? "", chance.between(20, 40)),
  hexkey: (chance) => chance.text(ALPHABETS["hex"] ?? "", chance.pick([32, 40, 64])),
  b64key: (chance) => base64Of(chance, chance.pick([16, 24, 32, 48, 64])),
  b64ukey: (chance) => chance.text(ALPHABETS["b64u"] ?? "", chance.pick([32, 43, 64])),
  uuidkey: (chance) => fillPattern("{uuid}", chance),
  django: (chance) => chance.text(`${ALPHABETS["an"] ?? ""}!@#%^&*(-_=+)`, 50),
  salts: (chance) => chance.text(`${ALPHABETS["b62"] ?? ""}!@#%^&*()-_[]{}<>~+=,.;:/?|`, 64),
  jwt,
  basic: (chance) => base64(`${chance.pick(WORDS)}:${password(chance)}`),
  netrcpw: (chance) => password(chance).replace(/\s/g, ""),
  apr1: (chance) => `$apr1$${crypt(chance, 8)}$${crypt(chance, 22)}`,
  bcrypt: (chance) => `$2${chance.pick(["a", "b", "y"])}$1${chance.between(0, 2)}$${crypt(chance, 53)}`,
  sha512crypt: (chance) => `$6$${crypt(chance, 16)}$${crypt(chance, 86)}`,
  shahtpasswd: (chance) => `{SHA}${base64Of(chance, 20)}`,
  rsa: (chance) => pem(chance, "RSA PRIVATE KEY", "MIIEowIBAAKCAQEA", 24),
  pkcs8: (chance) => pem(chance, "PRIVATE KEY", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", 25),
  encrypted: (chance) => pem(chance, "ENCRYPTED PRIVATE KEY", "MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkq", 26),
  ec: (chance) => pem(chance, "EC PRIVATE KEY", "MHcCAQEEI", 3),
  openssh: (chance) => pem(chance, "OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUA", 6, 70),
  pgp: (chance) => pem(chance, "PGP PRIVATE KEY BLOCK", "\nlQOYBG", 20),
  pemline: (chance) => pem(chance, "PRIVATE KEY", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", 25).replace(/\n/g, "\\n"),
  putty: (chance) => wrap(base64Of(chance, 300), 64),
  pemb64: (chance) => base64(pem(chance, "RSA PRIVATE KEY", "MIIEowIBAAKCAQEA", 12)),
  saml: (chance) => base64Of(chance, 120),
  pin: (chance) => chance.text("0123456789", 6),
  totp: (chance) => chance.text(ALPHABETS["b32"] ?? "", chance.pick([16, 32])),
  mnemonic: (chance) => Array.from({ length: 12 }, () => chance.pick(WORDS)).join(" "),
  ethkey: (chance) => `0x${chance.text(ALPHABETS["hex"] ?? "", 64)}`,
  wif: (chance) => `${chance.pick(["5", "K", "L"])}${chance.text(ALPHABETS["b58"] ?? "", 51)}`,
  wireguard: (chance) => base64Of(chance, 32),
  sas: (chance) => base64Of(chance, 32).replace(/[+/=]/g, percent),
  sid: (chance) => `s:${chance.text(ALPHABETS["b64u"] ?? "", 32)}.${chance.text(ALPHABETS["b64"] ?? "", 43)}`,
};

/** A password as people and their password programs make them, of at least eight characters. */
function password(chance: Chance): string {
  const word = (): string => chance.pick(WORDS);
  const title = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  const mark = (): string => chance.pick([...MARKS]);
  switch (chance.between(0, 6)) {
    case 0:
      return `${title(word())}${chance.between(10, 9999)}${mark()}`;
    case 1:
      return `${title(word())}${mark()}${title(word())}${chance.between(1, 99)}`;
    case 2:
      return leet(`${title(word())}${word()}`) + mark();
    case 3:
      return chance.text(`${ALPHABETS["b62"] ?? ""}${MARKS}`, chance.between(12, 20));
    case 4:
      return chance.text(ALPHABETS["b62"] ?? "", chance.between(10, 20));
    case 5:
      return `${word()}${mark()}${chance.text(ALPHABETS["d"] ?? "", 4)}${word().toUpperCase()}`;
    default:
      return `${chance.text(ALPHABETS["az"] ?? "", 3)}${chance.between(100, 999)}${chance.text(ALPHABETS["AZ"] ?? "", 3)}${mark()}${chance.text(ALPHABETS["b62"] ?? "", 4)}`;
  }
}

function leet(text: string): string {
  return text.replace(/[aeios]/g, (letter) => ({ a: "4", e: "3", i: "1", o: "0", s: "$" })[letter] ?? letter);
}

function percent(mark: string): string {
  return `%${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/** A signed token with claims that look like a service's; the signature is chance. */
function jwt(chance: Chance): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const issued = 1_700_000_000 + chance.between(0, 60_000_000);
  const claims = {
    sub: chance.text(ALPHABETS["d"] ?? "", 10),
    iss: `https://auth.${chance.pick(WORDS)}.io/`,
    iat: issued,
    exp: issued + 86_400,
    scope: chance.pick(["read write", "openid profile", "admin"]),
  };
  const kid = chance.text(ALPHABETS["hex"] ?? "", 8);
  const head = chance.pick([{ alg: "HS256", typ: "JWT" }, { alg: "RS256", typ: "JWT", kid }]);
  const signature = base64Of(chance, head.alg === "HS256" ? 32 : 256);
  return `${part(head)}.${part(claims)}.${Buffer.from(signature, "base64").toString("base64url")}`;
}

function pem(chance: Chance, title: string, start: string, lines: number, width = 64): string {
  const body = wrap(`${start}${chance.text(ALPHABETS["b64"] ?? "", lines * width - 20)}`, width);
  // WHY put together: no line of this repository is to look like the head of a key file.
  return `${"-".repeat(5)}BEGIN ${title}${"-".repeat(5)}\n${body}==\n${"-".repeat(5)}END ${title}${"-".repeat(5)}`;
}

function wrap(text: string, width: number): string {
  return text.replace(new RegExp(`([^\\n]{${width}})(?=[^\\n])`, "g"), "$1\n");
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** Base64 of random bytes. */
export function base64Of(chance: Chance, bytes: number): string {
  return Buffer.from(Array.from({ length: bytes }, () => chance.between(0, 255))).toString("base64");
}

function crypt(chance: Chance, length: number): string {
  return chance.text(`./${ALPHABETS["b62"] ?? ""}`, length);
}
