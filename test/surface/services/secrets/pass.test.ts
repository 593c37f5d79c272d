// The password store: Debian's own `pass` with a key and a store of its own, made for the test.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseReference } from "#govern/secrets/reference.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { passProvider } from "#surface/services/secrets/providers/pass.ts";
import { skipIfMissing } from "../../../skipping.ts";
import { type ProgramRun, runProgram } from "#surface/services/secrets/run-program.ts";

const missing = ["pass", "gpg"].filter(
  (name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0,
);
const VALUE = "planted value, with 'quotes' and $signs";
let folder = "";
const environment = () => ({
  PATH: "/usr/bin:/bin",
  HOME: folder,
  LANG: "C.UTF-8",
  GNUPGHOME: join(folder, "gnupg"),
  PASSWORD_STORE_DIR: join(folder, "store"),
});
const words: string[] = [];

function run(program: string, args: readonly string[], input?: string) {
  return spawnSync(program, args, { env: environment(), encoding: "utf8", input, timeout: 50_000 });
}

function opened() {
  return passProvider({
    environment: environment(),
    home: folder,
    system: "linux",
    readText: (path) => {
      try {
        return readFileSync(path, "utf8");
      } catch {
        return undefined;
      }
    },
    run: (name, given, input) => {
      words.push(...given);
      return runProgram(name, given, { environment: environment(), input });
    },
  });
}

describe("pass", () => {
  const whyMissing = missing.length > 0 ? `${missing.join(", ")} is not installed` : undefined;
  beforeAll(() => {
    if (whyMissing !== undefined) return;
    // WHY /tmp: a socket of the agent has a short path at most.
    folder = mkdtempSync(join(tmpdir(), "sp-pass-"));
    spawnSync("mkdir", ["-m", "700", join(folder, "gnupg")]);
    const key =
      "%no-protection\nKey-Type: EDDSA\nKey-Curve: ed25519\nSubkey-Type: ECDH\nSubkey-Curve: cv25519\nName-Real: Test\nName-Email: test@example.org\nExpire-Date: 0\n%commit\n";
    expect(run("gpg", ["--batch", "--gen-key"], key).status).toBe(0);
    expect(run("pass", ["init", "test@example.org"]).status).toBe(0);
    const entry = `${VALUE}\nuser: ada\nToken: planted-token\nurl: https://x.example/a:b\n`;
    expect(run("pass", ["insert", "--multiline", "team/api"], entry).status).toBe(0);
  });
  afterAll(() => {
    if (whyMissing !== undefined) return;
    run("gpgconf", ["--kill", "all"]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  it("gives the first line, or the value of a field", async (ctx) => {
    skipIfMissing(ctx, whyMissing);
    const get = async (text: string) => (await opened().get(parseReference(text))).value.reveal();
    expect(await get("pass:team/api")).toBe(VALUE);
    expect(await get("pass:team/api#token")).toBe("planted-token");
    expect(await get("pass:team/api#url")).toBe("https://x.example/a:b");
  });
  it("replaces one line through the pipe, and leaves the others", async (ctx) => {
    skipIfMissing(ctx, whyMissing);
    await opened().replace?.(parseReference("pass:team/api#token"), new SecretValue("planted-2"));
    await opened().replace?.(parseReference("pass:team/api"), new SecretValue("planted-1"));
    expect(run("pass", ["show", "team/api"]).stdout).toBe(
      "planted-1\nuser: ada\nToken: planted-2\nurl: https://x.example/a:b\n",
    );
    expect(words.join(" ")).not.toContain("planted");
    await expect(
      opened().replace?.(parseReference("pass:team/api"), new SecretValue("a\nb")),
    ).rejects.toMatchObject({ code: "secret-setup" });
  });
  it("tells what is missing, and repeats nothing", async (ctx) => {
    skipIfMissing(ctx, whyMissing);
    await expect(opened().get(parseReference("pass:team/none"))).rejects.toMatchObject({
      code: "secret-missing",
    });
    await expect(opened().get(parseReference("pass:team/api#none"))).rejects.toMatchObject({
      code: "secret-missing",
    });
    expect(await opened().examine()).toEqual([{ isGood: true, says: "pass has a store here" }]);
    // Another person's store: the key that opens it is not here.
    const file = join(folder, "store/team/api.gpg");
    const kept = readFileSync(file);
    writeFileSync(file, "no message");
    const error = await opened()
      .get(parseReference("pass:team/api"))
      .catch((thrown: unknown) => thrown);
    writeFileSync(file, kept);
    expect(error).toMatchObject({ code: expect.stringMatching(/^secret-(?:sealed|answer)$/) });
    expect(String(error)).not.toMatch(/planted|team/);
  });
});

it("is told apart from a machine without the program", async () => {
  const absent = passProvider({
    environment: {},
    home: "/home/me",
    system: "linux",
    readText: () => undefined,
    run: (): Promise<ProgramRun> => Promise.resolve({ kind: "absent" }),
  });
  await expect(absent.get(parseReference("pass:a/b"))).rejects.toMatchObject({
    code: "secret-setup",
    message: expect.stringContaining("`pass` is not installed"),
  });
});

it.each(["pass:", "pass:-x/y", "pass:a/../b", "pass:a@2", "pass:a/b#"])(
  "a reference that is none is refused: %s",
  (text) => {
    expect(() => parseReference(text)).toThrow("a reference to pass");
  },
);
