// Files for device management and services, read back by parsers that are not ours.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatPlist } from "#govern/compile/plist.ts";
import { freshDirectory } from "../../surface/daemon/daemon-stand.ts";
import { compiledFor, SITE_TEXT, siteOf, textOf } from "./compiled.ts";

const has = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;
const hasPlist = has("python3", "-c", "import plistlib");
const hasXml = has("xmllint", "--version");
const hasVerify = has("systemd-analyze", "--version");

/** A property list as python reads it. */
function readPlist(text: string): unknown {
  const code =
    "import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
  const { stdout, stderr } = spawnSync("python3", ["-c", code], { input: text, encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

/** A property list as libplist reads it: through its binary form and back, which leaves nothing of our text. */
function throughLibplist(text: string): { readonly isRead: boolean; readonly text: string } {
  const [from, binary] = [join(room.path, "in.plist"), join(room.path, "out.bin")];
  writeFileSync(from, text);
  const words = (...all: string[]) => spawnSync("plistutil", all, { encoding: "utf8" });
  const read = words("-i", from, "-f", "bin", "-o", binary);
  // It ends with 0 whatever it found, and says it.
  if (read.status !== 0 || read.stdout + read.stderr !== "") return { isRead: false, text: "" };
  return { isRead: true, text: words("-i", binary, "-f", "xml").stdout };
}

let room: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  room = freshDirectory();
});
afterEach(() => room.remove());

const site = siteOf(SITE_TEXT);
const settingsOf = (platform: "macos" | "windows"): unknown =>
  JSON.parse(textOf(compiledFor({ scope: "managed", platform }, site), "managed-settings.json"));

describe("for Apple machines", () => {
  const compiled = compiledFor({ scope: "system", platform: "macos" }, site);
  test("the profile forces the same settings in the client's domain, with ids that stay the same", (ctx) => {
    if (!hasPlist) ctx.skip("python3 has no plistlib here");
    const profile = readPlist(textOf(compiled, "claude-code.mobileconfig")) as Record<
      string,
      unknown
    >;
    expect(profile).toMatchObject({
      PayloadType: "Configuration",
      PayloadVersion: 1,
      PayloadOrganization: 'Größe & <Co> "x"',
      PayloadIdentifier: "com.example.claude-code",
    });
    const uuid = /^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/;
    const [payload] = profile["PayloadContent"] as Record<string, unknown>[];
    expect(profile["PayloadUUID"]).toMatch(uuid);
    expect(payload?.["PayloadUUID"]).toMatch(uuid);
    expect(payload?.["PayloadUUID"]).not.toBe(profile["PayloadUUID"]);
    expect(payload?.["PayloadContent"]).toEqual({
      "com.anthropic.claudecode": { Forced: [{ mcx_preference_settings: settingsOf("macos") }] },
    });
  });
  test("libplist, which other systems read profiles with, finds nothing wrong and the same content", (ctx) => {
    if (!has("plistutil", "--version")) ctx.skip("plistutil is not installed");
    for (const name of [
      ...["claude-code.mobileconfig", "com.anthropic.claudecode.plist"],
      "LaunchDaemons/com.example.sallyport.plist",
    ]) {
      const text = textOf(compiled, name);
      const read = throughLibplist(text);
      expect([name, read.isRead]).toEqual([name, true]);
      expect([name, readPlist(read.text)]).toEqual([name, readPlist(text)]);
    }
    const broken = formatPlist({ a: "b" }).replace("</string>", "");
    expect(throughLibplist(broken).isRead).toBe(false);
  });
  test("the preferences for Jamf are the settings", (ctx) => {
    if (!hasPlist) ctx.skip("python3 has no plistlib here");
    expect(readPlist(textOf(compiled, "com.anthropic.claudecode.plist"))).toEqual(
      settingsOf("macos"),
    );
  });
  test("the daemon runs under an account of its own", (ctx) => {
    if (!hasPlist) ctx.skip("python3 has no plistlib here");
    expect(readPlist(textOf(compiled, "LaunchDaemons/com.example.sallyport.plist"))).toMatchObject({
      Label: "com.example.sallyport",
      ProgramArguments: ["/opt/sally port/bin/sally%port", "daemon", "run"],
      UserName: "_sallyport",
      KeepAlive: { SuccessfulExit: false },
    });
  });
  test("every value that JSON has comes back, and what a property list cannot hold is refused", (ctx) => {
    if (!hasPlist) ctx.skip("python3 has no plistlib here");
    const value = { a: [], b: {}, c: [1, 1.5, true, false, ""], "d <&> é 😀": { e: "]]>\n\t" } };
    expect(readPlist(formatPlist(value))).toEqual(value);
    expect(() => formatPlist({ a: null })).toThrow("no empty values");
    expect(() => formatPlist({ a: "\u0001" })).toThrow("character");
    expect(() => formatPlist({ a: "\uD800" })).toThrow("character");
  });
});

describe("for Windows", () => {
  const compiled = compiledFor({ scope: "system", platform: "windows" }, site);
  const settings = settingsOf("windows");
  test("X.29 the registry file sets the one value, in ASCII, with lines as there", () => {
    const text = textOf(compiled, "claude-code.reg");
    expect(text).toMatch(/^[\x20-\x7e\r\n]*$/);
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
    const [head, , key, line] = text.split("\r\n");
    expect([head, key]).toEqual([
      "Windows Registry Editor Version 5.00",
      "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\ClaudeCode]",
    ]);
    const value = /^"Settings"="(.*)"$/.exec(line ?? "")?.[1] ?? "";
    expect(JSON.parse(value.replace(/\\([\\"])/g, "$1"))).toEqual(settings);
  });
  test("the script holds the settings where nothing in them is expanded, and reads them back", () => {
    const lines = textOf(compiled, "claude-code.ps1").split("\r\n");
    const start = lines.indexOf("$settings = @'");
    expect(JSON.parse(lines[start + 1] ?? "")).toEqual(settings);
    expect(lines[start + 2]).toBe("'@");
    expect(lines.join("\n")).toContain("HKLM:\\SOFTWARE\\Policies\\ClaudeCode");
  });
  test("template, words, Intune's settings and the task are well-formed, and name what the client reads", (ctx) => {
    if (!hasXml) ctx.skip("xmllint is not installed");
    const names = [
      "ClaudeCode.admx",
      "en-US/ClaudeCode.adml",
      "intune-oma-uri.xml",
      "sallyport-task.xml",
    ];
    for (const name of names) {
      const lint = spawnSync("xmllint", ["--noout", "-"], {
        input: textOf(compiled, name),
        encoding: "utf8",
      });
      expect([name, lint.status, lint.stderr]).toEqual([name, 0, ""]);
    }
    const admx = textOf(compiled, "ClaudeCode.admx");
    const at = (text: string, path: string) =>
      spawnSync("xmllint", ["--xpath", path, "-"], { input: text, encoding: "utf8" }).stdout.trim();
    expect(at(admx, "string(//*[local-name()='policy']/@key)")).toBe(
      "SOFTWARE\\Policies\\ClaudeCode",
    );
    expect(at(admx, "string(//*[local-name()='text']/@valueName)")).toBe("Settings");
  });
  test("Intune installs the template first, and the policy's data are the settings", (ctx) => {
    if (!hasXml) ctx.skip("xmllint is not installed");
    const text = textOf(compiled, "intune-oma-uri.xml");
    const at = (input: string, path: string) =>
      spawnSync("xmllint", ["--xpath", path, "-"], { input, encoding: "utf8" }).stdout.replace(
        /\n$/,
        "",
      );
    const data = (index: number) => at(text, `string((//*[local-name()='Data'])[${index}])`);
    expect(data(1).startsWith("<?xml")).toBe(true);
    expect(at(data(1), "string(//*[local-name()='policy']/@name)")).toBe("Settings");
    expect(at(text, "string((//*[local-name()='LocURI'])[2])")).toBe(
      "./Device/Vendor/MSFT/Policy/Config/ClaudeCode~Policy~ClaudeCode/Settings",
    );
    const value = at(`<x>${data(2)}</x>`, "string(//data/@value)");
    expect(JSON.parse(value)).toEqual(settings);
  });
});

describe("for Linux", () => {
  test("the unit of the daemon has no fault that systemd finds, and an account of its own", (ctx) => {
    const program = join(room.path, "we %h $HOME", "sallyport");
    mkdirSync(join(program, ".."));
    writeFileSync(program, "#!/bin/sh\n");
    chmodSync(program, 0o755);
    const own = siteOf(`service: { program: ${JSON.stringify(program)} }`);
    const compiled = compiledFor({ scope: "system", platform: "linux" }, own);
    const unit = textOf(compiled, "sallyport.service");
    expect(unit).toContain("\nUser=sallyport\n");
    expect(textOf(compiled, "sysusers.conf")).toContain(
      'u sallyport - "sallyport daemon" "/var/lib/sallyport"',
    );
    expect(textOf(compiled, "tmpfiles.conf")).toContain(
      'd "/var/lib/sallyport" 0700 sallyport sallyport -',
    );
    if (!hasVerify) ctx.skip("`systemd-analyze` is not on PATH");
    const verify = (text: string) => {
      const file = join(room.path, "sallyport.service");
      writeFileSync(file, text);
      return spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
    };
    expect(verify(unit).stderr.replace(/^.*Failed to (?:connect|add).*\n/gm, "")).toBe("");
    expect(verify(unit.replace("ProtectSystem", "ProtectSystems")).stderr).toContain(
      "ProtectSystems",
    );
  });
});
