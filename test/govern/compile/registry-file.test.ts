// Registry files of Windows: each that is generated is held to the format, and merged into a hive by a reader that is not ours.
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { freshDirectory } from "../../surface/daemon/daemon-stand.ts";
import { compiledAs, SITE_TEXT, siteOf, textOf } from "./compiled.ts";
import { emptyHive, readRegistryFile } from "./registry-file.ts";

const KEY = "HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\ClaudeCode";
const room = freshDirectory();
afterAll(() => room.remove());
const has = (program: string) => spawnSync(program, ["--help"]).error === undefined;
const hasHivex = has("hivexregedit") && has("hivexget");

const policies = readdirSync("data/policies").map((name) => name.replace(/\.yaml$/, ""));
const target = { scope: "system", platform: "windows" } as const;
const sites = [
  siteOf(SITE_TEXT),
  siteOf("organization: acme\nservice: { program: /opt/sallyport }\n"),
];

/** The registry file of a policy and the settings that it has to hold; undefined for a policy that compiles to none. */
function filesOf(policy: string) {
  return (policy === "team" ? sites : sites.slice(0, 1)).map((site) => {
    const compiled = compiledAs(policy, target, site);
    const settings: unknown = JSON.parse(
      textOf(
        compiledAs(policy, { scope: "managed", platform: "windows" }, site),
        "managed-settings.json",
      ),
    );
    return { text: textOf(compiled, "claude-code.reg"), settings };
  });
}
const told = (text: string) => readRegistryFile(Buffer.from(text, "latin1"));
const whole = (...lines: readonly string[]) =>
  ["Windows Registry Editor Version 5.00", "", ...lines, ""].join("\r\n");

/** What a value is after the file was merged into an empty hive; what the reader said where it was not. */
function merged(text: string): { readonly value: string } | { readonly refused: string } {
  const [hive, parent, file] = ["hive", "parent.reg", "own.reg"].map((name) =>
    join(room.path, name),
  ) as [string, string, string];
  writeFileSync(hive, emptyHive());
  // Windows has this key; a hive that is empty does not.
  writeFileSync(parent, whole("[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies]"));
  writeFileSync(file, text);
  for (const one of [parent, file]) {
    const words = ["--merge", "--prefix", "HKEY_LOCAL_MACHINE\\SOFTWARE", hive, one];
    const { status, stderr } = spawnSync("hivexregedit", words, { encoding: "utf8" });
    if (status !== 0) return { refused: stderr };
  }
  const { stdout } = spawnSync("hivexget", [hive, "Policies\\ClaudeCode", "Settings"], {
    encoding: "utf8",
    maxBuffer: 16 * 1024 ** 2,
  });
  return { value: stdout.replace(/\n$/, "") };
}

describe("a registry file", () => {
  test.each(policies)("of `%s` has no fault and sets the settings, nothing else", (policy) => {
    for (const { text, settings } of filesOf(policy)) {
      const { keys, faults } = told(text);
      expect(faults).toEqual([]);
      expect(keys.map(({ path }) => path)).toEqual([KEY]);
      expect(Object.keys(keys[0]?.values ?? {})).toEqual(["Settings"]);
      const value = keys[0]?.values["Settings"];
      expect(value?.kind === "text" ? JSON.parse(value.text) : value).toEqual(settings);
    }
  });
  test("is taken by hivex, whose hive then has the same settings", (ctx) => {
    if (!hasHivex) ctx.skip("hivexregedit and hivexget are not installed");
    for (const policy of ["team", "enterprise-high"])
      for (const { text, settings } of filesOf(policy)) {
        const read = merged(text);
        expect("value" in read ? JSON.parse(read.value) : read).toEqual(settings);
      }
    const broken = whole(`[${KEY}]`, '"Settings"="{}');
    expect(merged(broken)).toEqual({ refused: expect.stringContaining("parse error") });
  });
  test("is read with every type of a value, in both encodings", () => {
    const text = whole(
      "; a comment",
      `[${KEY}]`,
      '@="own"',
      '"a\\\\b\\"c"="d:\\\\e \\"f\\""',
      '"n"=dword:0000002a',
      '"b"=hex:01,02,\\',
      "  03",
      '"m"=hex(7):61,00,00,00',
      '"gone"=-',
      "[-HKEY_CURRENT_USER\\Software\\Old]",
    );
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
    for (const bytes of [Buffer.from(text), wide]) {
      const { keys, faults } = readRegistryFile(bytes);
      expect(faults).toEqual([]);
      expect(keys.map(({ path }) => path)).toEqual([KEY, "HKEY_CURRENT_USER\\Software\\Old"]);
      expect(keys[0]?.values).toEqual({
        "": { kind: "text", text: "own" },
        'a\\b"c': { kind: "text", text: 'd:\\e "f"' },
        n: { kind: "number", number: 42 },
        b: { kind: "bytes", type: 3, bytes: Buffer.from([1, 2, 3]) },
        m: { kind: "bytes", type: 7, bytes: Buffer.from([0x61, 0, 0, 0]) },
        gone: { kind: "removed" },
      });
    }
  });
  test.each([
    ["the head of another version", `REGEDIT4\r\n\r\n[${KEY}]\r\n`, "head of version 5"],
    ["no line behind the head", whole().replace("\r\n", "") + `[${KEY}]\r\n`, "head"],
    ["lines of Unix", whole(`[${KEY}]`).replaceAll("\r\n", "\n"), "CRLF"],
    ["a last line that does not end", whole(`[${KEY}]`).trimEnd(), "does not end"],
    ["another hive", whole("[HKLM\\SOFTWARE]"), "no hive"],
    ["a key without a name", whole("[HKEY_LOCAL_MACHINE\\\\x]"), "no name of a key"],
    ["too long a name", whole(`[HKEY_LOCAL_MACHINE\\${"x".repeat(256)}]`), "no name of a key"],
    ["a value before a key", whole('"a"="b"'), "of no key"],
    ["a value twice", whole(`[${KEY}]`, '"a"="b"', '"a"="c"'), "twice"],
    ["a quote in a text", whole(`[${KEY}]`, '"a"="b"c"'), "quote or backslash"],
    ["a backslash in a text", whole(`[${KEY}]`, '"a"="b\\c"'), "quote or backslash"],
    ["a text that does not end", whole(`[${KEY}]`, '"a"="b'), "quote or backslash"],
    ["a type that is none", whole(`[${KEY}]`, '"a"=word:1'), "no type"],
    ["half a number", whole(`[${KEY}]`, '"a"=dword:2a'), "no type"],
    ["half a byte", whole(`[${KEY}]`, '"a"=hex:0'), "no type"],
    ["too long a value", whole(`[${KEY}]`, `"a"="${"x".repeat(600_000)}"`), "too long"],
    ["another alphabet without a mark", whole(`[${KEY}]`, '"a"="\u00e9"'), "not ASCII"],
    ["a control character", whole(`[${KEY}]`, '"a"="\u0007"'), "control character"],
    ["words", whole(`[${KEY}]`, "hello"), "neither"],
    ["no key", whole(), "no key"],
  ])("with %s has a fault", (_, text, words) => {
    expect(told(text).faults.join("\n")).toContain(words);
  });
});
