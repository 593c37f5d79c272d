// Managed settings of device management on Windows and macOS, from what the systems' own programs print.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { preferencePlaces, registryText } from "#govern/settings/lint/device-settings.ts";
import { lintSettings } from "#govern/settings/lint/lint.ts";
import { type DeviceReader, deviceReader, type DeviceText } from "#platform/device-settings.ts";
import { managedSources, thisManagedMachine } from "#surface/services/settings/managed-sources.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const HKLM = "HKLM\\SOFTWARE\\Policies\\ClaudeCode";
const HKCU = "HKCU\\SOFTWARE\\Policies\\ClaudeCode";
const OWN = "/Library/Managed Preferences/ada/com.anthropic.claudecode.plist";
const MACHINE = "/Library/Managed Preferences/com.anthropic.claudecode.plist";

/** As `reg query KEY /v Settings` prints a value. */
const asRegistry = (text: string, { hive = "HKEY_LOCAL_MACHINE", type = "REG_SZ" } = {}) =>
  `\r\n${hive}\\SOFTWARE\\Policies\\ClaudeCode\r\n    Settings    ${type}    ${text}\r\n\r\n`;
const printed = (text: string): DeviceText => ({ kind: "printed", text });

/** A reader of what stands in a table; places that nobody expects end the test. */
function readerOf(there: Readonly<Record<string, DeviceText>>): DeviceReader {
  const at = async (place: string, known: readonly string[]): Promise<DeviceText> => {
    expect(known).toContain(place);
    return there[place] ?? { kind: "missing" };
  };
  return {
    registry: (key, value) => {
      expect(value).toBe("Settings");
      return at(key, [HKLM, HKCU]);
    },
    preferences: (path) => at(path, [OWN, MACHINE]),
  };
}

let room: ReturnType<typeof freshDirectory>;
beforeEach(() => {
  room = freshDirectory();
});
afterEach(() => room.remove());

/** The sources that count and those that do not, by their places. */
async function told(
  platform: "macos" | "windows" | "linux",
  there: Readonly<Record<string, DeviceText>>,
  file?: string,
) {
  const path = join(room.path, "managed-settings.json");
  if (file !== undefined) writeFileSync(path, file);
  const machine = { platform, reader: readerOf(there), user: "ada", files: [path] };
  const { inForce, overruled } = await managedSources(machine);
  const names = (sources: typeof inForce) =>
    sources.map((source) => (source.file === path ? "file" : source.file));
  return { inForce: names(inForce), overruled: names(overruled), sources: inForce };
}
const some = '{"permissions":{"deny":["Read(x)"]}}';
const merging = '{"managedSourcesBehavior":"merge"}';
const SETTINGS = `${HKLM}\\Settings`;

describe("Windows", () => {
  test("the machine's registry stands above the file, and the person's own counts where nobody else says anything", async () => {
    const machine = { [HKLM]: printed(asRegistry(some)) };
    const own = { [HKCU]: printed(asRegistry(some, { hive: "HKEY_CURRENT_USER" })) };
    expect(await told("windows", { ...machine, ...own }, some)).toMatchObject({
      inForce: [SETTINGS],
      overruled: ["file", `${HKCU}\\Settings`],
    });
    expect(await told("windows", own, some)).toMatchObject({
      inForce: ["file"],
      overruled: [`${HKCU}\\Settings`],
    });
    expect(await told("windows", own, "{}")).toMatchObject({
      inForce: ["file", `${HKCU}\\Settings`],
      overruled: [],
    });
  });
  test("what the highest source merges is read too, but for what a person can write", async () => {
    const machine = { [HKLM]: printed(asRegistry(merging)) };
    const own = { [HKCU]: printed(asRegistry(some)) };
    expect(await told("windows", { ...machine, ...own }, some)).toMatchObject({
      inForce: [SETTINGS, "file"],
      overruled: [`${HKCU}\\Settings`],
    });
    // Only the source that counts can open it to others.
    expect(await told("windows", { [HKLM]: printed(asRegistry(some)) }, merging)).toMatchObject({
      inForce: [SETTINGS],
    });
  });
  test("the text of the value is the settings", async () => {
    const { sources } = await told("windows", { [HKLM]: printed(asRegistry(some)) });
    expect(sources).toMatchObject([{ layer: "managed", text: some, bytes: some.length }]);
  });
  test("what cannot be read is found and gives way to the next source", async () => {
    const { sources, inForce } = await told("windows", { [HKLM]: { kind: "unreadable" } }, some);
    expect(inForce).toEqual([SETTINGS, "file"]);
    expect(lintSettings(sources, loadCatalogue()).map(({ id }) => id)).toContain("file/unreadable");
  });
});

describe("macOS", () => {
  test("preferences of the account stand above those of the machine, both above the file", async () => {
    const both = { [OWN]: printed(some), [MACHINE]: printed(some) };
    expect(await told("macos", both, some)).toMatchObject({
      inForce: [OWN],
      overruled: [MACHINE, "file"],
    });
    expect(await told("macos", { [MACHINE]: printed(some) }, some)).toMatchObject({
      inForce: [MACHINE],
      overruled: ["file"],
    });
    expect(await told("macos", {}, some)).toMatchObject({ inForce: ["file"], overruled: [] });
  });
  test("a name of an account that is no name leads to no other place", () => {
    for (const user of ["../../etc", "..", ".", "", "a/b", "a\0b"])
      expect(preferencePlaces(user)).toEqual([MACHINE]);
  });
});

test("Linux has no such source, and asks no program", async () => {
  const refuse = () => Promise.reject(new Error("asked"));
  const reader = { registry: refuse, preferences: refuse };
  const machine = { ...(await thisManagedMachine()), platform: "linux" as const, reader };
  expect((await managedSources({ ...machine, files: [] })).inForce).toEqual([]);
});

describe("what `reg query` prints", () => {
  const lines = '{"a":1,\r\n  "b":2}';
  test.each<readonly [string, string, string | undefined]>([
    ["a text", asRegistry(some), some],
    ["a text with variables of Windows", asRegistry(some, { type: "REG_EXPAND_SZ" }), some],
    ["several lines", asRegistry(lines), lines],
    ["ends of lines as on Unix", `\n${HKLM}\n    Settings    REG_SZ    {}\n\n`, "{}"],
    ["another spelling of the name", asRegistry("{}").replace("Settings", "SETTINGS"), "{}"],
    ["no text", asRegistry("0x1", { type: "REG_DWORD" }), ""],
    ["several texts", asRegistry("{}", { type: "REG_MULTI_SZ" }), ""],
    ["an empty value", asRegistry("").replace(/ {4}\r\n\r\n$/, "\r\n\r\n"), ""],
    ["another value", asRegistry("{}").replace("Settings", "Other"), undefined],
    ["nothing", "", undefined],
    [
      "a text that plays another value",
      asRegistry('{"a":"\r\n    Settings    REG_SZ    {}"}'),
      '{"a":"\r\n    Settings    REG_SZ    {}"}',
    ],
    [
      "another value that plays ours",
      `\r\n${HKLM}\r\n    Other    REG_SZ    x\r\n    Settings    REG_SZ    {}\r\n\r\n`,
      undefined,
    ],
  ])("%s", (_, output, text) => {
    expect(registryText(output)).toBe(text);
  });
  test("hostile values are found as what they are", async () => {
    const ids = async (text: string) => {
      const { sources } = await told("windows", { [HKLM]: printed(asRegistry(text)) });
      return lintSettings(sources, loadCatalogue()).map(({ id }) => id);
    };
    expect(await ids("[1]")).toContain("json/not-an-object");
    expect(await ids('{"a":1')).toContain("json/syntax");
    expect(await ids("")).toContain("file/empty");
    expect(await ids(`{"a":"${"x".repeat(3_000_000)}"}`)).toContain("file/too-large");
    expect(await ids('{"allow\u0000":1}')).not.toEqual([]);
    expect(await ids("[".repeat(100_000))).toContain("json/syntax");
  });
  test("a key that is there twice counts as for the client, and is found", async () => {
    const twice = '{"model":"a","model":"b"}';
    const { inForce, sources } = await told(
      "windows",
      { [HKLM]: printed(asRegistry(twice)) },
      some,
    );
    expect(inForce).toEqual([SETTINGS]);
    expect(lintSettings(sources, loadCatalogue()).map(({ id }) => id)).toContain(
      "json/repeated-key",
    );
  });
});

describe("the reader of this machine", () => {
  test("tells a missing file from one that it cannot read, and never throws", async () => {
    const list = join(room.path, "x.plist");
    expect(await deviceReader.preferences(list)).toEqual({ kind: "missing" });
    mkdirSync(join(room.path, "d"));
    symlinkSync("nowhere", list);
    for (const path of [list, join(room.path, "d"), "/dev/null/x", "a\0b"])
      expect((await deviceReader.preferences(path)).kind).not.toBe("printed");
    expect(["missing", "unreadable"]).toContain((await deviceReader.registry(HKLM, "x")).kind);
  });
});
