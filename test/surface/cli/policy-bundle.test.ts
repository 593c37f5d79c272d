// `policy bundle`: keys made and pinned, bundles made, looked at and put in a folder, and what each refusal says.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAM } from "../../program.ts";
import { finish, type Typed } from "./typed.ts";
import { freshDirectory } from "../daemon/daemon-stand.ts";

const POLICY = `id: acme
version: "3"
title: Acme
extends: [team]
rules:
  - { id: acme/notes, verdict: deny, effects: [read], paths: ["<project>/notes"], reason: it is a test }
`;

let room: ReturnType<typeof freshDirectory>;
let key = "";
const at = (name: string) => join(room.path, name);
const say = (...args: readonly string[]): Promise<Typed> =>
  finish(
    spawn(process.execPath, [...PROGRAM, "policy", "bundle", ...args], {
      cwd: room.path,
      env: { PATH: "/usr/bin:/bin", HOME: room.path },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
const build = (version: string, ...more: readonly string[]) =>
  say(
    ...["build", "acme.yaml", "--key", "acme.key", "--version", version, "--for", "90d"],
    ...["--out", `${version}.bundle`, ...more],
  );
const into = (...args: readonly string[]) => say(...args, "--into", "site");

beforeAll(async () => {
  room = freshDirectory();
  writeFileSync(at("acme.yaml"), POLICY);
  const made = await say("key", "acme.key", "--name", "acme-2026", "--json");
  key = (JSON.parse(made.text) as { public: string }).public;
  expect(await into("pin", key, "--yes")).toMatchObject({ code: 0 });
  expect(await build("7", "--revoke", "5,3")).toMatchObject({ code: 0 });
});
afterAll(() => room.remove());

describe("a key", () => {
  it("lies where only its owner reads it, and is never written over", async () => {
    expect(statSync(at("acme.key")).mode & 0o777).toBe(0o600);
    expect(readFileSync(at("acme.key"), "utf8")).toMatch(/^PRIVATE\+KEY\+acme-2026\+[0-9a-f]{8}\+/);
    const again = await say("key", "acme.key", "--name", "other");
    expect([again.code, again.text]).toEqual([2, expect.stringContaining("never written over")]);
    expect(await say("key", "other.key", "--name", "a b")).toMatchObject({ code: 2 });
  });
  it("is pinned once, told wrong, and taken back", async () => {
    expect((await into("pin", key)).text).toContain("pinned already");
    const wrong = await into("pin", `${key.slice(0, -4)}AAA=`, "--yes");
    expect([wrong.code, wrong.text]).toEqual([2, expect.stringContaining("no public key")]);
    const other = JSON.parse((await say("key", "next.key", "--name", "next", "--json")).text) as {
      public: string;
    };
    expect((await into("pin", other.public, "--dry-run")).text).toContain("nothing was changed");
    expect(readFileSync(at("site/policy-keys"), "utf8")).not.toContain("next");
    expect((await into("pin", other.public, "--yes", "--json")).text).toContain(
      '"outcome":"given"',
    );
    expect(await into("unpin", "next", "--yes")).toMatchObject({ code: 2 });
    const label = other.public.split("+").slice(0, 2).join("+");
    expect(await into("unpin", label, "--yes")).toMatchObject({ code: 0 });
    expect(readFileSync(at("site/policy-keys"), "utf8")).toContain(key);
  });
});

describe("a bundle", () => {
  it("is made with the packs in it, shown, and never written over", async () => {
    const shown = JSON.parse((await say("show", "7.bundle", "--json")).text) as object;
    expect(shown).toMatchObject({ version: 7, revoked: [3, 5], packs: ["team"], policy: POLICY });
    expect((await say("show", "7.bundle", "--text")).text).toBe(POLICY);
    expect((await say("show", "7.bundle")).text).toContain("not verified");
    const again = await build("7");
    expect([again.code, again.text]).toEqual([2, expect.stringContaining("exists")]);
  });
  it.each([
    ["a version that is none", ["--version", "0"], "is no version"],
    ["a time that is too long", ["--for", "401d"], "`--for` is a time"],
    ["its own version revoked", ["--revoke", "9"], "no bundle can be made"],
    ["a key that is none", ["--key", "acme.yaml"], "acme.yaml"],
  ])("is not made with %s", async (_, more, why) => {
    const { code, text } = await build("9", ...more);
    expect([code, text]).toEqual([2, expect.stringContaining(why)]);
    expect(existsSync(at("9.bundle"))).toBe(false);
  });
  it("is not made of a policy that cannot be used: file, line and column are told", async () => {
    writeFileSync(at("broken.yaml"), POLICY.replace("[team]", "[teem]"));
    const { code, text } = await say(
      ...["build", "broken.yaml", "--key", "acme.key", "--version", "1", "--for", "1d"],
      ...["--out", "x.bundle"],
    );
    expect([code, text]).toEqual([2, expect.stringMatching(/broken\.yaml:4:\d+: .*`teem`/)]);
  });
  it("is verified by the keys of a machine or of a file", async () => {
    expect(await into("verify", "7.bundle")).toMatchObject({ code: 0 });
    writeFileSync(at("keys"), `${key}\n`);
    expect(await say("verify", "7.bundle", "--keys", "keys")).toMatchObject({ code: 0 });
    writeFileSync(at("none"), "");
    const refused = await say("verify", "7.bundle", "--keys", "none", "--json");
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.text)).toMatchObject({ isTaken: false, code: "bundle-key" });
    expect(await say("verify", "nothing.bundle", "--keys", "keys")).toMatchObject({ code: 2 });
  });
});

describe("installing", () => {
  it("asks, shows the policy, refuses what is older, and can be taken back", async () => {
    const unasked = await into("install", "7.bundle");
    expect([unasked.code, unasked.text]).toEqual([2, expect.stringContaining("--yes")]);
    const planned = await into("install", "7.bundle", "--dry-run");
    expect(planned.text).toContain("+  - { id: acme/notes, verdict: deny");
    expect(existsSync(at("site/policy.bundle"))).toBe(false);
    expect(await into("install", "7.bundle", "--yes")).toMatchObject({ code: 0 });
    expect(statSync(at("site/policy.bundle")).mode & 0o777).toBe(0o644);
    expect((await into("install", "7.bundle", "--yes")).text).toContain("installed already");
    expect((await into("verify", "7.bundle")).text).toContain("is installed");
    await build("6");
    const older = await into("install", "6.bundle", "--yes");
    expect([older.code, older.text]).toEqual([2, expect.stringContaining("older than version 7")]);
    expect(readFileSync(at("site/policy.bundle"))).toEqual(readFileSync(at("7.bundle")));
    expect(await into("remove", "--yes")).toMatchObject({ code: 0 });
    expect(existsSync(at("site/policy.bundle"))).toBe(false);
    expect(await into("remove", "--yes")).toMatchObject({ code: 2 });
  });
  it("says of what is installed and damaged that it does not count", async () => {
    writeFileSync(at("site/policy.bundle"), "{}\n", { mode: 0o644 });
    const { code, text } = await into("install", "7.bundle", "--yes");
    expect([code, text]).toEqual([0, expect.stringContaining("does not count")]);
  });
});
