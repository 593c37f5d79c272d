// What `npm pack` ships: the files that the rule lists and no other, nothing of this machine, no script that runs on install.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { READING_REGISTRIES } from "#base/registry-hosts.ts";
import {
  contentFaults,
  manifestFaults,
  PACKED_BYTES_MAX,
  type PackedFile,
  type PackedManifest,
  scriptsOnInstall,
  UNPACKED_BYTES_MAX,
} from "../../scripts/checks/package-contents.ts";
import { type PackageLock, shippedPackages } from "../../scripts/notices.ts";
import { npmSetting, pack, type Packed, packProduct } from "./packed.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));
let packed: Packed;
let places: readonly string[];

beforeAll(() => {
  packed = packProduct();
  const host = new URL(npmSetting("registry") ?? "https://registry.example.test").host;
  // A public registry that the gateway names is no place of this machine.
  const hosts = READING_REGISTRIES.includes(host) ? [] : [host];
  places = [root, join(homedir(), ".cache"), join(tmpdir(), "sallyport-"), ...hosts];
});
afterAll(() => packed.remove());

const content = (path: string) =>
  packed.files.find((file) => file.path === path)?.content.toString("utf8") ?? "";

describe("the package", () => {
  it("holds what the rule lists, and nothing of the machine that packed it", () => {
    expect(packed.files.length).toBeGreaterThan(100);
    expect(contentFaults(packed.files, places)).toEqual([]);
  });
  it("is small", () => {
    const unpacked = packed.files.reduce((sum, file) => sum + file.content.length, 0);
    process.stdout.write(`package: ${packed.bytes} bytes packed, ${unpacked} unpacked\n`);
    expect(packed.bytes).toBeLessThan(PACKED_BYTES_MAX);
    expect(unpacked).toBeLessThan(UNPACKED_BYTES_MAX);
  });
  it("is the same when it is packed again", () => {
    const folder = mkdtempSync(join(tmpdir(), "sallyport-again-"));
    mkdirSync(join(folder, "out"));
    const digest = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
    expect(digest(pack(join(folder, "out")))).toBe(digest(packed.tarball));
    rmSync(folder, { recursive: true });
  });
  it("needs exact versions, bounds node and names its program", () => {
    const manifest = JSON.parse(content("package.json")) as PackedManifest;
    expect(manifestFaults(manifest)).toEqual([]);
    expect(Object.keys(manifest.dependencies ?? {}).length).toBeGreaterThan(0);
  });
  it("runs no script when it is installed, nor does anything that comes with it", () => {
    expect(scriptsOnInstall(JSON.parse(content("package.json")) as PackedManifest)).toEqual([]);
    // Each of them is a tarball of a registry: the lock has its digest.
    const shipped = shippedPackages(readJson("package-lock.json") as PackageLock);
    const running = shipped.filter(
      ({ path }) =>
        scriptsOnInstall(readJson(`${path}/package.json`) as PackedManifest, "tarball").length > 0,
    );
    expect(running).toEqual([]);
  });
});

describe("planted faults are found", () => {
  const withFile = (file: Partial<PackedFile>): readonly PackedFile[] => {
    const path = file.path ?? "dist/parts/planted.cjs";
    const whole = { path, mode: 0o644, content: Buffer.from("x"), ...file };
    return [...emptied().filter((one) => one.path !== path), whole];
  };
  /** WHY without their text: a fault is planted in one file, and megabytes of others would be searched for each. */
  const emptied = (): readonly PackedFile[] =>
    packed.files.map((file) =>
      file.path === program.path ? file : { ...file, content: Buffer.alloc(0) },
    );
  const text = (value: string) => ({ content: Buffer.from(value) });
  const program = {
    path: "dist/surface/cli/main.js",
    mode: 0o755,
    ...text("#!/usr/bin/env node\n"),
  };

  it.each<[string, Partial<PackedFile>, string]>([
    ["a test", { path: "test/a.test.ts" }, "does not belong"],
    ["a source", { path: "dist/base/a.ts" }, "does not belong"],
    ["a source map", { path: "dist/parts/a.cjs.map" }, "does not belong"],
    ["a module by itself", { path: "dist/base/a.js" }, "does not belong"],
    ["compiled code", { path: "dist/parts/judge.code" }, "does not belong"],
    ["settings of npm", { path: ".npmrc" }, "does not belong"],
    ["the build's stamp", { path: "dist/.built-from" }, "does not belong"],
    ["a file that others may write", { mode: 0o666 }, "has mode 666"],
    ["a program that cannot start", { ...program, mode: 0o644 }, "has mode 644"],
    ["a program without its first line", { ...program, ...text("x") }, "has no #! line"],
    ["a private key", text(`-----BEGIN ${"PRIVATE"} KEY-----\n${"A".repeat(64)}`), "secret"],
    ["a registry's token", text(`//host/:_auth${"Token"}=abcdefghijklmnopqrst`), "secret"],
    ["a registry's host", text(`https://${"registry"}.acme.org/a`), "package registry"],
    ["a link to nowhere", { path: "docs/guide/a.md", ...text("[x](b.md)") }, "not shipped"],
  ])("%s", (_, file, message) => {
    const faults = contentFaults(withFile(file), places);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
  });
  it("a path of this machine", () => {
    const path = "dist/parts/judge.cjs";
    const found = contentFaults(withFile({ path, ...text(`\0\u0001${root}src\0`) }), places);
    expect(found).toContain(`${path} names a place of this machine`);
  });
  it("a file that is missing", () => {
    const files = packed.files.filter(({ path }) => path !== "THIRD-PARTY.md");
    expect(contentFaults(files, places)).toContain("THIRD-PARTY.md is missing");
  });
  it("a range, a program that is gone, a script that would run", () => {
    expect(manifestFaults({ dependencies: { a: "^1.0.0" } })).toHaveLength(3);
    expect(scriptsOnInstall({ scripts: { prepare: "x", test: "y" } })).toEqual(["prepare"]);
    const scripts = { prepare: "x", postinstall: "y" };
    expect(scriptsOnInstall({ scripts }, "tarball")).toEqual(["postinstall"]);
  });
});
