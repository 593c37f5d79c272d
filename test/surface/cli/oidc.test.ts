// `sallyport oidc`: a person sets, tries and removes the provider; nobody else does, and the secret is never written or said.
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from "vitest";
import { runCommandLine } from "#surface/cli/command-line.ts";
import { openTerminal } from "#surface/foundation/terminal/terminal.ts";
import { type MadeProvider, startProvider } from "../dashboard/oidc/made-provider.ts";
import { atTerminal, hasScript, jsonIn, withoutTerminal } from "./typed.ts";

const SECRET = "canary-of-the-commands-5a4b3c";
let room: string;
let data: string;
let secretFile: string;
let provider: MadeProvider;
beforeAll(async () => {
  room = mkdtempSync(join(tmpdir(), "sallyport-oidc-cli-"));
  data = join(room, "data");
  secretFile = join(room, "secret");
  writeFileSync(secretFile, `${SECRET}\n`, { mode: 0o600 });
  provider = await startProvider("http://127.0.0.1:7420/oidc/callback");
});
afterAll(async () => {
  await provider.close();
  rmSync(room, { recursive: true, force: true });
});

const setWords = () => [
  ...["oidc", "set", "--issuer", provider.issuer, "--client-id", "sallyport"],
  ...["--client-secret", `file:${secretFile}`, "--role", "owners=administrator,a=b=viewer"],
];
const need = (ctx: TestContext) => {
  if (!hasScript) ctx.skip("`script` is not installed");
};

/** In this process: the code, and all that it says. */
async function run(...args: readonly string[]) {
  let said = "";
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((text) => {
      said += String(text);
      return true;
    }),
  );
  process.exitCode = undefined;
  const code = await runCommandLine([...args, "--data", data], openTerminal(), {});
  const ended = code ?? Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  for (const spy of spies) spy.mockRestore();
  return { code: ended, said };
}

const settingsFile = () => join(data, "keys", "dashboard-oidc.json");

describe("sallyport oidc", () => {
  it("shows what would be set, and writes nothing", async () => {
    const { code, said } = await run(...setWords(), "--dry-run");
    expect(code).toBe(0);
    expect(said).toContain(`+  "issuer": "${provider.issuer}"`);
    expect(() => statSync(settingsFile())).toThrow();
  });
  it.each([
    ["an issuer in the clear", ["--issuer", "http://login.example.com"], /issuer: .*https/],
    ["a secret itself", ["--client-secret", SECRET], /clientSecret: .*never itself/],
    ["a role that there is not", ["--role", "owners=king"], /GROUP=ROLE/],
    ["a group twice", ["--role", "a=viewer,a=auditor"], /stands twice/],
    ["scopes without openid", ["--scopes", "profile"], /`openid`/],
  ])("takes no %s, and repeats no secret", async (_what, more, why) => {
    const { code, said } = await run(...setWords(), "--dry-run", ...more);
    expect([code, said]).toEqual([2, expect.stringMatching(why)]);
    expect(said).not.toContain(SECRET);
  });
  it("takes no secret of a file that others may read", async () => {
    chmodSync(secretFile, 0o644);
    const { code, said } = await run(...setWords(), "--dry-run");
    chmodSync(secretFile, 0o600);
    expect([code, said]).toEqual([2, expect.stringContaining("`chmod 600`")]);
  });
  it("takes no file of people that others may read, and names a good one from the root on", async () => {
    const people = join(room, "people.csv");
    writeFileSync(people, "userName,active,groups\nada,true,owners\nbob,false,owners\neve,true,\n");
    chmodSync(people, 0o644);
    const open = await run(...setWords(), "--dry-run", "--users", people);
    expect([open.code, open.said]).toEqual([2, expect.stringContaining("chmod 600")]);
    chmodSync(people, 0o600);
    const { code, said } = await run(...setWords(), "--dry-run", "--users", people);
    expect([code, said]).toEqual([0, expect.stringContaining(`+  "users": "${people}"`)]);
  });
  it("counts the people of a file, and names none of them", async () => {
    const people = join(room, "people.csv");
    const checked = await run("oidc", "users", "check", people, "--json");
    expect([checked.code, JSON.parse(checked.said)]).toEqual([
      0,
      { outcome: "read", people: 3, active: 2, roles: [], withoutRole: 2, groupsFromProvider: 0 },
    ]);
    expect(checked.said).not.toMatch(/ada|bob|eve/);
    writeFileSync(people, "userName,active\nada,perhaps\n", { mode: 0o600 });
    const wrong = await run("oidc", "users", "check", people);
    expect([wrong.code, wrong.said]).toEqual([2, expect.stringContaining("row 2")]);
  });
  it("is set by nobody without a terminal, whatever they say", async () => {
    const { code } = await withoutTerminal({ data, home: room }, ...setWords(), "--yes");
    expect(code).toBe(2);
    expect(() => statSync(settingsFile())).toThrow();
  });
  it("is set by a person who types the word, tried, shown, and removed again", async (ctx) => {
    need(ctx);
    const person = { data, home: room };
    const wrong = await atTerminal(person, () => "nothing", ...setWords(), "--yes");
    expect(wrong.code).toBe(1);
    const typed = await atTerminal(person, (word) => word, ...setWords(), "--yes", "--json");
    expect([typed.code, jsonIn(typed)]).toEqual([0, expect.objectContaining({ outcome: "set" })]);
    expect(statSync(settingsFile()).mode & 0o777).toBe(0o600);
    const shown = await run("oidc", "show", "--json");
    expect(JSON.parse(shown.said)).toMatchObject({
      outcome: "set",
      issuer: provider.issuer,
      clientSecret: `file:${secretFile}`,
      redirect: "http://127.0.0.1:7420/oidc/callback",
      roles: [
        { group: "owners", role: "administrator" },
        { group: "a=b", role: "viewer" },
      ],
    });
    const tested = await run("oidc", "test");
    expect([tested.code, tested.said]).toEqual([0, expect.stringContaining("answers")]);
    provider.setAnswers("not");
    const down = await run("oidc", "test", "--json");
    provider.setAnswers("well");
    expect([down.code, JSON.parse(down.said)]).toMatchObject([1, { code: "unreachable" }]);
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const kept = files
      .map((one) => readFileSync(join(one.parentPath, one.name), "latin1"))
      .join("\n");
    expect(kept + typed.text + shown.said + tested.said).not.toContain(SECRET);
    const gone = await atTerminal(person, (word) => word, "oidc", "remove", "--yes");
    expect(gone.code).toBe(0);
    expect(() => statSync(settingsFile())).toThrow();
  });
  it("is not read where others may read it, or where it is damaged", async () => {
    writeFileSync(settingsFile(), "{}", { mode: 0o600 });
    expect((await run("oidc", "show")).said).toContain("is damaged");
    chmodSync(settingsFile(), 0o644);
    expect((await run("oidc", "show")).code).toBe(2);
    rmSync(settingsFile());
  });
});
