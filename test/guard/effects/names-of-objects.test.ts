// Words that every object of the language answers to: a table that is looked up with one of them must have nothing for it.
import { afterAll, describe, expect, it } from "vitest";
import { judgeCommand, makeProject } from "../../judging.ts";

const project = makeProject();
afterAll(() => project.remove());

const NAMES = [
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "toString",
  "valueOf",
  "__proto__",
];
const FORMS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => `${name} -x --y=z w`,
  (name) => `${name} exec -c 'rm -rf /srv'`,
  (name) => `${name} -- rm -rf /srv`,
  (name) => `sudo ${name} x; rm -rf ~/x`,
  (name) => `xargs ${name} < pub.txt`,
  (name) => `echo x | ${name}`,
  (name) => `./${name} a && ${name}.sh`,
  (name) => `${name}=1 ls; echo $${name} \${${name}[x]}`,
  (name) => `declare -A m=([${name}]=1); echo \${m[${name}]}`,
  ...[
    "git",
    "npm",
    "docker",
    "kubectl",
    "aws",
    "gh",
    "cargo",
    "go",
    "terraform",
    "systemctl",
  ].flatMap((program) => [
    (name: string) => `${program} ${name} x --${name}`,
    (name: string) => `${program} ${name} ${name} -f`,
  ]),
  ...[
    "node -e",
    "python3 -c",
    "ruby -e",
    "perl -e",
    "php -r",
    "lua -e",
    "awk",
    "jq",
    "sqlite3 a.db",
  ].map((program) => (name: string) => `${program} '${name}(${name}.${name}["${name}"])'`),
];

describe.each(NAMES)("%s", (name) => {
  it("is a name like any other", async () => {
    const thrown: string[] = [];
    for (const form of FORMS) {
      const command = form(name);
      const { verdict, reasons } = await judgeCommand(project, command).catch((cause: unknown) => {
        thrown.push(`${command}: ${String(cause)}`);
        return { verdict: "deny", reasons: [{}] };
      });
      expect(verdict === "allow" && reasons.length === 0, command).toBe(false);
    }
    expect(thrown).toEqual([]);
  });
});
