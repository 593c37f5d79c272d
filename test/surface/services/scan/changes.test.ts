// Scans of what is staged, of ranges and of whole histories, with real git.
import { execFileSync } from "node:child_process";
import { rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessKey, places, type Repository, repositoryAt, scratch } from "./repositories.ts";

let root = "";
beforeAll(() => {
  root = scratch("scan-changes");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
const fresh = (name: string): Repository => repositoryAt(join(root, name));
const staged = { kind: "staged" } as const;
const history = { kind: "history" } as const;
const range = (text: string) => ({ kind: "range", revisions: [text], title: text }) as const;

describe("what is staged", () => {
  it("tells only what the change adds, whatever was there, moved or was taken away", async () => {
    const repository = fresh("added");
    const keep = `const old = "${accessKey()}";\n`;
    repository.put("a.ts", `${keep}const gone = "${accessKey(1)}";\n`);
    repository.commit("one");
    repository.put("a.ts", `// a line above\n// and another\n${keep}`);
    repository.git("add", "-A");
    expect(places(await repository.scan(staged))).toEqual([]);
    repository.put("a.ts", `${keep}${keep}const fresh = "${accessKey(2)}";\n`);
    repository.git("add", "-A");
    expect(places(await repository.scan(staged))).toEqual([
      "a.ts:2:14 aws-access-key-id",
      "a.ts:3:16 aws-access-key-id",
    ]);
  });
  it("is the index and not the working tree, in a repository without a commit too", async () => {
    const repository = fresh("unborn");
    repository.put("a.txt", `${accessKey()}\n`);
    repository.put("b.txt", "nothing\n");
    repository.git("add", "b.txt");
    expect(places(await repository.scan(staged))).toEqual([]);
    repository.git("add", "a.txt");
    unlinkSync(join(repository.root, "a.txt"));
    expect(places(await repository.scan(staged))).toEqual(["a.txt:1:1 aws-access-key-id"]);
    expect(places(await repository.scan(history))).toEqual([]);
  });
  it("knows renames, deletes, copies, modes, binaries and odd names", async () => {
    const repository = fresh("renames");
    const body = "text\n".repeat(50);
    repository.put("old name.txt", `${body}${accessKey()}\n`);
    repository.put("dead.txt", accessKey(1));
    repository.commit("one");
    repository.git("mv", "old name.txt", "new\nname.txt");
    repository.git("rm", "-q", "dead.txt");
    repository.put("bytes.bin", Buffer.concat([Buffer.alloc(9), Buffer.from(accessKey(2))]));
    repository.git("add", "-A");
    const { findings } = await repository.scan(staged);
    expect(findings.map(({ file }) => file)).toEqual(["bytes.bin"]);
  });
  it("sees each side of a conflict that is not resolved", async () => {
    const repository = fresh("conflict");
    repository.put("a.txt", "base\n");
    repository.commit("base");
    repository.git("checkout", "-q", "-b", "other");
    repository.put("a.txt", `other ${accessKey()}\n`);
    repository.commit("other");
    repository.git("checkout", "-q", "main");
    repository.put("a.txt", "main\n");
    repository.commit("main");
    expect(() => repository.git("merge", "-q", "other")).toThrow();
    const report = await repository.scan(staged);
    expect(report.findings).toEqual([]);
    repository.git("add", "-A");
    expect(places(await repository.scan(staged))).toHaveLength(1);
  });
});

describe("ranges and histories", () => {
  it("finds what a commit added and a later one took away, with the commit", async () => {
    const repository = fresh("range");
    repository.put("a.txt", "one\n");
    repository.commit("one");
    repository.put("a.txt", `one\n${accessKey()}\n`);
    const added = repository.commit("two");
    repository.put("a.txt", "one\n");
    repository.commit("three");
    const report = await repository.scan(range("HEAD~2..HEAD"));
    expect(report.findings).toMatchObject([{ file: "a.txt", line: 2, commit: added }]);
    expect(places(await repository.scan(range("HEAD~1..HEAD")))).toEqual([]);
    expect((await repository.scan(history)).findings).toMatchObject([{ commit: added }]);
  });
  it("goes through a history of 3,000 commits to its end", async () => {
    const repository = fresh("long");
    const commits = Array.from({ length: 3_000 }, (_, number) => {
      const text = number === 0 ? accessKey() : `line ${number}`;
      return `commit refs/heads/main\ncommitter a <a@example.com> ${number} +0000\ndata 1\nx\nM 100644 inline a.txt\ndata ${text.length}\n${text}\n`;
    });
    execFileSync("git", ["fast-import", "--quiet"], {
      cwd: repository.root,
      env: repository.environment,
      input: commits.join(""),
    });
    const { findings, looked } = await repository.scan(history);
    expect(findings).toHaveLength(1);
    expect(looked).toMatchObject({ blobs: 3_000, commits: 3_000 });
  });
  it("finds a secret in a commit message", async () => {
    const repository = fresh("message");
    const id = repository.commit(`use ${accessKey()}`);
    const { findings } = await repository.scan(history);
    expect(findings).toMatchObject([{ file: `message of ${id.slice(0, 12)}`, line: 1, column: 5 }]);
  });
  it("looks at each blob once, on every branch, and at what a merge itself brings", async () => {
    const repository = fresh("merge");
    repository.put("a.txt", `${accessKey()}\n`);
    repository.commit("one");
    repository.git("checkout", "-q", "-b", "side");
    repository.put("copy.txt", `${accessKey()}\n`);
    repository.put("side.txt", accessKey(1));
    repository.commit("side");
    repository.git("checkout", "-q", "main");
    repository.put("main.txt", "x\n");
    repository.commit("main");
    repository.git("merge", "-q", "--no-commit", "--no-ff", "side");
    repository.put("evil.txt", accessKey(2));
    repository.commit("merge");
    const report = await repository.scan(history);
    const files = report.findings.map(({ file }) => file).toSorted();
    // The blob of `copy.txt` is that of `a.txt`.
    expect(files).toEqual(["a.txt", "evil.txt", "side.txt"]);
  });
  it("names what a shallow clone lacks, and a version that is missing", async () => {
    const repository = fresh("deep");
    repository.put("a.txt", accessKey());
    repository.commit("one");
    repository.put("a.txt", "clean\n");
    repository.commit("two");
    const clone = join(root, "shallow");
    repository.git("clone", "-q", "--depth", "1", `file://${repository.root}`, clone);
    const shallow = await repositoryAt(clone, { init: false }).scan(history);
    expect(shallow.findings).toEqual([]);
    expect(shallow.notLookedAt).toMatchObject([{ why: /shallow/ }]);
    const id = repository.git("rev-parse", "HEAD~1:a.txt").trim();
    rmSync(join(repository.root, ".git/objects", id.slice(0, 2), id.slice(2)));
    const damaged = await repository.scan(history);
    expect(damaged.notLookedAt).toMatchObject([
      { what: "a.txt", why: /does not have this version/ },
    ]);
  });
  it("refuses a range that is none, and a place that is no repository", async () => {
    const repository = fresh("refusals");
    repository.commit("one");
    await expect(repository.scan(range("nowhere..HEAD"))).rejects.toThrow(/rev-list.*failed/);
    const plain = repositoryAt(join(root, "no-repository"), { init: false });
    await expect(plain.scan(staged)).rejects.toThrow(/no git repository/);
  });
});
