// Scans of a working tree: what is looked at, what is left out, and what is named because it could not be seen.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFileBytes, reasonOf } from "../../../../src/surface/services/scan/file-bytes.ts";
import { accessKey, places, type Repository, repositoryAt, scratch } from "./repositories.ts";

let root = "";
beforeAll(() => {
  root = scratch("scan-tree");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
const here = { kind: "paths", paths: ["."] } as const;
const fresh = (name: string): Repository => repositoryAt(join(root, name));

describe("what is looked at", () => {
  it("takes tracked and untracked files, and leaves out what git ignores", async () => {
    const repository = fresh("standing");
    repository.put(".gitignore", "build/\n.env\n*.log\n");
    repository.put("src/a.ts", `const a = 1;\nconst key = "${accessKey()}";\n`);
    repository.commit("one");
    repository.put("new.txt", `${accessKey(1)}\n`);
    repository.put("build/out.js", accessKey(2));
    repository.put("run.log", accessKey(2));
    repository.put(".env", `KEY=${accessKey(3)}\n`);
    const report = await repository.scan(here);
    expect(places(report).toSorted()).toEqual([
      "new.txt:1:1 aws-access-key-id",
      "src/a.ts:2:14 aws-access-key-id",
    ]);
    expect(report.belongs).toEqual([{ file: ".env", count: 1 }]);
    expect(report.leftOut.map(({ what }) => what).toSorted()).toEqual(["build", "run.log"]);
    expect(report.notLookedAt).toEqual([]);
    const all = await repository.scan(here, { includesIgnored: true });
    expect(places(all)).toContain("build/out.js:1:1 aws-access-key-id");
  });
  it("finds a tracked `.env`, an open one and a key store by their names, and no example", async () => {
    const repository = fresh("names");
    repository.put(".env", "A=1\n");
    repository.put(".env.example", "A=change-me\n");
    repository.put("tls/server.p12", Buffer.from([0x30, 0x82, 0, 1]));
    repository.commit("one");
    repository.put("sub/.env.local", "A=1\n");
    const report = await repository.scan(here);
    expect(places(report).toSorted()).toEqual([
      ".env:1:1 env-file",
      "sub/.env.local:1:1 env-file-open",
      "tls/server.p12:1:1 key-store",
    ]);
  });
  it("looks for keys of a known form alone in files that no person wrote, and names these", async () => {
    const repository = fresh("generated");
    const password = ["Zt7Qm2", "Xr9TdWc4Hs"].join("");
    const written = `password = "${password}"\n`;
    const key = `id = "${accessKey()}"\n`;
    for (const file of ["app.js", "app.min.js", "third_party/tool/setup.py", "recorded.min.js.map"])
      repository.put(file, `${written}${key}# of ${file}\n`);
    repository.commit("one");
    const report = await repository.scan(here, { leastTier: "low" });
    expect(report.generated).toEqual([
      { file: "app.min.js", as: "minified" },
      { file: "third_party/tool/setup.py", as: "vendored" },
    ]);
    expect(places(report).toSorted()).toEqual([
      "app.js:1:13 command-password",
      "app.js:2:7 aws-access-key-id",
      "app.min.js:2:7 aws-access-key-id",
      "recorded.min.js.map:1:13 command-password",
      "recorded.min.js.map:2:7 aws-access-key-id",
      "third_party/tool/setup.py:2:7 aws-access-key-id",
    ]);
    const later = await repository.scan({ kind: "history" });
    expect(later.generated).toHaveLength(2);
  });
  it("gives the real values of an example as findings", async () => {
    const repository = fresh("example");
    repository.put(".env.example", `A=change-me\nKEY=${accessKey()}\n`);
    repository.commit("one");
    const { findings } = await repository.scan(here);
    expect(findings).toMatchObject([{ file: ".env.example", line: 2 }]);
    expect(findings[0]?.goesTo).toContain("placeholder");
  });
  it("counts a secret in what the client reads as critical", async () => {
    const repository = fresh("client");
    repository.put(".claude/settings.json", JSON.stringify({ env: { A: accessKey() } }));
    repository.put(
      ".mcp.json",
      JSON.stringify({ mcpServers: { s: { env: { A: accessKey(1) } } } }),
    );
    repository.put("CLAUDE.md", `The key is ${accessKey(2)}.\n`);
    repository.commit("one");
    const { findings } = await repository.scan(here);
    expect(findings.map(({ file, gravity }) => `${file} ${gravity}`).toSorted()).toEqual([
      ".claude/settings.json critical",
      ".mcp.json critical",
      "CLAUDE.md critical",
    ]);
  });
  it("takes a variable of settings for a secret by its name, whatever its value looks like", async () => {
    const repository = fresh("env-block");
    const env = {
      DB_PASSWORD: "summer",
      API_TOKEN: "${API_TOKEN}",
      PATH: "/usr/bin",
      SECRET_FILE: "/run/x",
      AUTH_KEY: "change-me",
    };
    const headers = { Authorization: "Bearer ${TOKEN}", "X-Api-Key": "winter" };
    repository.put(".claude/settings.json", JSON.stringify({ env, model: "x" }, undefined, 2));
    repository.put(".mcp.json", JSON.stringify({ mcpServers: { a: { env, headers } } }));
    repository.put("other.json", JSON.stringify({ env }));
    repository.put(".claude/settings.local.json", "{ no json");
    repository.git("add", "-A");
    const { findings } = await repository.scan(here);
    expect(findings.map(({ file, line, rule, gravity }) => [file, line, rule, gravity])).toEqual([
      [".claude/settings.json", 3, "settings-secret", "critical"],
      [".mcp.json", 1, "settings-secret", "critical"],
      [".mcp.json", 1, "settings-secret", "critical"],
      ["other.json", 1, "default-password", "medium"],
    ]);
  });
  it("works outside of any repository, and names a path that is not there", async () => {
    const repository = repositoryAt(join(root, "plain"), { init: false });
    repository.put("deep/er/a.txt", accessKey());
    expect(places(await repository.scan(here))).toEqual(["deep/er/a.txt:1:1 aws-access-key-id"]);
    const report = await repository.scan({ kind: "paths", paths: ["gone.txt"] });
    expect(report.notLookedAt).toEqual([{ what: "gone.txt", why: "it went away during the scan" }]);
  });
});

describe("bad input", () => {
  it("reads names with spaces, newlines, quotes and bytes that are no text", async () => {
    const repository = fresh("bad-names");
    const names = ["two words.txt", "new\nline.txt", 'a"b.txt', "-n.txt", "ünï.txt"];
    for (const name of names) repository.put(name, accessKey());
    const raw = Buffer.concat([
      Buffer.from(`${repository.root}/`),
      Buffer.from([0x66, 0xff, 0x2e]),
    ]);
    writeFileSync(raw, accessKey());
    repository.git("add", "-A");
    const { findings } = await repository.scan(here);
    expect(findings.map(({ file }) => file).toSorted()).toEqual([...names, "f\u00ff."].toSorted());
    rmSync(join(repository.root, ".git"), { recursive: true });
    const walked = await repository.scan(here);
    expect(walked.findings).toHaveLength(names.length + 1);
  });
  it("reads UTF-16 with and without a mark, damaged UTF-8 and texts among bytes, and says so", async () => {
    const repository = fresh("encodings");
    const line = `first line of text\nkey = "${accessKey()}"\n`;
    repository.put("mark.txt", Buffer.from(`\uFEFF${line}`, "utf16le"));
    repository.put("plain.txt", Buffer.from(line.repeat(3), "utf16le"));
    repository.put("big.txt", Buffer.from(`\uFEFF${line}`, "utf16le").swap16());
    repository.put(
      "damaged.txt",
      Buffer.concat([Buffer.from([0xff, 0x80, 0x0a]), Buffer.from(line)]),
    );
    repository.put("program.bin", Buffer.concat([Buffer.from([0, 1, 2, 0]), Buffer.from(line)]));
    const report = await repository.scan(here);
    expect(new Set(report.findings.map(({ file }) => file)).size).toBe(5);
    expect(Object.fromEntries(report.readAs.map(({ file, as }) => [file, as]))).toEqual({
      "mark.txt": "utf-16le",
      "plain.txt": "utf-16le",
      "big.txt": "utf-16be",
      "damaged.txt": "damaged utf-8",
      "program.bin": "bytes",
    });
    expect(report.notLookedAt).toEqual([]);
  });
  it("names archives, pipes and links as what they are", async () => {
    const repository = fresh("kinds");
    repository.put("a.zip", Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 9]));
    repository.put("b.7z", Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]));
    execFileSync("mkfifo", [join(repository.root, "pipe")]);
    mkdirSync(join(repository.root, "circle"));
    symlinkSync("../circle", join(repository.root, "circle/again"));
    symlinkSync("self", join(repository.root, "self"));
    repository.git("add", "-A");
    rmSync(join(repository.root, ".git"), { recursive: true });
    const report = await repository.scan(here);
    expect(report.notLookedAt.toSorted((a, b) => (a.what < b.what ? -1 : 1))).toEqual([
      { what: "a.zip", why: "it is a zip file without its directory: damaged or cut off" },
      { what: "b.7z", why: "what is in it is compressed" },
      { what: "pipe", why: "it is a pipe and no file" },
    ]);
    expect(report.leftOut.map(({ what }) => what).toSorted()).toEqual(["circle/again", "self"]);
  });
  it("says why the system refuses", () => {
    const refused = Object.assign(new Error("no"), { code: "EACCES" });
    expect(reasonOf(refused)).toBe("it may not be read");
    expect(reasonOf(Object.assign(new Error("no"), { code: "EWHAT" }))).toBe(
      "the system says EWHAT",
    );
    expect(readFileBytes(root, () => undefined)).toMatchObject({ bytes: 0, why: /directory/ });
  });
  it("finds what stands across windows of one line of 20 MB, at its place", async () => {
    const repository = fresh("long-line");
    const filler = "lorem ipsum ".repeat(43_700);
    const text = Array.from({ length: 38 }, (_, index) => `${filler}${accessKey(index)} `).join("");
    repository.put("line.txt", text);
    const { findings, notLookedAt } = await repository.scan(here);
    expect(findings).toHaveLength(38);
    expect(findings[37]).toMatchObject({ line: 1, column: 38 * filler.length + 37 * 21 + 1 });
    expect(notLookedAt).toEqual([]);
  });
  it("ends soon in a sparse file of 100 GB, and names what it did not read", async () => {
    const repository = fresh("sparse");
    const file = repository.put(
      "sparse.img",
      Buffer.concat([Buffer.alloc(9000), Buffer.from(accessKey())]),
    );
    truncateSync(file, 100 * 1024 ** 3);
    const report = await repository.scan(here);
    expect(report.findings).toHaveLength(1);
    expect(report.notLookedAt).toMatchObject([
      { what: "sparse.img", why: /only its first 268435456 of 107374182400 bytes/ },
    ]);
  });
  it("says that a file changed while it was read", () => {
    const file = join(root, "changing.txt");
    writeFileSync(file, "one\n");
    const outcome = readFileBytes(file, () => writeFileSync(file, "one and more\n"));
    expect(outcome.why).toMatch(/changed|bytes/);
  });
});

describe("repositories in repositories", () => {
  it("looks into submodules that are there, and names those that are not", async () => {
    const inner = fresh("inner");
    inner.put("secret.txt", accessKey());
    inner.commit("inner");
    const outer = fresh("outer");
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.root, "lib");
    outer.commit("outer");
    expect(places(await outer.scan(here))).toEqual(["lib/secret.txt:1:1 aws-access-key-id"]);
    const clone = join(root, "clone");
    outer.git("clone", "-q", outer.root, clone);
    const report = await repositoryAt(clone, { init: false }).scan(here);
    expect(report.notLookedAt).toEqual([
      { what: "lib", why: "it is a submodule whose files are not here" },
    ]);
  });
  it("runs nothing that a repository names", async () => {
    const repository = fresh("hostile");
    const mark = join(root, "was-run");
    const program = repository.put("run.sh", `#!/bin/sh\ntouch '${mark}'\ncat\n`);
    execFileSync("chmod", ["+x", program]);
    repository.put(".gitattributes", "* filter=evil diff=evil\n");
    repository.put("a.txt", accessKey());
    repository.commit("one");
    for (const name of ["filter.evil.clean", "filter.evil.smudge", "filter.evil.process"]) {
      repository.git("config", name, program);
    }
    for (const name of ["diff.evil.textconv", "diff.evil.command", "diff.external", "core.pager"]) {
      repository.git("config", name, program);
    }
    repository.git("config", "core.fsmonitor", program);
    repository.git("config", "core.sshCommand", program);
    repository.git("config", "core.hooksPath", repository.root);
    writeFileSync(join(repository.root, "b.txt"), accessKey(1));
    rmSync(mark, { force: true });
    await repository.scan(here);
    await repository.scan({ kind: "staged" });
    await repository.scan({ kind: "history" });
    expect(existsSync(mark)).toBe(false);
  });
});
