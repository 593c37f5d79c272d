// Questions answered from real trees: links, loops, pipes, unreadable places, bounds.
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FactAnswer, type FactQuery, queryKey } from "#guard/facts/facts.ts";
import { type GatherOptions, gatherFacts } from "#surface/services/facts/gather.ts";
import { makeTree } from "./tree.ts";

const options: GatherOptions = { home: "/nonexistent" };

async function ask(
  query: FactQuery,
  more: Partial<GatherOptions> = {},
): Promise<FactAnswer | undefined> {
  return (await gatherFacts([query], { ...options, ...more })).get(queryKey(query));
}

let root = "";
let remove = async (): Promise<void> => undefined;
const at = (path: string): string => `${root}/${path}`;

beforeAll(async () => {
  const tree = await makeTree({
    "a/one.txt": "1",
    "a/.env": "SECRET",
    "a/deep/x/.env": "SECRET",
    "b/Two.TXT": "2",
    "b/two.txt": "2",
    "b/[odd] *name": "3",
    "bin/tool": { mode: 0o755, text: "#!/bin/sh\n" },
    "links/file": { link: "../a/one.txt" },
    "links/dir": { link: "../a" },
    "links/secret": { link: "<root>/a/.env" },
    "links/dangling": { link: "nowhere/x" },
    "links/loop": { link: "loop" },
    "links/pair1": { link: "pair2" },
    "links/pair2": { link: "pair1" },
    "links/up": { link: ".." },
    "links/self": { link: "/proc/self/cwd" },
    empty: null,
    "bad-bytes": { mode: 0o644, text: "" },
  });
  root = tree.root;
  remove = tree.remove;
  linkSync(at("a/one.txt"), at("hard"));
  writeFileSync(at("bad-bytes"), Uint8Array.of(0x61, 0xff, 0x62));
  execFileSync("mkfifo", [at("pipe"), at("a/pipe")]);
});
afterAll(() => remove());

describe("program", () => {
  const find = (name: string, ...directories: string[]) =>
    ask({ kind: "program", name, directories: directories.map(at) });
  test("is found in the first directory that holds it, link to nothing or not", async () => {
    expect(await find("tool", "a", "bin")).toEqual({ kind: "program", directory: at("bin") });
    expect(await find("dangling", "links")).toEqual({ kind: "program", directory: at("links") });
  });
  test("is nowhere when no directory holds it, missing ones included", async () => {
    expect(await find("nosuch", "a", "bin", "not-there", "a/one.txt")).toEqual({
      kind: "program",
      directory: undefined,
    });
  });
  test("has no answer for what is no name, no path, or too much", async () => {
    expect(await find("../bin/tool", "a")).toBeUndefined();
    expect(await find("", "a")).toBeUndefined();
    expect(await find("a".repeat(300), "a")).toBeUndefined();
    const relative = { kind: "program", name: "x", directories: ["bin"] } as const;
    expect(await ask(relative)).toBeUndefined();
    expect(await find("x", ...Array.from({ length: 129 }, (_, n) => `d${n}`))).toBeUndefined();
  });
});

describe("path", () => {
  test.each<[string, string, string, number]>([
    ["a/one.txt", "a/one.txt", "file", 2],
    ["bin/tool", "bin/tool", "file", 1],
    ["links/file", "a/one.txt", "file", 2],
    ["links/dir", "a", "directory", 1],
    ["links/dir/.env", "a/.env", "file", 1],
    ["links/dir/../b/two.txt", "b/two.txt", "file", 1],
    ["links/up/links/up/hard", "hard", "file", 2],
    ["a/missing/tail", "a/missing/tail", "missing", 1],
    ["links/dir/new", "a/new", "missing", 1],
    ["links/dangling", "links/nowhere/x", "missing", 1],
    ["links/dangling/y", "links/nowhere/x/y", "missing", 1],
    ["a/one.txt/below", "a/one.txt/below", "missing", 1],
    ["pipe", "pipe", "other", 1],
    ["empty", "empty", "directory", 1],
  ])("%s is really %s, a %s", async (path, real, type, links) => {
    expect(await ask({ kind: "path", path: at(path) })).toEqual({
      kind: "path",
      real: at(real),
      type,
      links,
    });
  });

  test.each(["links/loop", "links/pair1/x", "a/missing/../b"])("%s has no answer", async (path) => {
    expect(await ask({ kind: "path", path: at(path) })).toBeUndefined();
  });

  test.each(["relative", "/a\0b", `/${"a".repeat(5000)}`, ""])("%j has no answer", async (path) => {
    expect(await ask({ kind: "path", path })).toBeUndefined();
  });

  test("the root of a process is the root", async (ctx) => {
    if (!existsSync("/proc/thread-self/root")) ctx.skip("this system has no /proc");
    const path = "/proc/thread-self/root/etc/passwd";
    expect(await ask({ kind: "path", path })).toMatchObject({ real: "/etc/passwd" });
  });

  test("the directory of another process is not known", async () => {
    const path = `/proc/${process.pid}/cwd`;
    expect(await ask({ kind: "path", path })).toBeUndefined();
  });

  test.each([
    ["/proc/self/cwd/x/../y", "/proc/self/cwd/x/../y"],
    ["/proc/thread-self/fd/7", "/proc/thread-self/fd/7"],
    ["links/self/x", "/proc/self/cwd/x"],
  ])("%s leads where whoever follows it makes it lead", async (path, real) => {
    const found = await ask({ kind: "path", path: path.startsWith("/") ? path : at(path) });
    expect(found).toMatchObject(existsSync("/proc/thread-self/cwd") ? { real, type: "other" } : {});
  });

  test("descriptors and devices are their own end", async () => {
    expect(await ask({ kind: "path", path: "/dev/stdin" })).toMatchObject({ real: "/dev/stdin" });
    expect(await ask({ kind: "path", path: "/dev/null" })).toMatchObject({ type: "other" });
    expect(await ask({ kind: "path", path: "/" })).toMatchObject({ real: "/", type: "directory" });
  });
});

describe("glob", () => {
  const glob = async (pattern: string, more: { dotfiles?: boolean; ignoreCase?: boolean } = {}) => {
    const query = { dotfiles: false, ignoreCase: false, ...more };
    const answer = await ask({ kind: "glob", pattern: at(pattern), ...query });
    if (answer?.kind !== "glob") throw new Error("no answer");
    expect(answer.complete).toBe(true);
    return answer;
  };
  const names = (answer: { paths: readonly string[] }): string[] =>
    answer.paths.map((path) => path.slice(root.length + 1));

  test("stays within parts and leaves dotfiles out", async () => {
    expect(names(await glob("a/*"))).toEqual(["a/deep", "a/one.txt", "a/pipe"]);
    expect(names(await glob("*/*.txt"))).toEqual(["a/one.txt", "b/two.txt"]);
    expect(names(await glob("nothing/*"))).toEqual([]);
    expect(names(await glob("a/one.txt/*"))).toEqual([]);
  });

  test("dotfiles and case on request", async () => {
    expect(names(await glob("a/*", { dotfiles: true }))).toContain("a/.env");
    expect(names(await glob("a/.e*"))).toEqual(["a/.env"]);
    expect(names(await glob("b/t*.txt", { ignoreCase: true }))).toEqual(["b/Two.TXT", "b/two.txt"]);
    expect(names(await glob("b/T*"))).toEqual(["b/Two.TXT"]);
  });

  test("literal names with magic characters", async () => {
    expect(names(await glob("b/\\[odd\\] \\*name"))).toEqual(["b/[odd] *name"]);
    expect(names(await glob("b/\\[*"))).toEqual(["b/[odd] *name"]);
  });

  test("named and wildcard parts go through links, and say where they lead", async () => {
    const answer = await glob("links/d*/one.txt");
    expect(names(answer)).toEqual(["links/dir/one.txt"]);
    expect(answer.links).toEqual([{ path: at("links/dir/one.txt"), real: at("a/one.txt") }]);
    expect(names(await glob("links/dir/.e*"))).toEqual(["links/dir/.env"]);
  });

  test("a link that cannot be resolved is listed, and the answer is not complete", async () => {
    const query = { kind: "glob", dotfiles: false, ignoreCase: false } as const;
    const answer = await ask({ ...query, pattern: at("links/*") });
    if (answer?.kind !== "glob") throw new Error("no answer");
    expect(names(answer)).toContain("links/loop");
    expect(answer.complete).toBe(false);
    expect(answer.links).toContainEqual({ path: at("links/secret"), real: at("a/.env") });
  });

  test("** finds at any depth and does not follow links", async () => {
    expect(names(await glob("**/.env", { dotfiles: true }))).toEqual(["a/.env", "a/deep/x/.env"]);
    expect(names(await glob("**/*.txt"))).toEqual(["a/one.txt", "b/two.txt"]);
    expect(names(await glob("a/**"))).toEqual(["a/deep", "a/deep/x", "a/one.txt", "a/pipe"]);
    expect(names(await glob("**/dir/one.txt"))).toEqual(["links/dir/one.txt"]);
  });

  test("nested ** ends", async () => {
    expect(names(await glob("**/**/**/**/.env", { dotfiles: true }))).toHaveLength(2);
  });
});

describe("find", () => {
  test("entries that match, and links that lead to one", async () => {
    const query: FactQuery = { kind: "find", root, patterns: ["/**/.env", "/**/*.pem"] };
    const answer = await ask(query);
    expect(answer).toMatchObject({
      kind: "find",
      paths: [at("a/.env"), at("a/deep/x/.env"), at("links/secret")],
      links: [{ path: at("links/secret"), real: at("a/.env") }],
      // Loops and links into /proc could not be followed.
      complete: false,
    });
  });

  test("a link to a directory that holds what is looked for", async () => {
    const patterns = [`${root}/a/deep/**`];
    const answer = await ask({ kind: "find", root: at("links"), patterns });
    expect(answer).toMatchObject({
      paths: expect.arrayContaining([at("links/dir"), at("links/up")]),
    });
  });

  test("a root behind a symlink, under both its names; a root that only holds matches is none", async () => {
    const find = async (path: string, pattern: string) => {
      const answer = await ask({ kind: "find", root: at(path), patterns: [pattern] });
      if (answer?.kind !== "find") throw new Error("no answer");
      return answer.paths.map((found) => found.slice(root.length + 1));
    };
    const secrets = ["links/dir/.env", "links/dir/deep/x/.env"];
    expect(await find("links/dir", `${root}/a/**/.env`)).toEqual(secrets);
    expect(await find("links/dir", `${root}/links/**/.env`)).toEqual(secrets);
    expect(await find("links/dir", `${root}/a`)).toEqual(["links/dir"]);
    expect(await find("links/dir/deep", `${root}/a/deep/x/*`)).toEqual(["links/dir/deep/x/.env"]);
    expect(await find("a", `${root}/a/**`)).toEqual([
      "a/.env",
      "a/deep",
      "a/deep/x",
      "a/deep/x/.env",
      "a/one.txt",
      "a/pipe",
    ]);
    expect(await find("a", `${root}/a/deep/x/.env`)).toEqual(["a/deep/x/.env"]);
  });

  test("a file as root, a missing root, an empty one", async () => {
    const patterns = ["/**/.env"];
    const found = { kind: "find", links: [], complete: true };
    const find = (path: string) => ask({ kind: "find", root: at(path), patterns });
    expect(await find("a/.env")).toEqual({ ...found, paths: [at("a/.env")] });
    expect(await find("gone")).toEqual({ ...found, paths: [] });
    expect(await find("empty")).toEqual({ ...found, paths: [] });
    expect(await find("pipe")).toEqual({ ...found, paths: [] });
  });
});

describe("text", () => {
  test("of a file, through a link", async () => {
    const answer = { kind: "text", text: "1", complete: true };
    expect(await ask({ kind: "text", path: at("a/one.txt") })).toEqual(answer);
    expect(await ask({ kind: "text", path: at("links/file") })).toEqual(answer);
  });

  test.each(["gone", "empty", "pipe", "links/dangling"])("%s has none", async (path) => {
    expect(await ask({ kind: "text", path: at(path) })).toEqual({
      kind: "text",
      text: undefined,
      complete: true,
    });
  });

  test("a device is not read", async () => {
    expect(await ask({ kind: "text", path: "/dev/zero" })).toMatchObject({ text: undefined });
  });

  test("a long one is cut, one that is not text is not complete", async () => {
    const path = at("bin/tool");
    expect(await ask({ kind: "text", path }, { textBytesMax: 4 })).toEqual({
      kind: "text",
      text: "#!/b",
      complete: false,
    });
    expect(await ask({ kind: "text", path }, { textBytesMax: 10 })).toMatchObject({
      complete: true,
    });
    expect(await ask({ kind: "text", path: at("bad-bytes") })).toMatchObject({ complete: false });
  });

  test("a file whose size says 0 is read as far as it goes", async () => {
    const answer = await ask({ kind: "text", path: "/proc/version" });
    expect(answer).toMatchObject({ text: expect.stringContaining("version"), complete: true });
  });
});

describe("bounds", () => {
  test("5,000 entries: stops at the bound and says so", async () => {
    // In memory where that is possible: creating files on a busy disk may take minutes.
    const tree = await makeTree({}, existsSync("/dev/shm") ? "/dev/shm" : tmpdir());
    try {
      for (let directory = 0; directory < 5; directory++) {
        const path = `${tree.root}/d${directory}`;
        mkdirSync(path);
        for (let file = 0; file < 1000; file++) writeFileSync(`${path}/f${file}`, "");
      }
      const find = (patterns: string[], more = {}) =>
        ask({ kind: "find", root: tree.root, patterns }, more);
      const cut = await find(["/**/nothing"], { entriesMax: 4_000 });
      expect(cut).toMatchObject({ paths: [], complete: false });
      const few = await find(["/**/f1"]);
      expect(few).toMatchObject({ complete: true, paths: { length: 5 } });
      const many = await find(["/**/f*"], { pathsMax: 2_000 });
      expect(many).toMatchObject({ complete: false, paths: { length: 2000 } });
      const pattern = `${tree.root}/*/f*`;
      const query = { kind: "glob", pattern, dotfiles: false, ignoreCase: false } as const;
      const glob = await ask(query, { pathsMax: 2_000 });
      expect(glob).toMatchObject({ complete: false, paths: { length: 2000 } });
    } finally {
      await tree.remove();
    }
  });

  test("steps that are used up give no answers and no failure", async () => {
    const queries: FactQuery[] = [{ kind: "find", root, patterns: ["*"] }];
    expect(await gatherFacts(queries, { ...options, stepsMax: 0 })).toEqual(new Map());
  });

  test("walks that share the last steps answer in their order, however slow the disk is for the first", async () => {
    for (const name of ["first", "second"])
      for (let folder = 0; folder < 12; folder += 1)
        mkdirSync(at(`shared/${name}/${folder}`), { recursive: true });
    const queries = ["first", "second"].map(
      (name): FactQuery => ({ kind: "find", root: at(`shared/${name}`), patterns: ["none"] }),
    );
    const complete = async (stepsMax: number) =>
      [...(await gatherFacts(queries, { ...options, stepsMax })).values()].map(
        (answer) => answer.kind === "find" && answer.complete,
      );
    expect(await complete(100)).toEqual([true, true]);
    expect(await complete(25)).toEqual([true, false]);
    expect(await complete(10)).toEqual([false]);
  });

  test("a round that goes on ends by its steps, however long each takes", async () => {
    for (let folder = 0; folder < 30; folder += 1)
      mkdirSync(at(`slow/${folder}`), { recursive: true });
    const query: FactQuery = {
      kind: "glob",
      pattern: `${at("slow")}/*/*`,
      dotfiles: false,
      ignoreCase: false,
    };
    const ask = async (limits: Partial<GatherOptions>) =>
      (await gatherFacts([query], { ...options, ...limits })).get(queryKey(query));
    expect(await ask({ stepsMax: 60 })).toMatchObject({ kind: "glob", complete: true });
    expect(await ask({ stepsMax: 20 })).toMatchObject({ kind: "glob", complete: false });
  });

  test("no more questions than allowed are looked at", async () => {
    const queries = Array.from({ length: 400 }, (_, index): FactQuery => {
      return { kind: "path", path: at(`q${index}`) };
    });
    expect((await gatherFacts(queries, options)).size).toBe(256);
  });
});

test("a directory that may not be read hides things, and the answer says so", async () => {
  // As root every directory is readable, so a child asks as another user: with the code on its standard input and the
  // tree in memory, because neither the clone nor the temporary directory need be open to that user.
  const shared = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  const tree = await makeTree({ "open/.env": "x", "closed/in/.env": "x" }, shared);
  const isRoot = process.getuid?.() === 0;
  const copied = mkdtempSync(join(shared, "sallyport-node-"));
  try {
    execFileSync("chmod", ["755", tree.root, copied]);
    execFileSync("chmod", ["0", `${tree.root}/closed`]);
    const queries: FactQuery[] = [
      { kind: "find", root: tree.root, patterns: ["/**/.env"] },
      { kind: "path", path: `${tree.root}/closed/in/.env` },
      { kind: "text", path: `${tree.root}/closed/in/.env` },
      { kind: "git", directory: `${tree.root}/closed/in` },
    ];
    const program = `import { gatherFacts } from "./gather.ts";
      const answers = await gatherFacts(${JSON.stringify(queries)}, { home: "/nonexistent" });
      console.log(JSON.stringify([...answers.values()]));`;
    const bundle = await build({
      stdin: {
        contents: program,
        resolveDir: fileURLToPath(
          new URL("../../../../src/surface/services/facts", import.meta.url),
        ),
        loader: "ts",
      },
      bundle: true,
      write: false,
      platform: "node",
      format: "esm",
      conditions: ["source"],
      logLevel: "silent",
    });
    // WHY a copy: this very program may lie in a home that is closed to the other user.
    const node = join(copied, "node");
    if (isRoot) cpSync(process.execPath, node);
    const child = spawnSync(isRoot ? node : process.execPath, ["--input-type=module", "-"], {
      input: bundle.outputFiles[0]?.text ?? "",
      encoding: "utf8",
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", HOME: "/nonexistent" },
      ...(isRoot ? { uid: 65534, gid: 65534 } : {}),
    });
    expect(child.stderr).toBe("");
    expect(JSON.parse(child.stdout)).toEqual([
      { kind: "find", paths: [`${tree.root}/open/.env`], links: [], complete: false },
    ]);
  } finally {
    rmSync(copied, { recursive: true, force: true });
    execFileSync("chmod", ["755", `${tree.root}/closed`]);
    await tree.remove();
  }
});

describe("lock files", () => {
  const lock = (path: string) => ask({ kind: "lock", format: "npm", path: at(path) });
  test("one that is read, one that is none, one that is too large, and a pipe", async () => {
    writeFileSync(at("lock.json"), '{"lockfileVersion":3,"packages":{}}');
    writeFileSync(
      at("large.json"),
      `{"lockfileVersion":3,"packages":{}}${" ".repeat(4 * 1024 * 1024)}`,
    );
    expect(await lock("lock.json")).toEqual({
      kind: "lock",
      lock: { registries: [], workspaces: [], digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    for (const path of ["a/one.txt", "large.json", "pipe", "nowhere"])
      expect(await lock(path), path).toEqual({ kind: "lock", lock: undefined });
  });
});
