// Policy files in force: valid edits take force, broken ones leave the last good policy, and each is told once.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compilePolicyFile } from "#surface/services/policy/policy-source.ts";
import { directoriesIn, prepareDirectories } from "#surface/foundation/files/directories.ts";
import { copyPath } from "#surface/services/policy/policy-copy.ts";
import {
  createPolicyCopies,
  type PolicyNews,
  policyIn,
} from "#surface/services/policy/site-policy.ts";
import { policyStanding } from "#surface/services/policy/policy-status.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";
import { aged } from "./aged-file.ts";

const pack = (version: string) => `id: mine
version: "${version}"
title: Only for a test
automaticApproval: false
rules:
  - id: secrets/read
    verdict: deny
    effects: [read]
    paths: ["**/.env"]
    reason: it is a secret
`;
const digestOf = (version: string) => compilePolicyFile(pack(version), "/x").digest;

const layer = "user";

let room: ReturnType<typeof freshDirectory>;
let file: string;
let news: PolicyNews[];
let reads: number;
let nowMs: number;

beforeEach(() => {
  room = freshDirectory();
  prepareDirectories(join(room.path, "data"));
  file = join(room.path, "mine.yaml");
  writeFileSync(file, pack("1"));
  news = [];
  reads = 0;
  nowMs = 1_000;
});
afterEach(() => room.remove());

const places = () => directoriesIn(join(room.path, "data"));
/** A process that judges; a second one is a restart, or another process beside it. */
const open = (changes: Partial<Parameters<typeof createPolicyCopies>[0]> = {}) => {
  const copyOf = createPolicyCopies({
    directory: places().policies,
    product: "1.0.0",
    compile: (text, name) => {
      reads += 1;
      return compilePolicyFile(text, name);
    },
    nowMs: () => nowMs,
    report: async (one) => void news.push(one),
    ...changes,
  });
  return async (chosen: string | null = digestOf("1"), of = file) =>
    policyIn(await copyOf({ file: of, layer }, chosen));
};
const settle = () => aged(file);
const kinds = () => news.map(({ kind }) => kind);

describe("a policy file", () => {
  test("is in force as it was chosen, without being told, and is read once while it stays", async () => {
    await settle();
    const policy = open();
    expect((await policy()).digest).toBe(digestOf("1"));
    for (let call = 0; call < 5; call += 1) await policy();
    expect([reads, news]).toEqual([1, []]);
    await open()();
    expect(reads).toBe(1);
  });
  test("takes force when it is edited, and both digests are told", async () => {
    const policy = open();
    await policy();
    writeFileSync(file, pack("2"));
    expect((await policy()).digest).toBe(digestOf("2"));
    expect((await policy()).version).toBe("2");
    expect(news).toEqual([
      { kind: "changed", file, layer, before: digestOf("1"), after: digestOf("2") },
    ]);
  });
  test("is looked into again when only its content's time was set back", async () => {
    await settle();
    const policy = open();
    await policy();
    const { atime, mtime } = statSync(file);
    writeFileSync(file, pack("2"));
    utimesSync(file, atime, mtime);
    expect((await policy()).version).toBe("2");
  });
  test("that differs from the one that was chosen is told, when nothing else is known of it", async () => {
    await open()("f".repeat(64));
    expect(news).toEqual([
      { kind: "changed", file, layer, before: "f".repeat(64), after: digestOf("1") },
    ]);
  });
  test("is compiled anew by another version of the product", async () => {
    await settle();
    await open()();
    await open({ product: "2.0.0" })();
    expect([reads, news]).toEqual([2, []]);
  });
});

const breakages: readonly (readonly [string, () => void, Partial<PolicyNews>])[] = [
  ["a syntax error", () => writeFileSync(file, `${pack("2")}  - [\n`), { code: "policy-syntax" }],
  [
    "an unknown key",
    () => writeFileSync(file, pack("2").replace("verdict", "verdct")),
    { code: "policy-invalid" },
  ],
  ["a key twice", () => writeFileSync(file, `${pack("2")}id: x\n`), { code: "policy-syntax" }],
  ["no content", () => writeFileSync(file, ""), { code: "policy-invalid" }],
  [
    "an allow of what is unknown",
    () => writeFileSync(file, pack("2").replace("deny", "allow").replace("[read]", "[unknown]")),
    { code: "policy-invalid" },
  ],
  ["5 MiB", () => writeFileSync(file, "#".repeat(5 << 20)), { code: "policy-unreadable" }],
  ["being gone", () => rmSync(file), { code: "policy-unreadable", line: undefined }],
  [
    "a folder in its place",
    () => {
      rmSync(file);
      mkdirSync(file);
    },
    { code: "policy-unreadable" },
  ],
  [
    "a pipe in its place",
    () => {
      rmSync(file);
      expect(spawnSync("mkfifo", [file]).status).toBe(0);
    },
    { code: "policy-unreadable" },
  ],
  ["rights for everybody", () => chmodSync(file, 0o666), { code: "policy-unreadable" }],
];

describe.each(breakages)("%s", (_, breakIt, told) => {
  test("leaves the last good policy in force, is told once, survives a restart, and can be repaired", async () => {
    const policy = open();
    await policy();
    breakIt();
    nowMs = 2_000;
    for (let call = 0; call < 3; call += 1) {
      expect((await policy()).digest).toBe(digestOf("1"));
    }
    nowMs = 3_000;
    expect((await open()()).digest).toBe(digestOf("1"));
    expect(news).toHaveLength(1);
    expect(news[0]).toMatchObject({ kind: "broken", file, inForce: digestOf("1"), ...told });
    const entry = { policy: { file, digest: digestOf("1") } };
    const standing = await policyStanding(entry, places());
    expect(standing.trouble).toMatchObject({ code: (told as { code: string }).code });
    expect(standing).toMatchObject({ inForce: { digest: digestOf("1") }, sinceMs: 1_000 });
    expect(standing.trouble?.sinceMs).toBe(2_000);
    rmSync(file, { recursive: true, force: true });
    writeFileSync(file, pack("1"));
    expect((await open()()).digest).toBe(digestOf("1"));
    expect(kinds()).toEqual(["broken", "repaired"]);
    expect((await policyStanding(entry, places())).trouble).toBeNull();
  });
  test("refuses everything where there is no last good policy", async () => {
    breakIt();
    const policy = open();
    const { code } = told as { code: string };
    await expect(policy()).rejects.toMatchObject({ code, at: { file } });
    await expect(policy()).rejects.toMatchObject({ code });
    expect(news).toHaveLength(1);
    expect(news[0]).toMatchObject({ kind: "broken", inForce: undefined });
    const standing = await policyStanding({ policy: { file, digest: null } }, places());
    expect(standing.inForce).toBeUndefined();
  });
});

describe("what is kept", () => {
  test("tells line and column of the fault, in the failure and in the standing", async () => {
    writeFileSync(file, pack("1").replace("reason: it", "raison: it"));
    await expect(open()()).rejects.toMatchObject({ at: { file, line: 6 } });
    const standing = await policyStanding({ policy: { file, digest: null } }, places());
    expect(standing.trouble).toMatchObject({ line: 6, column: 5 });
  });
  test("is private, and a copy that was changed is no policy", async () => {
    await open()();
    const copy = copyPath(places().policies, file);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    writeFileSync(copy, readFileSync(copy, "utf8").replace('"deny"', '"ask"'));
    rmSync(file);
    await expect(open()()).rejects.toMatchObject({ code: "policy-unreadable" });
  });
  test("is not taken for another file's", async () => {
    await open()();
    const other = join(room.path, "other.yaml");
    writeFileSync(
      copyPath(places().policies, other),
      readFileSync(copyPath(places().policies, file)),
      { mode: 0o600 },
    );
    await expect(open()(null, other)).rejects.toMatchObject({ code: "policy-unreadable" });
  });
  test("is told once by many calls in several processes at once", async () => {
    await open()();
    writeFileSync(file, pack("2"));
    const [one, two, three] = [open(), open(), open()];
    const all = await Promise.all(Array.from({ length: 10 }, () => [one(), two(), three()]).flat());
    expect(new Set(all.map((policy) => policy.digest))).toEqual(new Set([digestOf("2")]));
    expect(kinds()).toEqual(["changed"]);
    expect(readdirSync(places().policies).filter((name) => name.endsWith(".lock"))).toEqual([]);
  });
  test("is not changed when what happened cannot be recorded: the call is refused, and it is told again", async () => {
    await open()();
    writeFileSync(file, pack("2"));
    const failing = open({ report: () => Promise.reject(new Error("disk")) });
    await expect(failing()).rejects.toThrow("disk");
    expect((await open()()).version).toBe("2");
    expect(kinds()).toEqual(["changed"]);
  });
});

test("in force is always the last good edit, whatever was done to the file and whoever restarts", async () => {
  const step = fc.constantFrom("1", "2", "3", "broken", "gone", "restart");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      writeFileSync(file, pack("1"));
      rmSync(copyPath(places().policies, file), { force: true });
      news.length = 0;
      let policy = open();
      await policy();
      let good = "1";
      let changes = 0;
      for (const now of steps) {
        if (now === "restart") policy = open();
        else if (now === "gone") rmSync(file, { force: true });
        else writeFileSync(file, now === "broken" ? "rules: [" : pack(now));
        if (/^\d$/.test(now) && now !== good) {
          good = now;
          changes += 1;
        }
        expect((await policy()).version).toBe(good);
      }
      expect(kinds().filter((kind) => kind === "changed")).toHaveLength(changes);
    }),
    { numRuns: 40 },
  );
});
