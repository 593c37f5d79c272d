// What was clean is not looked at again, and everything else is: whatever changed, whoever wrote the cache, and nothing of a secret is in it.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openCleanCache } from "#surface/services/scan/clean-cache.ts";
import { trackedFiles } from "#surface/services/scan/tracked-files.ts";
import { accessKey, places, type Repository, repositoryAt, scratch } from "./repositories.ts";

const ENGINE = "one";
const TREE = { kind: "paths", paths: ["."] } as const;
const WANTED = { leastTier: "medium", families: ["secret"] } as const;
const made: string[] = [];
let repository: Repository;
beforeEach(() => {
  const folder = scratch("cache");
  made.push(folder);
  repository = repositoryAt(join(folder, "tree"));
});
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

const folderOf = (): string => join(dirname(repository.root), "sallyport", "scanned");
const scan = (more: { usesCache?: boolean; engine?: string } = {}) =>
  repository.scan(TREE, { engine: ENGINE, ...more });

/** Says of a content that it was clean, though it is not: a scan that finds nothing then did not look at it. */
function sayItIsClean(path: string, id: string, bytes: number): void {
  const tree = join(repository.root, ".git");
  const { environment } = repository;
  const cache = openCleanCache({ environment, tree, wanted: WANTED, engine: ENGINE });
  cache?.learn(path, id, { bytes, readAs: "utf-8", isPacked: false });
  cache?.save();
}

/** A tracked file with a secret that is said to be clean, older than the index. */
function trackedSecret(text = `key: ${accessKey()}\n`): string {
  const file = repository.put("a.yml", text);
  utimesSync(file, 1_000_000_000, 1_000_000_000);
  repository.commit("one");
  waitForClock();
  repository.git("update-index", "--force-write-index");
  const [entry = ""] = repository.git("ls-files", "--stage").split("\n");
  sayItIsClean("a.yml", entry.split(" ")[1] ?? "", Buffer.byteLength(text));
  return file;
}

/** Until a new file is younger than those before: the system's clock moves in steps. */
function waitForClock(): void {
  const probe = join(dirname(repository.root), "probe");
  const moment = (): bigint => {
    writeFileSync(probe, "");
    return lstatSync(probe, { bigint: true }).mtimeNs;
  };
  for (const first = moment(); moment() === first; );
}

describe("a second scan", () => {
  it("says what the first one said, of texts, bytes, packed files and findings", async () => {
    repository.put("clean.txt", "nothing\n");
    repository.put("found.yml", `key: ${accessKey()}\n`);
    repository.put("bytes.bin", Buffer.from([1, 0, 2, 0, 3, 200]));
    repository.put("package-lock.json", "{}\n");
    repository.put("packed.7z", Buffer.from("377abcaf271c0004", "hex"));
    repository.commit("one");
    repository.put("untracked.txt", "nothing either\n");
    const first = await scan();
    const sayings = [first, await scan(), await scan({ usesCache: false })].map((report) => ({
      ...report,
      findings: [],
    }));
    expect(sayings[1]).toEqual(sayings[0]);
    expect(sayings[2]).toEqual(sayings[0]);
    expect(places(await scan())).toEqual(places(first));
    expect(first.findings).toHaveLength(1);
    expect(first.generated).toEqual([{ file: "package-lock.json", as: "lock file" }]);
  });

  it("does not read a tracked file whose content was clean", async () => {
    trackedSecret();
    expect(places(await scan())).toEqual([]);
    // Neither another program nor whoever asks for everything takes it from there.
    expect(places(await scan({ engine: "two" }))).toHaveLength(1);
    expect(places(await scan({ usesCache: false }))).toHaveLength(1);
    // Nor who asks for more.
    const all = await repository.scan(TREE, { engine: ENGINE, leastTier: "low" });
    expect(all.findings.length).toBeGreaterThan(0);
  });

  it("knows an untracked file by the digest of its bytes", async () => {
    const text = `key: ${accessKey()}\n`;
    repository.put("a.yml", text);
    sayItIsClean("a.yml", createHash("sha256").update(text).digest("hex"), text.length);
    expect(places(await scan())).toEqual([]);
    repository.put("a.yml", `key: ${accessKey(1)}\n`);
    expect(places(await scan())).toHaveLength(1);
  });

  it("finds the same content in a file of another name", async () => {
    repository.put("notes.test.ts", 'const password = "x9Kq2vLm7Rt4";\n');
    repository.commit("one");
    expect(places(await scan())).toEqual([]);
    repository.git("mv", "notes.test.ts", "settings.py");
    expect(places(await scan())).toHaveLength(1);
  });
});

describe("a tracked file is looked at again", () => {
  it("where it was written since, of the same length and with its time set back", async () => {
    const file = trackedSecret();
    const { atime, mtime } = statSync(file);
    writeFileSync(file, `key: ${accessKey(1)}\n`);
    utimesSync(file, atime, mtime);
    expect(places(await scan())).toHaveLength(1);
  });

  it("where the index is not younger than the file", async () => {
    trackedSecret();
    const index = join(repository.root, ".git", "index");
    utimesSync(index, 999_999_999, 999_999_999);
    expect(places(await scan())).toHaveLength(1);
  });

  it("where a filter may have put other bytes onto the disk", async () => {
    trackedSecret();
    repository.git("config", "filter.turned.smudge", "rev");
    expect(places(await scan())).toHaveLength(1);
  });

  it("where git says it in another form", async () => {
    trackedSecret();
    const bin = join(dirname(repository.root), "bin");
    mkdirSync(bin);
    const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    // A git that knows no states, after its first file.
    writeFileSync(join(bin, "git"), `#!/bin/sh\nexec ${git} "$@" | sed 's/  ctime/  time/'\n`);
    chmodSync(join(bin, "git"), 0o755);
    const environment = { ...repository.environment, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
    const report = await repository.scan(TREE, { engine: ENGINE, environment });
    expect(places(report)).toHaveLength(1);
  });
});

describe("a history", () => {
  it("that was stopped says so, and the next scan goes on to the same report", async () => {
    for (let at = 0; at < 2_000; at += 1) repository.put(`file-${at}.txt`, `text ${at}\n`);
    repository.put("found.yml", `key: ${accessKey()}\n`);
    repository.commit("one");
    let asked = 0;
    const options = { engine: ENGINE, isStopped: () => ++asked > 1 };
    const stopped = await repository.scan({ kind: "history" }, options);
    expect(stopped.notLookedAt.map(({ what }) => what)).toEqual(["the rest of the history"]);
    expect(stopped.looked.blobs).toBeLessThan(2_000);
    // A git that nobody reads any more would keep the program from ending.
    await expect.poll(() => process.getActiveResourcesInfo()).not.toContain("ProcessWrap");
    const whole = await repository.scan({ kind: "history" }, { engine: ENGINE });
    expect(whole.findings.map(({ file }) => file)).toEqual(["found.yml"]);
    const anew = await repository.scan({ kind: "history" }, { engine: ENGINE, usesCache: false });
    // Digests have another key in each run here.
    expect({ ...whole, findings: [] }).toEqual({ ...anew, findings: [] });
  });

  it("does not read a version whose content was clean", async () => {
    trackedSecret();
    const options = { engine: ENGINE };
    expect((await repository.scan({ kind: "history" }, options)).findings).toEqual([]);
    const anew = await repository.scan({ kind: "history" }, { ...options, usesCache: false });
    expect(anew.findings).toHaveLength(1);
  });

  it("of a clone without contents tells what is there, and names what is not", async () => {
    repository.put("a.yml", `key: ${accessKey()}\n${"line\n".repeat(40)}`);
    repository.commit("one");
    repository.git("mv", "a.yml", "b.yml");
    repository.put("b.yml", `key: ${accessKey()}\n${"line\n".repeat(41)}`);
    repository.commit("two");
    const lost = repository.git("rev-parse", "HEAD~1:a.yml").trim();
    rmSync(join(repository.root, ".git", "objects", lost.slice(0, 2), lost.slice(2)));
    const report = await repository.scan({ kind: "history" }, { engine: ENGINE });
    expect(report.findings.map(({ file }) => file)).toEqual(["b.yml"]);
    expect(report.notLookedAt.map(({ what }) => what)).toEqual(["a.yml"]);
  });
});

describe("what is kept", () => {
  it("has no byte of a secret, of a text or of a name, and is for its user alone", async () => {
    const secrets = [accessKey(), accessKey(1), "x9Kq2vLm7Rt4"];
    repository.put("canary-name.yml", `key: ${secrets[0]}\n`);
    repository.put("canary-name.test.ts", `const password = "${secrets[2]}"; // canary-text\n`);
    repository.commit("one");
    repository.put("canary-open.txt", `${secrets[1]} canary-text\n`);
    await scan();
    await repository.scan({ kind: "history" }, { engine: ENGINE });
    const files = readdirSync(folderOf());
    expect(files).toHaveLength(2);
    for (const name of files) {
      expect(statSync(join(folderOf(), name)).mode & 0o777).toBe(0o600);
      const bytes = readFileSync(join(folderOf(), name));
      for (const canary of [...secrets, "canary-name", "canary-open", "canary-text"])
        for (const form of ["utf8", "base64", "hex"] as const)
          expect(bytes.includes(Buffer.from(canary).toString(form).slice(0, 12))).toBe(false);
    }
    expect(statSync(folderOf()).mode & 0o777).toBe(0o700);
  });

  it.each([
    ["a changed bit", (bytes: Buffer) => bytes.fill((bytes[60] ?? 0) ^ 1, 60, 61)],
    ["a lost end", (bytes: Buffer) => bytes.subarray(0, -1)],
    ["nothing", () => Buffer.alloc(0)],
  ] as const)("is made anew where it is damaged: %s", async (_, damage) => {
    trackedSecret();
    repository.put("b.txt", "clean\n");
    const file = readdirSync(folderOf()).find((name) => name !== "key") ?? "";
    const path = join(folderOf(), file);
    writeFileSync(path, damage(readFileSync(path)));
    expect(places(await scan())).toHaveLength(1);
    expect(readFileSync(path).length).toBeGreaterThan(80);
  });

  it("is not believed where others could have written it, nor under another key", async () => {
    trackedSecret();
    const file = readdirSync(folderOf()).find((name) => name !== "key") ?? "";
    chmodSync(join(folderOf(), file), 0o644);
    expect(places(await scan())).toHaveLength(1);
    chmodSync(join(folderOf(), file), 0o600);
    writeFileSync(join(folderOf(), "key"), `${"A".repeat(43)}`);
    expect(places(await scan())).toHaveLength(1);
    chmodSync(folderOf(), 0o777);
    expect(places(await scan())).toHaveLength(1);
  });
});

it("names that look like what git says of a file are read as names", async () => {
  const odd = [
    "  ctime: 1:2\n  mtime: 3:4",
    "a\tb",
    "100644 0000000000000000000000000000000000000000 0\tx",
  ];
  for (const name of odd) repository.put(name, `${name}\n`);
  repository.put("plain.txt", "text\n");
  repository.commit("one");
  const place = { directory: repository.root, environment: repository.environment };
  const listed = async (withStates: boolean): Promise<readonly string[]> => {
    const names: string[] = [];
    for await (const { path, object } of trackedFiles(place, withStates))
      names.push(`${object} ${path.toString()}`);
    return names;
  };
  expect(await listed(true)).toEqual(await listed(false));
  expect(await listed(true)).toHaveLength(4);
});
