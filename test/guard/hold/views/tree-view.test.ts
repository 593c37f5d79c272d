// Views of YAML, JSON, TOML, HCL and lines of logins: what programs go by stays, and whatever a file holds, no secret of it is shown.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { disguised, type Stream } from "#guard/hold/views/disguise.ts";
import { shapeOf } from "#guard/hold/views/tree-view.ts";
import { hasView, viewOf } from "#guard/hold/views/view.ts";

const stream: Stream = (value, count) => {
  const made = createHash("sha512").update(value).digest();
  return Uint8Array.from({ length: count }, (_, at) => made.readUInt8(at % made.length));
};
const of = (name: string, text: string) => viewOf(`/h/${name}`, text, { stream });
/** More cases, for a longer search. */
const RUNS = Number(process.env.VIEW_RUNS ?? 60);
const inBase64 = (text: string): string => Buffer.from(text, "latin1").toString("base64");
const pem = (what: string): string =>
  `-----BEGIN ${what}-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END ${what}-----\n`;

const KUBECONFIG = `apiVersion: v1
kind: Config
current-context: staging # of the shop
contexts:
- name: staging
  context: { cluster: staging, user: ada, namespace: shop }
clusters:
- name: staging
  cluster:
    server: "https://staging.corp.example:6443"
    certificate-authority-data: ${inBase64(pem("CERTIFICATE"))}
`;

describe("what is no secret stays in", () => {
  it.each([
    [".kube/config", KUBECONFIG],
    ["config/database.yml", 'test:\n  adapter: sqlite3\n  pool: <%= ENV.fetch("POOL") { 5 } %>\n'],
    [".docker/config.json", '{\n\t"currentContext": "default",\n\t"credsStore": "desktop"\n}\n'],
    [".aws/config", "[profile staging]\nregion = eu-central-1\n"],
    [
      "staging.tfvars",
      'region = "eu-central-1"\nzones = ["a", "b"]\nsizes = {\n  web = "t3.small"\n}\n',
    ],
    [".cargo/credentials.toml", "[[registries]]\nindex = 'https://crates.corp.example/'\n"],
    [".yarnrc.yml", 'npmRegistryServer: "https://npm.corp.example"\n'],
  ])("%s", async (name, text) => {
    expect(await of(name, text)).toBe(text);
  });
});

describe("what is secret is not in the view of", () => {
  it.each([
    [".kube/config", `${KUBECONFIG}users:\n- name: ada\n  user: { token: hunter22 }\n`, "hunter22"],
    ["a.yml", "password:\n  staging: swordfish\n", "swordfish"],
    ["a.yml", "logins:\n  ada: swordfish\n", "swordfish"],
    ["a.yml", "env:\n- name: DB_PASSWORD\n  value: swordfish\n", "swordfish"],
    ["a.yml", "a: &x { secret: 'it''s swordfish' }\nb: *x\n", "swordfish"],
    ["a.yml", "key: |\n  swordfish\n  of ada\nb: 1\n", "swordfish"],
    ["a.yml", "a: | # token swordfish9\n  text\n", "swordfish9"],
    ["a.yml", "# password: swordfish\na: 1\n", "swordfish"],
    ["a.yml", 'token: "sword\\x66ish"\n', "\\x66ish"],
    ["a.yml", "pin: 1234567\n", "1234567"],
    ["a.yml", "secret: 1e5\n", "1e5"],
    ["secret.yaml", "kind: Secret\ndata:\n  host: c3dvcmRmaXNo\n", "c3dvcmRmaXNo"],
    [
      ".docker/config.json",
      `{"auths":{"a.example":{"auth":"${inBase64("ada:hunter22")}"}}}`,
      "hunter22",
    ],
    ["a.json", '{"password":"sword\\u0066ish\\n"}', "\\u0066"],
    ["a.json", '[{"key":"API_KEY","value":"swordfish"}]', "swordfish"],
    [".pgpass", "# mine\ndb.example:5432:*:ada:hunter\\:22\n", "hunter"],
    [".git-credentials", "https://ada:hunter22@git.example\n", "hunter22"],
    [".aws/credentials", "[a]\naws_secret_access_key = hunter22\n", "hunter22"],
    ["a.tfvars", 'db = { password = "swordfish", host = "db.example" }\n', "swordfish"],
    ["a.tfvars", "key = <<EOT\nswordfish = 1\nEOT\nb = 1\n", "swordfish"],
    ["a.toml", 'token = """\nswordfish\n"""\n', "swordfish"],
    [".gem/credentials", "---\n:rubygems_api_key: rubygems_0123456789abcdef\n", "0123456789abcdef"],
  ])("%s: %j", async (name, text, secret) => {
    const shown = await of(name, text);
    expect(shown).toBeDefined();
    expect(shown).not.toContain(secret);
    expect(shown).toHaveLength(text.length);
    expect(shown?.split("\n")).toHaveLength(text.split("\n").length);
  });
  it.each([
    ["a.json", '{"a": 1,}'],
    ["a.json", `${"[".repeat(100)}${"]".repeat(100)}`],
    ["a.json", '{"ghp_16C7e42F292c6912E7710c838347Ae178B4a": 1}'],
    ["a.yml", "a: [1\n"],
    ["a.yml", "a: !vault hunter22\n"],
    ["a.yml", `a: ${"[".repeat(100)}${"]".repeat(100)}\n`],
    ["a.yml", "? [hunter22]\n: 1\n"],
    ["a.yml", 'a: "b\\n\n  hunter22"\n'],
    [".pgpass", "hunter22\n"],
    [".git-credentials", "hunter22\n"],
    ["a.tfvars", "a = <<EOT\nhunter22\n"],
  ])("%s is none where it is not understood: %j", async (name, text) => {
    expect(await of(name, text)).toBeUndefined();
  });
});

describe("a value keeps the form that programs take apart", () => {
  it.each([
    [
      "a key in base64",
      inBase64(pem("PRIVATE KEY")),
      /^-----BEGIN PRIVATE KEY-----\n(?!MIIE)\w{32}\n/,
    ],
    ["a user and a password", inBase64("ada:hunter22"), /^(?!ada)[a-z]{3}:(?!hunter)[a-z]{6}\d\d$/],
  ])("%s", (_what, value, form) => {
    const shown = disguised(value, stream);
    expect(shown).toHaveLength(value.length);
    expect(Buffer.from(shown, "base64").toString("latin1")).toMatch(form);
  });
  it("a signed token its head", () => {
    const head = Buffer.from('{"alg":"RS256"}').toString("base64url");
    const shown = disguised(`${head}.eyJzdWIiOiJhZGEifQ.Rm8Yd3Hs6Pf0`, stream);
    expect(shown.startsWith(`${head}.eyJ`)).toBe(true);
    expect(shown).not.toContain("zdWIiOiJhZGEifQ");
    expect(disguised("eyJodW50ZXIyMiI6MX0.x", stream)).not.toContain("odW50ZXIyMiI6MX0");
  });
  it("a certificate stays as it is, and nothing beside one does", async () => {
    const both = JSON.stringify({ a: pem("CERTIFICATE") + pem("PRIVATE KEY") });
    expect(await of("a.json", both)).not.toContain("MIIEvQ");
  });
});

describe("whatever a file holds", () => {
  const secret = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.!%^* '"\\:#-]{0,30}[A-Za-z0-9]{8}$/);
  const name = fc.stringMatching(/^[a-z][a-zA-Z]{0,8}$/);
  const tree = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom<unknown>(true, null, 443, "https://a.example/x", "info", ""),
      fc.record({ password: secret }),
      fc.record({ name: fc.constant("API_TOKEN"), value: secret }),
      fc.record({ secret_pins: fc.array(fc.integer({ min: 100_000 }), { maxLength: 3 }) }),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(name, tie("any"), { maxKeys: 4 }),
    ),
  })).any;
  const secretsOf = (value: unknown): readonly string[] => {
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, one]: [string, unknown]) =>
      (key === "password" || key === "value") && typeof one === "string" ? [one] : secretsOf(one),
    );
  };
  const holds = async (
    file: string,
    text: string,
    value: unknown,
    read: (text: string) => unknown,
  ) => {
    const shown = await of(file, text);
    expect(shown).toBeDefined();
    expect(shapeOf(read(shown ?? ""))).toBe(shapeOf(read(text)));
    for (const one of secretsOf(value)) expect(shown).not.toContain(one.slice(-8));
    expect(shown?.split("\n")).toHaveLength(text.split("\n").length);
  };
  it("JSON of it has the same names, kinds and lines, and no secret", async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom("", "\t", "  "), async (value, indent) => {
        await holds("a.json", JSON.stringify(value, undefined, indent), value, JSON.parse);
      }),
      { numRuns: RUNS },
    );
  });
  it("YAML of it too", async () => {
    const read = (text: string): unknown =>
      parseAllDocuments(text).map((one) => one.toJS() as unknown);
    const option = fc.record({
      defaultStringType: fc.constantFrom("PLAIN", "QUOTE_SINGLE", "BLOCK_LITERAL"),
      collectionStyle: fc.constantFrom("any", "flow"),
      indentSeq: fc.boolean(),
      lineWidth: fc.constant(0),
    });
    await fc.assert(
      fc.asyncProperty(tree, option, async (value, options) => {
        await holds("a.yml", stringify(value, options), value, read);
      }),
      { numRuns: RUNS },
    );
  });
  it("lines of lists and maps have no secret", async () => {
    const one = secret.map((text) => text.replace(/["\\]/g, "x"));
    const line = fc.oneof(
      one.map((text) => `password = ${JSON.stringify(text)}`),
      one.map((text) => `db = { password = ${JSON.stringify(text)}, port = 1 }`),
      one.map((text) => `secrets = [\n  ${JSON.stringify(text)},\n]`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
        const text = `${lines.join("\n")}\n`;
        const shown = (await of("a.tfvars", text)) ?? "";
        expect(shown.replace(/[^"=[\]{},\n]/g, "")).toBe(text.replace(/[^"=[\]{},\n]/g, ""));
        for (const [, quoted = ""] of text.matchAll(/"([^"]*)"/g))
          expect(shown).not.toContain(quoted.slice(-8));
      }),
      { numRuns: RUNS },
    );
  });
});

it("is made in a time that grows with the length", async () => {
  const wide = " ".repeat(20_000);
  for (const [name, text] of [
    [".env", `A=x${wide}y\n`],
    [".env", `A="xylo7${wide}"${wide}y\n`],
    ["a.json", JSON.stringify({ password: `x${wide}\\"y` })],
    ["a.yml", `password: 'x${wide}y'\n`],
    ["a.tfvars", `a = ["x${wide}y"\n`],
    [".pgpass", `a:b:c:d:x${wide}y\n`],
  ] as const)
    expect(await of(name, text)).not.toBe(text);
});

it("credentials of other programs have views too", () => {
  const names = [
    ...[".pypirc", ".composer/auth.json", ".config/gh/hosts.yml", ".cargo/credentials"],
    ...["prod.tfstate", "x.kubeconfig", ".config/git/credentials", "secrets/app.yaml"],
  ];
  expect(names.filter((one) => !hasView(`/h/${one}`))).toEqual([]);
});
