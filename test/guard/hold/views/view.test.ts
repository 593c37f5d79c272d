// Views: no true value of a file of secrets, no line lost, and what is no secret as it was.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { disguised, type Stream } from "#guard/hold/views/disguise.ts";
import { hasView, viewOf } from "#guard/hold/views/view.ts";

const stream: Stream = (value, count) =>
  Uint8Array.from({ length: count }, (_, at) =>
    createHash("sha256").update(`${at}:${value}`).digest().readUInt8(0),
  );
const of = (text: string, name = ".env", known?: ReadonlySet<string>) =>
  viewOf(`/p/${name}`, text, { stream, ...(known === undefined ? {} : { known }) });

describe("a view of lines", () => {
  it.each([
    ["PORT=4310"],
    ["LOG_LEVEL=debug"],
    ["export NODE_ENV=production"],
    ["DEBUG=true"],
    ["CURRENCY=EUR"],
    ["ADDRESS=127.0.0.1:4371"],
    ["LISTEN=:9000"],
    ["LISTEN='[::1]:9000'"],
    ["ALLOWED=localhost, 10.0.0.0/8, shop.example:8443"],
    ["MAILER=smtp.mail.example"],
    ["CACHE=redis"],
    ["QUEUE=high_priority,low"],
    ["CERTIFICATE=/etc/ssl/certs/shop.crt"],
    ["RELEASED=2026-11-28T10:00:00Z"],
    ["API=v1.2"],
    ["EMPTY="],
    ["# of this machine"],
    ["# the API key of the shop, see https://docs.example/keys/v2"],
    ["# since 2.1.332, on port 4310"],
    ["FEATURE_CART=true"],
    ["DATABASE_URL=postgres://localhost:5432/orders?sslmode=require"],
    ["REDIS_URL=redis://${USER}:${PASS}@cache:6379/0"],
    ["registry=https://npm.corp.example/"],
    ["always-auth=true"],
    ["[global]"],
    ["timeout = 5"],
  ])("keeps %s", async (line) => {
    expect(await of(`${line}\n`)).toBe(`${line}\n`);
  });
  it.each([
    ["JWT_SECRET=9f2c7be1d40a4f6f8e35a1c0b7d2e6f4", /^JWT_SECRET=[0-9a-f]{32}$/],
    [
      `API_KEY='${["sk", "live"].join("_")}_4eC39HqLyjWDarjtT1zdp7dc' # live`,
      /^API_KEY='sk_live_\w{24}' # live$/,
    ],
    ["PASSWORD=123456", /^PASSWORD=[1-9]\d{5}$/],
    ["PIN=0042", /^PIN=\d{4}$/],
    ["SIGNING=swordfish", /^SIGNING=[a-z]{9}$/],
    ["MASTER=correct-horse-battery", /^MASTER=[a-z]{7}-[a-z]{5}-[a-z]{7}$/],
    ["FOO=10.0.0.4:hunter2", /^FOO=\d\d\.\d\.\d\.\d:[a-z]{6}\d$/],
    ["FOO=/9f2c7be1d40a4f6f8e35a1c0b7d2e6f4", /^FOO=\/[0-9a-z]{32}$/],
    ["FOO=hunter2", /^FOO=[a-z]{6}\d$/],
    ["DB=postgres://app:hunter22@db:5432/app", /^DB=postgres:\/\/app:[a-z]{6}\d\d@db:5432\/app$/],
    [
      "index-url = https://tok3nvalue99@pypi.example/simple",
      /^index-url = https:\/\/[a-z]{3}\d[a-z]{6}\d\d@pypi.example\/simple$/,
    ],
    [
      "//npm.example/:_authToken=npm_abcdef0123456789",
      /^\/\/npm.example\/:_authToken=npm_[a-z]{6}\d{10}$/,
    ],
    ["# OLD_TOKEN=abcdef", /^# OLD_TOKEN=[a-z]{6}$/],
    [
      "HOOK=https://hooks.slack.com/services/T0/B0/abcd1234efgh5678",
      /^HOOK=https:\/\/hooks.slack.com\/services\/T0\/B0\/[a-z]{4}\d{4}[a-z]{4}\d{4}$/,
    ],
    ["# the password is hunter", /^# the password is [a-z]{6}$/],
    ["# login ada, password hunter2", /^# login ada, password [a-z]{6}\d$/],
    ["# token 'swordfish' of the old server", /^# token '[a-z]{9}' of the old server$/],
    ["A=${B:-hunter2}", /^A=\$\{B:-[a-z]{6}\d\}$/],
    ["API_TOKEN=${B:-aaaaaa}", /^API_TOKEN=\$\{B:-(?!aaaaaa)[a-z]{6}\}$/],
    ["API_TOKEN_V0=${B:-aaaaaa}", /^API_TOKEN_V0=\$\{B:-(?!aaaaaa)[a-z]{6}\}$/],
  ])("disguises the value of %s", async (line, form) => {
    const shown = (await of(`${line}\n`))?.trimEnd() ?? "";
    expect(shown).toMatch(form);
    expect(shown).not.toBe(line);
    expect(shown).toHaveLength(line.length);
  });
  it("reads values of several lines, a byte order mark and ends of lines as they are", async () => {
    const key = "-----BEGIN PRIVATE KEY-----\r\nMIIEvQIBADAN\r\n-----END PRIVATE KEY-----";
    const shown = (await of(`\ufeffA="${key}"\r\nPORT=1\r\n`)) ?? "";
    expect(shown).toMatch(
      /^\ufeffA="-----BEGIN PRIVATE KEY-----\r\n[A-Za-z]{12}\r\n-----END PRIVATE KEY-----"\r\nPORT=1\r\n$/,
    );
    expect(shown).not.toContain("MIIEvQIBADAN");
  });
  it("keeps lines that lie open elsewhere", async () => {
    expect(await of("A=hunter2\nB=hunter2\n", ".env", new Set(["A=hunter2"]))).toMatch(
      /^A=hunter2\nB=(?!hunter2)/,
    );
  });
  it.each([
    "just words here\n",
    "A='never closed\n",
    "<xml/>\n",
    "A=1\0\n",
    "A=\ufffd\n",
    `A=${"x".repeat(1_048_576)}\n`,
  ])("is none of what is not understood: %j", async (text) =>
    expect(await of(text.slice(0, 1_048_600))).toBeUndefined(),
  );
  it("of logins keeps machine and login", async () => {
    const shown = await of("machine api.example login ada password hunter2\n", ".netrc");
    expect(shown).toMatch(/^machine api\.example login ada password [a-z]{6}\d\n$/);
    expect(await of("machine a\nmacdef x\ncd /\n", ".netrc")).toBeUndefined();
  });
});

describe("whatever the file holds", () => {
  const value = fc.stringMatching(/^[A-Za-z0-9_.!%^*-]{6,40}$/);
  const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,20}$/);
  const line = fc.oneof(
    fc.tuple(name, value).map(([key, one]) => ({ text: `${key}=${one}`, secret: one })),
    fc.tuple(name, value).map(([key, one]) => ({ text: `export ${key}="${one}"`, secret: one })),
    fc.tuple(name, value).map(([key, one]) => ({ text: `${key} = '${one}' # set`, secret: one })),
    fc.tuple(name, value).map(([key, one]) => ({ text: `# ${key}=${one}`, secret: one })),
    fc.tuple(name, value).map(([key, one]) => ({
      text: `${key}=https://ada:${one.replace(/[^A-Za-z0-9]/g, "x")}@host.example/a`,
      secret: one.replace(/[^A-Za-z0-9]/g, "x"),
    })),
    fc
      .tuple(name, value)
      .map(([key, one]) => ({ text: `${key}="first\n${one}\nlast"`, secret: one })),
    fc.tuple(name, value).map(([key, one]) => ({ text: `${key}=\${B:-${one}}`, secret: one })),
    fc.constantFrom("", "# a comment", "PORT=1").map((text) => ({ text, secret: undefined })),
  );
  it("no value of a name that says secret is in the view, and no line is lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 20 }),
        fc.constantFrom("\n", "\r\n"),
        fc.constantFrom("", "\ufeff"),
        async (lines, end, mark) => {
          const text =
            mark +
            lines.map((one) => one.text.replace(/(^|[# ])([A-Z])/, "$1SECRET_TOKEN_$2")).join(end);
          const shown = (await of(text)) ?? "";
          expect(shown.split(end)).toHaveLength(text.split(end).length);
          expect(shown).toHaveLength(text.length);
          for (const { secret } of lines)
            if (
              secret !== undefined &&
              /[A-Za-z0-9]{6}/.test(secret) &&
              !/^(?:true|false|default|always|public|never)$/i.test(secret)
            )
              expect(shown).not.toContain(secret);
        },
      ),
      { numRuns: 300 },
    );
  });
  it("no letter and no digit of a disguised value is where it was", async () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9+/=_-]{1,80}$/), (one) => {
        const shown = disguised(`x${one}`, stream);
        expect(shown).toHaveLength(one.length + 1);
        for (const [at, char] of [...`x${one}`].entries())
          if (/[A-Za-z0-9]/.test(char)) expect(shown[at]).not.toBe(char);
      }),
      { numRuns: 300 },
    );
  });
});

it("files of other forms have none", () => {
  expect(
    [".env", ".env.local", "prod.env", ".npmrc", "pip.conf", ".netrc"].every((one) =>
      hasView(`/p/${one}`),
    ),
  ).toBe(true);
  expect(["id_rsa", "key.pem", ".envrc", "a.txt"].some((one) => hasView(`/p/${one}`))).toBe(false);
});

describe("a view of a file that is one secret", () => {
  const SECRET = "Vb5Ns0Kd8Qy2Lm6T-z4";
  it.each(["compose/secrets/db.txt", "secrets/db/password", ".vault_pass", "password.txt"])(
    "is a word of its shape: %s",
    async (name) => {
      const view = await of(`${SECRET}\r\n`, name);
      expect(view).toMatch(
        /^[A-Z][a-z]\d[A-Z][a-z]\d[A-Z][a-z]\d[A-Z][a-z]\d[A-Z][a-z]\d[A-Z]-[a-z]\d\r\n$/,
      );
      [...SECRET].forEach((one, at) => {
        if (one !== "-") expect(view?.charAt(at)).not.toBe(one);
      });
    },
  );
  it.each([
    ["one that is short", "hunter2\n"],
    ["several words", "correct horse battery staple\n"],
    ["several lines", `${SECRET}\n${SECRET}\n`],
    ["signs, which stay as they are", "!!!!----####abcdefgh12\n".replace("h12", "")],
    ["a comment", `# ${SECRET}\n`],
    ["nothing", ""],
  ])("is none of %s", async (_, text) => {
    expect(await of(text, "secrets/db.txt")).toBeUndefined();
  });
  it("is none by another name", () => {
    for (const name of ["secrets/db.sh", "src/secrets.txt", "secrets/a/b/c.txt", "bypass", "a.key"])
      expect([name, hasView(`/p/${name}`)]).toEqual([name, false]);
  });
});
