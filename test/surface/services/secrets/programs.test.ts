// Providers that are read through a program of their own, against programs that answer as theirs do.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseReference } from "#govern/secrets/reference.ts";
import { SecretValue } from "#govern/secrets/secret-value.ts";
import { dopplerProvider } from "#surface/services/secrets/providers/doppler.ts";
import { keychainProvider } from "#surface/services/secrets/providers/keychain.ts";
import { onePasswordProvider } from "#surface/services/secrets/providers/one-password.ts";
import { runProgram } from "#surface/services/secrets/run-program.ts";
import type { ProviderSetting } from "#surface/services/secrets/setting.ts";

const VALUE = "planted value, with 'quotes' and $signs";
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sallyport-programs-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that writes down its words and its input, and then does what the script says. */
function program(name: string, script: string): void {
  const notes = `printf '%s\\n' "$@" > ${folder}/words; cat > ${folder}/input`;
  writeFileSync(join(folder, name), `#!/bin/sh\n${notes}\n${script}\n`, { mode: 0o755 });
}
const noted = (what: "words" | "input") => readFileSync(join(folder, what), "utf8");
const setting = (system: ProviderSetting["system"] = "linux"): ProviderSetting => {
  const environment = { PATH: `${folder}:/usr/bin:/bin` };
  return {
    environment,
    home: folder,
    system,
    readText: () => undefined,
    run: (name, words, input) => runProgram(name, words, { environment, input }),
  };
};
const shown = `printf %s "${VALUE.replace("$", "\\$")}"`;

describe("1Password", () => {
  const reference = parseReference("op://Team/Web app/password");
  it("reads a field", async () => {
    program("op", shown);
    expect((await onePasswordProvider(setting()).get(reference)).value.reveal()).toBe(VALUE);
    expect(noted("words")).toBe("read\n--no-newline\nop://Team/Web app/password\n");
  });
  it("lists titles and dates", async () => {
    program(
      "op",
      `echo '[{"title":"Web app","vault":{"name":"Team"},"updated_at":"2026-01-02T03:04:05Z"}]'`,
    );
    expect(await onePasswordProvider(setting()).list?.(["Team"], 10)).toEqual([
      { name: "1password:Team/Web app", changedMs: Date.parse("2026-01-02T03:04:05Z") },
    ]);
  });
  it.each([
    [
      `echo '[ERROR] "Web app" isn'"'"'t an item in the "Team" vault' >&2; exit 1`,
      "secret-missing",
    ],
    ["echo '[ERROR] you are not currently signed in' >&2; exit 1", "secret-login"],
    [`echo "[ERROR] ${VALUE.slice(0, 7)}" >&2; exit 9`, "secret-answer"],
  ])("tells why it failed, and repeats nothing: %s", async (script, code) => {
    program("op", script);
    const error = await onePasswordProvider(setting())
      .get(reference)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toMatch(/planted|Web app/);
  });
  it("says that the program is not installed", async () => {
    await expect(onePasswordProvider(setting()).get(reference)).rejects.toMatchObject({
      code: "secret-setup",
      message: expect.stringContaining("`op`") as string,
    });
  });
  it("has no way to replace a value: its program takes values as words, which everybody sees", () => {
    expect(onePasswordProvider(setting()).replace).toBeUndefined();
  });
});

describe("Doppler", () => {
  const reference = parseReference("doppler:web/prd/API_KEY");
  it("reads a value", async () => {
    program("doppler", `${shown}; echo`);
    expect((await dopplerProvider(setting()).get(reference)).value.reveal()).toBe(VALUE);
    expect(noted("words")).toMatch(
      /^secrets\nget\nAPI_KEY\n--project\nweb\n--config\nprd\n--plain\n/,
    );
  });
  it("replaces a value through the pipe, never as a word", async () => {
    program("doppler", "exit 0");
    await dopplerProvider(setting()).replace?.(reference, new SecretValue(VALUE));
    expect(noted("input")).toBe(VALUE);
    expect(noted("words")).not.toContain("planted");
  });
  it("lists names", async () => {
    program("doppler", `echo '{"API_KEY":{},"DB":{}}'`);
    const listed = await dopplerProvider(setting()).list?.(["web", "prd"], 10);
    expect(listed?.map(({ name }) => name)).toEqual([
      "doppler:web/prd/API_KEY",
      "doppler:web/prd/DB",
    ]);
  });
});

describe("the keychain of macOS", () => {
  const reference = parseReference("keychain:app/api");
  it("reads an entry", async () => {
    program("security", `${shown}; echo`);
    expect((await keychainProvider(setting("macos")).get(reference)).value.reveal()).toBe(VALUE);
    expect(noted("words")).toBe("find-generic-password\n-s\napp\n-a\napi\n-w\n");
  });
  it("writes an entry through the pipe, and looks whether it is there", async () => {
    program("security", `case "$1" in -i) exit 0;; esac; ${shown}; echo`);
    const keychain = keychainProvider(setting("macos"));
    await keychain.replace?.(reference, new SecretValue(VALUE));
    await expect(keychain.replace?.(reference, new SecretValue("other"))).rejects.toMatchObject({
      code: "secret-answer",
    });
  });
  it("says that there is no such entry", async () => {
    program("security", "exit 44");
    await expect(keychainProvider(setting("macos")).get(reference)).rejects.toMatchObject({
      code: "secret-missing",
    });
  });
});

describe("the Credential Manager of Windows", () => {
  const reference = parseReference("keychain:app/api");
  it.each(["windows", "wsl"] as const)("is read through PowerShell on %s", async (system) => {
    program("powershell.exe", `printf %s ${Buffer.from(VALUE).toString("base64")}`);
    expect((await keychainProvider(setting(system)).get(reference)).value.reveal()).toBe(VALUE);
    const script = Buffer.from(noted("words").split("\n")[3] ?? "", "base64").toString("utf16le");
    expect(script).toContain(Buffer.from("app:api").toString("base64"));
  });
  it("is written through the pipe", async () => {
    program("powershell.exe", "exit 0");
    await keychainProvider(setting("wsl")).replace?.(reference, new SecretValue(VALUE));
    expect(Buffer.from(noted("input"), "base64").toString()).toBe(VALUE);
    expect(
      Buffer.from(noted("words").split("\n")[3] ?? "", "base64").toString("utf16le"),
    ).not.toMatch(/planted/);
  });
});

describe("a program", () => {
  it("is stopped when it says too much", async () => {
    program("op", "yes planted-noise");
    const run = await runProgram("op", [], { environment: setting().environment });
    expect(run).toEqual({ kind: "stopped" });
  });
});
