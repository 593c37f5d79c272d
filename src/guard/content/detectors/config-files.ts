// config-files: credentials in the files of programs, in each program's own form: netrc, npmrc, docker, kubeconfig, htpasswd, pypirc.
import { credential } from "../detection/credential.ts";
import { base64Bytes } from "../detection/encoded.ts";
import { valueQuality } from "../detection/value-quality.ts";

const isSecretLooking = (value: string): boolean => {
  const quality = valueQuality(value);
  return quality === "random" || quality === "mixed";
};

export const configFiles = [
  credential({
    id: "netrc-password",
    title: "a password of a .netrc file",
    issuer: "any host that a program logs in to",
    source: "the .netrc file, inetutils manual: machine, login and password on one line or several",
    keywords: ["machine "],
    pattern:
      /(?<![\w-])machine\s{1,4}[\w.:-]{1,253}\s{1,16}(?:login\s{1,4}\S{1,128}\s{1,16})?password\s{1,4}(?<value>[^\s#]{1,256})/g,
    check: (value) => {
      const bare = value.replace(/^["']|["']$/g, "");
      return valueQuality(bare) !== "none" && (isSecretLooking(bare) ? "high" : "low");
    },
    rank: 20,
    before: 1,
    after: 700,
  }),
  credential({
    id: "npmrc-auth",
    title: "a credential of an .npmrc file",
    issuer: "a registry of npm packages",
    source:
      "npmrc, npm documentation: `//host/:_authToken=`, `_auth=` and `_password=`, the last in base64",
    keywords: ["_authtoken", "_auth", "_password"],
    pattern:
      /(?<=(?:^|[\s:"']))_(?:authToken|auth|password)["']?[ \t]{0,4}=[ \t]{0,4}["']?(?<value>[A-Za-z0-9+/=_.~-]{8,512})/g,
    check: (value) => isSecretLooking(value),
    rank: 20,
    before: 8,
    after: 560,
  }),
  credential({
    id: "docker-auth",
    title: "a login of docker's configuration",
    issuer: "a registry of images",
    source:
      "config.json of the Docker command line: `auths`, each with `auth`, user and password in base64",
    keywords: ['"auth"', '"identitytoken"', '\\"auth\\"'],
    pattern:
      /\\?"(?:auth|identitytoken)\\?"\s{0,8}:\s{0,8}\\?"(?<value>[A-Za-z0-9+/=_.-]{8,4096})\\?"/g,
    check: (value, { match }) =>
      match[0].includes("identitytoken") ||
      /^[!-9;-~]{1,200}:[!-~]{3,4000}$/.test(base64Bytes(value.replace(/=+$/, ""))),
    rank: 20,
    before: 1,
    after: 4_200,
  }),
  credential({
    id: "kubeconfig-credential",
    title: "a user's key or token of a kubeconfig file",
    issuer: "a Kubernetes cluster",
    source: "kubeconfig v1, Kubernetes reference: `client-key-data` in base64, `token` of a user",
    keywords: ["client-key-data"],
    pattern: /client-key-data["']?[ \t]{0,4}:\s{0,4}["']?(?<value>[A-Za-z0-9+/]{64,8192}={0,2})/g,
    check: (value) => base64Bytes(value.slice(0, 64)).startsWith("-----BEGIN "),
    rank: 30,
    before: 1,
    after: 8_400,
  }),
  credential({
    id: "htpasswd-hash",
    title: "a password's digest of an htpasswd or shadow file",
    issuer: "a server that checks passwords itself",
    source:
      "Apache: password formats (`$apr1$`, `$2y$`, `{SHA}`); crypt(5): `$1$`, `$5$`, `$6$`, `$y$`",
    keywords: ["$apr1$", "$2y$", "$2a$", "$2b$", "$1$", "$5$", "$6$", "$y$", "{sha}", "{ssha}"],
    pattern:
      /(?:(?<![\w$])(?:\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$(?:apr1|1)\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}|\$[56]\$(?:rounds=\d{1,9}\$)?[./A-Za-z0-9]{1,16}\$[./A-Za-z0-9]{43,86}|\$y\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{1,86}\$[./A-Za-z0-9]{43})|\{S?SHA\}[A-Za-z0-9+/]{27,64}={0,2})(?![./A-Za-z0-9])/g,
    // `$apr1$` begins like the name of a variable.
    keepsPlaceholders: true,
    check: (value) => !/([xX.*])\1{7}/.test(value),
    tier: "medium",
    rank: 20,
    before: 4,
    after: 200,
  }),
];
