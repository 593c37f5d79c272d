// A signed bundle as the managed layer: taken when it is newer and signed, refused with the rules before it in force.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Bundle } from "#govern/bundle/bundle.ts";
import { ruleName } from "#guard/policy/policy.ts";
import { userId } from "#platform/user.ts";
import { formatPinnedKeys } from "#surface/services/policy/bundle-keys.ts";
import { directoriesIn, prepareDirectories } from "#surface/foundation/files/directories.ts";
import { controlFiles, type ManagedPlace } from "#surface/services/policy/layers.ts";
import { createPolicies } from "#surface/services/policy/policies.ts";
import type { PolicyNews } from "#surface/services/policy/site-policy.ts";
import { layerInWords, upperStatus } from "#surface/services/policy/policy-status.ts";
import { compilePolicyFile, loadPack } from "#surface/services/policy/policy-source.ts";
import { BASE, bundleText, DAY_MS, ISSUED_MS, keyNamed, POLICY } from "./made-bundle.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
let root: string;
let managed: ManagedPlace;
let file: string;
let nowMs: number;
let news: PolicyNews[];
const CHOSEN = { pack: "team", digest: null };

beforeEach(() => {
  room = freshDirectory();
  prepareDirectories(join(room.path, "data"));
  root = join(room.path, "project");
  managed = { file: join(room.path, "site/policy.yaml"), owner: userId() ?? 0 };
  file = join(room.path, "site/policy.bundle");
  mkdirSync(join(room.path, "site"), { mode: 0o755 });
  nowMs = ISSUED_MS;
  news = [];
  pin("acme");
});
afterEach(() => room.remove());

const pin = (...names: readonly string[]) =>
  writeFileSync(
    join(room.path, "site/policy-keys"),
    formatPinnedKeys(names.map((name) => keyNamed(name).verifier)),
  );
const put = (changes: Partial<Bundle> = {}, key = "acme") =>
  writeFileSync(file, bundleText(changes, keyNamed(key)));
const places = () => directoriesIn(join(room.path, "data"));
/** A process that judges; another one is a restart. */
const open = (product = "1.0.0") => {
  const policyOf = createPolicies({
    directory: places().policies,
    product,
    managed,
    loadPack,
    compile: compilePolicyFile,
    nowMs: () => nowMs,
    chosenFor: () => CHOSEN,
    report: async (one) => void news.push(one),
  });
  return async () => {
    const policy = await policyOf({ id: "a", root });
    const names = policy.rules.map((rule) => ruleName(rule, policy));
    return names.filter((name) => name.startsWith("managed:"));
  };
};
const IN_FORCE = ["managed:acme/base/plan", "managed:acme/acme/notes"];
const ASKED = "managed:unusable/policy/unusable";
const told = () =>
  news.splice(0).map((one) => (one.kind === "broken" ? `broken ${one.code}` : one.kind));
const words = async () => (await upperStatus(root, CHOSEN, places(), managed)).map(layerInWords);
/** Another policy with one rule of its own. */
const other = (name: string): Partial<Bundle> => ({
  policy: POLICY.replaceAll("acme/notes", `acme/${name}`),
});

describe("a bundle is taken", () => {
  test("beside the plain policy, as the managed layer, and it and its keys are controls", async () => {
    const judge = open();
    expect(await judge()).toEqual([]);
    expect(controlFiles(root, managed)).toEqual([]);
    put();
    expect(await judge()).toEqual(IN_FORCE);
    expect(told()).toEqual(["changed"]);
    expect(controlFiles(root, managed)).toEqual([
      file,
      ...["policy-keys", "policy-assignment.json"].map((name) => join(room.path, "site", name)),
    ]);
    writeFileSync(
      managed.file,
      POLICY.replace("extends: [base]", "automaticApproval: true").replaceAll("acme", "plain"),
    );
    expect(await judge()).toEqual(["managed:plain/plain/notes", ...IN_FORCE]);
  });
  test("with the packs that it holds, whatever the machine's are called", async () => {
    put({
      policy: POLICY.replace("[base]", "[team]"),
      packs: [{ name: "team", text: TEAM }],
      digest: compilePolicyFile(POLICY.replace("[base]", "[team]"), "x", "managed", { team: TEAM })
        .digest,
    });
    expect(await open()()).toEqual(["managed:acme/base/plan", "managed:acme/acme/notes"]);
  });
  test("a newer one takes its place, and another process and a restart see the same", async () => {
    const judge = open();
    put();
    await judge();
    put({ version: 6, ...other("newer") });
    expect(await judge()).toContain("managed:acme/acme/newer");
    expect(await open()()).toEqual(await judge());
    expect(told()).toEqual(["changed", "changed"]);
  });
  test("under the next key while both are pinned, and then under that alone", async () => {
    const judge = open();
    put();
    await judge();
    pin("acme", "next");
    put({ version: 6, ...other("next") }, "next");
    expect(await judge()).toContain("managed:acme/acme/next");
    pin("next");
    expect(await judge()).toContain("managed:acme/acme/next");
    expect(told()).toEqual(["changed", "changed"]);
  });
});

const TEAM = `id: team
version: "1"
title: Not the one that ships
automaticApproval: true
rules:
  - { id: base/plan, verdict: deny, effects: [read], paths: ["<project>/plan"], reason: it is a test }
`;

describe("the rules in force stay, the refusal is told once and in words, when the next bundle is", () => {
  const cases: readonly (readonly [what: string, code: string, how: () => void])[] = [
    ["older", "bundle-downgrade", () => put({ version: 4, ...other("next") })],
    ["of the same version and other content", "bundle-altered", () => put(other("next"))],
    ["expired", "bundle-outdated", () => put({ version: 6, expiresMs: ISSUED_MS + 1 })],
    ["revoked by the one in force", "bundle-revoked", () => put({ version: 7, ...other("next") })],
    ["signed by a stranger", "bundle-key", () => put({ version: 6 }, "stranger")],
    ["cut off", "bundle-damaged", () => writeFileSync(file, bundleText().slice(0, 400))],
    ["empty", "bundle-damaged", () => writeFileSync(file, "")],
    ["no bundle at all", "bundle-damaged", () => writeFileSync(file, POLICY)],
    [
      "changed in its policy",
      "bundle-signature",
      () => writeFileSync(file, bundleText({ version: 6 }).replace("acme/notes", "acme/other")),
    ],
    ["of another meaning", "bundle-meaning", () => put({ version: 6, digest: "0".repeat(64) })],
    [
      "of a policy that is none",
      "policy-invalid",
      () => put({ version: 6, policy: POLICY.replace("deny", "block"), digest: "0".repeat(64) }),
    ],
    [
      "of a policy whose pack it does not hold, although the machine has it",
      "policy-unknown",
      () => put({ version: 6, policy: POLICY.replace("[base]", "[team]"), digest: "0".repeat(64) }),
    ],
    [
      "of packs that extend each other",
      "policy-cycle",
      () => {
        const packs = [{ name: "base", text: `${BASE}extends: [acme]\n` }];
        put({ version: 6, packs, digest: "0".repeat(64) });
      },
    ],
    [
      "beside keys that are none",
      "bundle-keys",
      () => {
        writeFileSync(join(room.path, "site/policy-keys"), "acme+0+x\n");
      },
    ],
    ["beside a key twice", "bundle-keys", () => pin("acme", "acme")],
    ["without keys", "policy-unreadable", () => rmSync(join(room.path, "site/policy-keys"))],
  ];
  test.each(cases)("%s: %s", async (_, code, how) => {
    const judge = open();
    put({ revoked: [7] });
    expect(await judge()).toEqual(IN_FORCE);
    expect(told()).toEqual(["changed"]);
    nowMs = ISSUED_MS + 1_000;
    how();
    expect(await judge()).toEqual(IN_FORCE);
    expect(await judge()).toEqual(IN_FORCE);
    expect(told()).toEqual([`broken ${code}`]);
    expect(await open()()).toEqual(IN_FORCE);
    expect(await words()).toEqual([expect.stringMatching(/^managed: acme; /)]);
    pin("acme");
    put({ revoked: [7] });
    expect(await judge()).toEqual(IN_FORCE);
    expect(told()).toEqual(["repaired"]);
  });
  test("each other reason is told, the same one once", async () => {
    const judge = open();
    put();
    await judge();
    put({ version: 6 }, "stranger");
    await judge();
    put({ version: 4 });
    await judge();
    put({ version: 3 });
    await judge();
    expect(told()).toEqual(["changed", "broken bundle-key", "broken bundle-downgrade"]);
  });
  test("readable and changed by others than the administrator: its rules hold, and all is asked about", async () => {
    const judge = open();
    put();
    await judge();
    chmodSync(join(room.path, "site/policy-keys"), 0o666);
    expect(await judge()).toEqual([...IN_FORCE, ASKED]);
    chmodSync(join(room.path, "site/policy-keys"), 0o644);
    chmodSync(file, 0o666);
    expect(await judge()).toEqual([...IN_FORCE, ASKED]);
    expect(told()).toEqual(["changed", "broken policy-unsafe"]);
  });
});

describe("where nothing was in force before", () => {
  test.each([
    ["signed by a stranger", () => put({}, "stranger")],
    ["cut off", () => writeFileSync(file, bundleText().slice(0, 400))],
    [
      "without keys",
      () => {
        put();
        rmSync(join(room.path, "site/policy-keys"));
      },
    ],
  ])("a bundle %s leaves every call asked about", async (_, how) => {
    how();
    expect(await open()()).toEqual([ASKED]);
    expect(await words()).toEqual([expect.stringContaining("every call is asked about")]);
  });
  test("an expired one restricts, and every call is asked about until there is a newer one", async () => {
    nowMs = ISSUED_MS + 91 * DAY_MS;
    put();
    const judge = open();
    expect(await judge()).toEqual([...IN_FORCE, ASKED]);
    expect(await judge()).toEqual([...IN_FORCE, ASKED]);
    expect(await open("2.0.0")()).toEqual([...IN_FORCE, ASKED]);
    put({ version: 6, expiresMs: ISSUED_MS + 120 * DAY_MS });
    expect(await judge()).toEqual(IN_FORCE);
    expect(told()).toEqual(["broken bundle-stale", "repaired"]);
  });
});

describe("time and keys go by", () => {
  test("an expired bundle stays in force to the letter, and that is told once", async () => {
    const judge = open();
    put();
    await judge();
    nowMs = ISSUED_MS + 90 * DAY_MS - 1;
    expect(await judge()).toEqual(IN_FORCE);
    expect(told()).toEqual(["changed"]);
    nowMs += 1;
    expect(await judge()).toEqual(IN_FORCE);
    expect(await open()()).toEqual(IN_FORCE);
    expect(told()).toEqual(["broken bundle-expired"]);
    expect(await words()).toEqual([expect.stringContaining("its rules stay in force")]);
    put({ version: 6, expiresMs: nowMs + DAY_MS, issuedMs: nowMs });
    expect(await judge()).toEqual(IN_FORCE);
    expect(told()).toEqual(["repaired"]);
  });
  test("a clock that was wrong for a while is forgotten", async () => {
    const judge = open();
    put();
    nowMs = ISSUED_MS + 1;
    await judge();
    nowMs = ISSUED_MS + 900 * DAY_MS;
    await judge();
    nowMs = ISSUED_MS + 2;
    await judge();
    expect(told()).toEqual(["changed", "broken bundle-expired", "repaired"]);
  });
  test("a key that is taken back: its rules hold, all is asked about, and it sets no lowest version", async () => {
    const judge = open();
    put({ version: 900_000 });
    await judge();
    pin("next");
    expect(await judge()).toEqual([...IN_FORCE, ASKED]);
    put({ version: 6, ...other("next") }, "next");
    expect(await judge()).toEqual(["managed:acme/base/plan", "managed:acme/acme/next"]);
    expect(told()).toEqual(["changed", "broken bundle-withdrawn", "changed"]);
  });
  test("what was revoked before stays revoked", async () => {
    const judge = open();
    put({ revoked: [9] });
    await judge();
    put({ version: 6 });
    await judge();
    put({ version: 9, ...other("bad") });
    expect(await judge()).toEqual(IN_FORCE);
    put({ version: 10 });
    expect(await judge()).toEqual(IN_FORCE);
    expect(told()).toEqual(["changed", "broken bundle-revoked", "repaired"]);
  });
  test("one that is taken away ends, and an older one is refused after it all the same", async () => {
    const judge = open();
    put();
    await judge();
    rmSync(file);
    expect(await judge()).toEqual([]);
    expect(await judge()).toEqual([]);
    expect(told()).toEqual(["changed", "removed"]);
    put({ version: 4 });
    expect(await judge()).toEqual([ASKED]);
    expect(told()).toEqual(["broken bundle-downgrade"]);
    put();
    expect(await judge()).toEqual(IN_FORCE);
  });
});
