// Placeholders of the cases: values with the form of secrets, hidden characters and hosts that no file of the repository holds.
import { chanceOf, fillPattern } from "../content/chance.ts";
import { SECRETS } from "../content/secret-values.ts";

/** Forms of secrets by the name that a case uses; issuers document these forms, the values are chance. */
const PATTERNS: Readonly<Record<string, string>> = {
  "aws-key-id": "AKIA{B32:16}",
  "aws-secret": "{b62:40}",
  anthropic: "sk-ant-api03-{b64u:93}AA",
  openai: "sk-proj-{b62:48}",
  github: "ghp_{b62:30}{crc}",
  gitlab: "glpat-{b64u:20}",
  npm: "npm_{b62:30}{crc}",
  slack: "xoxb-{d:12}-{d:13}-{b62:24}",
  stripe: "sk_live_{b62:24}",
  google: "AIza{b64u:35}",
  sendgrid: "SG.{b64u:22}.{b64u:43}",
  generic: "{b62:40}",
};
const DRAWN: Readonly<Record<string, string>> = {
  password: "pwurl",
  jwt: "jwt",
  "private-key": "openssh",
  "rsa-key": "rsa",
  "key-line": "pemline",
};
const HOSTS: Readonly<Record<string, string>> = {
  npm: ["registry", "npmjs", "org"].join("."),
  docker: ["registry", "gitlab", "com"].join("."),
};

/**
 * `${secret:kind}` becomes a value of that form, the same for the same case and kind on every machine; `${char:200b}` a
 * character; `${host:npm}` a host of a package registry; `${dir:root}` a directory of the root. Throws for unknown names.
 */
export function fill(text: string, seed: string): string {
  return text.replace(/\$\{(secret|char|host|dir):([a-z0-9-]+)\}/g, (_, sort: string, name: string) => {
    if (sort === "char") return String.fromCodePoint(Number.parseInt(name, 16));
    if (sort === "dir") return `/${name}`;
    const value = sort === "host" ? HOSTS[name] : secret(name, seed);
    if (value === undefined) throw new Error(`${seed}: nothing fills \`${sort}:${name}\``);
    return value;
  });
}

function secret(name: string, seed: string): string | undefined {
  const chance = chanceOf(`${seed} ${name}`);
  const pattern = PATTERNS[name];
  if (pattern !== undefined) return fillPattern(pattern, chance);
  return SECRETS[DRAWN[name] ?? ""]?.(chance);
}
