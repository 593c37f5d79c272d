// The shape of src/: who imports whom, what the pure folders touch, and that no imports run in a circle.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALLOWED_CYCLES } from "../scripts/checks/allowed-cycles.ts";
import { cycleFaults, fileArrows, levelsOf } from "../scripts/checks/folder-cycles.ts";
import {
  heavyImports,
  importCircles,
  importFaults,
  importsOf,
  purityFaults,
  resolveImport,
  type SourceFile,
  systemFaults,
} from "../scripts/checks/import-rules.ts";
import {
  LISTEN_OTHERWISE,
  LISTENERS,
  listenerFaults,
  listensByHelper,
  listensByItself,
} from "../scripts/checks/listeners.ts";
import { roomNoteFaults } from "../scripts/checks/room-notes.ts";
import { repositoryFiles, repositoryRoot } from "../scripts/checks/repository-files.ts";

const sources: readonly SourceFile[] = repositoryFiles().flatMap(({ path, text }) =>
  /^src\/.*\.ts$/.test(path) && text !== undefined ? [{ path, text }] : [],
);
const paths = new Set(sources.map(({ path }) => path));
const sample = (path: string, text: string): SourceFile => ({ path, text });
const messages = (faults: readonly { message: string }[]) => faults.map(({ message }) => message);

describe("the real sources", () => {
  it("are seen: a check over no modules proves nothing", () => {
    expect(sources.length).toBeGreaterThan(20);
    const crossing = sources.flatMap(({ text }) =>
      importsOf(text).filter(({ from }) => from.startsWith("#")),
    );
    expect(crossing.length).toBeGreaterThan(10);
  });
  it("lie in the folders that the import table knows", () => {
    const folders = new Set(sources.map(({ path }) => path.split("/")[1]));
    const known = ["base", "platform", "guard", "record", "detect", "govern", "assure", "surface"];
    expect([...folders].filter((folder) => !known.includes(folder ?? ""))).toEqual([]);
  });
  it("import only what the table allows", () => {
    expect(sources.flatMap(importFaults)).toEqual([]);
  });
  it("import only files that exist", () => {
    const missing = sources.flatMap(({ path, text }) =>
      importsOf(text).flatMap(({ from }) => {
        const target = resolveImport(path, from);
        return target === undefined || paths.has(target) ? [] : [`${path} -> ${from}`];
      }),
    );
    expect(missing).toEqual([]);
  });
  it("keep clock, chance and process out of guard and base", () => {
    expect(sources.flatMap(purityFaults)).toEqual([]);
  });
  it("ask the operating system in src/platform only", () => {
    expect(sources.flatMap(systemFaults)).toEqual([]);
  });
  it("take no default export of a module of node, which the built program does not have", () => {
    const taken = sources.flatMap(({ path, text }) =>
      /^import [A-Za-z_$][\w$]*(?:,| from) ?.*"node:/m.test(text) ? [path] : [],
    );
    expect(taken).toEqual([]);
  });
  it("have no circles", () => {
    expect(importCircles(sources)).toEqual([]);
  });
  it("have no cycles of folders but those that are still to be turned", () => {
    expect(cycleFaults(levelsOf(fileArrows(sources)), ALLOWED_CYCLES)).toEqual([]);
  });
  it("keep the command hook's bundle to what the guard needs", () => {
    const entries = [...paths].filter((path) => path.startsWith("src/surface/hook/"));
    // What reads YAML is a part of its own, read when a policy changed or such a file is shown: the hook's own test holds them apart.
    const apart = ["services/policy/policy-compiler.ts", "hold/views/yaml-view.ts"];
    const judging = sources.filter(({ path }) => !apart.some((end) => path.endsWith(end)));
    expect(heavyImports(judging, entries)).toEqual([]);
  });
});

describe("listeners", () => {
  it("all go through the one that bounds and shares them, but those that are named with a reason", () => {
    expect(sources.flatMap(listenerFaults)).toEqual([]);
  });
  it("are named only as long as they need it", () => {
    const texts = new Map(sources.map(({ path, text }) => [path, text]));
    const idle = Object.keys(LISTEN_OTHERWISE).filter(
      (path) => !listensByItself(texts.get(path) ?? ""),
    );
    expect(idle).toEqual([]);
    const silent = Object.keys(LISTENERS).filter((path) => !listensByHelper(texts.get(path) ?? ""));
    expect(silent).toEqual([]);
  });
  it("are all in the one list, each with what tries it", () => {
    const text = "await listenAt(server, { host, port, shares, failure });";
    const found = listenerFaults(sample("src/surface/services/a/b.ts", text));
    expect(messages(found).join("\n")).toContain("does not name");
    const tests = Object.values(LISTENERS)
      .flat()
      .flatMap(({ tried }) => (tried === "harness" ? [] : tried));
    const missing = tests.filter((test) => !existsSync(join(repositoryRoot, test)));
    expect(missing).toEqual([]);
  });
  it.each([
    'import { createServer } from "node:net";',
    'const socket = createSocket("udp4");',
    'import { createServer as make } from "node:https";',
    'import * as http from "node:http";\nhttp.createServer();',
    "export const open = (server: Server) => server.listen(80);",
    "export const open = (server: Server) => server\n  .listen({ path });",
    "export const open = (server: Server) => server?.listen(80);",
    'export const open = (server: Server) => server["listen"](80);',
    "export const CODE = \"require('net').createServer()\";",
    "export const server = createSecureServer({});",
    'import { Server } from "node:net";\nexport const server = new Server();',
  ])("%s is found", (text) => {
    const found = listenerFaults(sample("src/surface/services/a/b.ts", text));
    expect(messages(found).join("\n")).toContain("foundation/network/listening.ts");
  });
  it.each([
    "// server.listen(80) and createServer are words here",
    "const look = createServerLook(); listen(80);",
    'import type { Server } from "node:net";',
  ])("%s is none", (text) => {
    expect(listenerFaults(sample("src/surface/services/a/b.ts", text))).toEqual([]);
  });
});

describe("rooms", () => {
  it("say what lives there", () => {
    expect(roomNoteFaults(repositoryFiles())).toEqual([]);
  });
  it.each([
    ["no note", [], "has no README.md"],
    ["another title", [["src/guard/a/README.md", "# guard/b\n\nA room.\n"]], "as its title"],
    ["a title alone", [["src/guard/a/README.md", "# guard/a\n"]], "as its title"],
    [
      "a note of nothing",
      [
        ["src/guard/a/README.md", "# guard/a\n\nA room.\n"],
        ["src/guard/c/README.md", "# guard/c\n\nGone.\n"],
      ],
      "without source files",
    ],
  ])("%s is found", (_, notes, expected) => {
    const files = [["src/guard/a/b.ts", "// A file.\n"], ...notes].map(([path = "", text]) => ({
      path,
      text,
    }));
    expect(roomNoteFaults(files).join("\n")).toContain(expected);
  });
});

describe("planted violations are found", () => {
  it.each([
    ["src/guard/a.ts", 'import { x } from "#record/log/tree.ts";', "guard may not import record"],
    ["src/record/log/a.ts", 'import { x } from "#detect/x.ts";', "record may not import detect"],
    ["src/detect/a.ts", 'import type { X } from "#surface/x.ts";', "detect may not import surface"],
    ["src/base/a.ts", 'export { x } from "#guard/facts/facts.ts";', "base may not import guard"],
    ["src/base/a.ts", 'import { readFileSync } from "node:fs";', "base may not import node:fs"],
    ["src/guard/a.ts", 'const fs = await import("node:fs");', "guard is pure"],
    ["src/guard/a.ts", 'import "node:crypto";', "guard is pure"],
    ["src/guard/effects/a.ts", 'import { gunzipSync } from "node:zlib";', "guard is pure"],
    ["src/guard/a/b.ts", 'import { x } from "../../base/limits.ts";', "crosses folders"],
    ["src/guard/a/b.ts", 'import { x } from "#guard/a/c.ts";', "import it relatively"],
    ["src/guard/a/b.ts", 'import { x } from "./c";', "lacks its .ts extension"],
    ["src/surface/a.ts", 'import { x } from "../../test/x.ts";', "leaves src/"],
    ["src/record/log/a.ts", 'import { open } from "node:fs/promises";', "may not import node:fs"],
    ["src/govern/settings/a.ts", 'import { open } from "node:fs";', "only deploy touches the disk"],
    ["src/guard/a.ts", 'import { x } from "#platform/user.ts";', "guard may not import platform"],
    ["src/record/log/a.ts", 'import { x } from "#platform/user.ts";', "ask the platform here"],
    ["src/govern/settings/a.ts", 'import { x } from "#platform/user.ts";', "ask the platform here"],
    [
      "src/surface/services/a/b.ts",
      'import { x } from "../../daemon/c.ts";',
      "services may not import daemon",
    ],
    ["src/surface/hook/a.ts", 'import { x } from "../daemon/c.ts";', "hook may not import daemon"],
    [
      "src/surface/foundation/files/a.ts",
      'import type { X } from "../../services/b/c.ts";',
      "foundation may not import services",
    ],
    [
      "src/platform/a.ts",
      'import { x } from "#record/log/a.ts";',
      "platform may not import record",
    ],
    ["src/platform/a.ts", 'import { connect } from "node:net";', "asks the machine and no network"],
    [
      "src/surface/a.ts",
      'import { parse } from "unbash";',
      "only src/guard/shell/syntax/syntax.ts",
    ],
    [
      "src/guard/a.ts",
      'import {\n  a,\n  b,\n} from "#surface/x.ts";',
      "guard may not import surface",
    ],
  ])("%s: %s", (path, text, expected) => {
    expect(messages(importFaults(sample(path, text))).join("\n")).toContain(expected);
  });
  it.each([
    ["Date.now()"],
    ["new Date()"],
    ["Math.random()"],
    ["process.env"],
    ["fetch(url)"],
    ["setTimeout(go, 1)"],
  ])("guard: %s", (code) => {
    expect(purityFaults(sample("src/guard/a.ts", `const x = ${code};`))).toHaveLength(1);
  });
  it.each([
    ['if (process.platform === "linux") go();'],
    ["const us = process.getuid?.();"],
    ["const us = userInfo();"],
    ["const home = homedir();"],
    ["process.kill(pid, 0);"],
    ['process.once("SIGTERM", end);'],
    ["open(path, constants.O_NOFOLLOW);"],
    ["const path = `/proc/${pid}/stat`;"],
    ['import { tmpdir } from "node:os";'],
  ])("outside the platform: %s", (code) => {
    expect(systemFaults(sample("src/surface/a.ts", code))).toHaveLength(1);
    expect(systemFaults(sample("src/record/store/a.ts", code))).toHaveLength(1);
    expect(systemFaults(sample("src/platform/a.ts", code))).toEqual([]);
  });
  it("an import circle of three, each import of another form", () => {
    const circle = importCircles([
      sample("src/base/a.ts", 'import { b } from "./b.ts";'),
      sample("src/base/b.ts", 'import type { C } from "#base/c.ts";'),
      sample("src/base/c.ts", 'export { a } from "./a.ts";'),
    ]);
    expect(circle).toEqual([["src/base/a.ts", "src/base/b.ts", "src/base/c.ts"]]);
  });
});

describe("cycles of folders", () => {
  const faultsOf = (allowed: readonly string[], ...imports: readonly string[]) => {
    const files = imports.map((one) => {
      const [from = "", to = ""] = one.split(" ");
      return sample(from, `import { x } from "#${to.slice("src/".length)}";`);
    });
    return cycleFaults(levelsOf(fileArrows(files)), allowed);
  };
  it("are found between folders that no file connects in a circle", () => {
    const found = faultsOf([], "src/a/one/x.ts src/b/y.ts", "src/b/z.ts src/a/two/x.ts");
    expect(found).toEqual(["src/a -> src/b closes a cycle: src/a/one/x.ts imports src/b/y.ts"]);
  });
  it("are found between a folder and the files beside it", () => {
    const found = faultsOf([], "src/a/x.ts src/a/in/y.ts", "src/a/in/z.ts src/a/w.ts");
    expect(found).toHaveLength(1);
  });
  it("are found over three folders, by the arrow of the fewest imports", () => {
    const way = ["src/a/1.ts src/b/1.ts", "src/a/2.ts src/b/1.ts", "src/b/1.ts src/c/1.ts"];
    const found = faultsOf([], ...way, "src/b/2.ts src/c/1.ts", "src/c/2.ts src/a/1.ts");
    expect(found).toEqual(["src/c -> src/a closes a cycle: src/c/2.ts imports src/a/1.ts"]);
  });
  it("may be allowed, and an entry that is not needed any more is a fault", () => {
    const both = ["src/a/x.ts src/b/x.ts", "src/b/y.ts src/a/y.ts"];
    expect(faultsOf(["src/a -> src/b"], ...both)).toEqual([]);
    const gone = ["src/a -> src/b is allowed and makes no cycle: take it out"];
    expect(faultsOf(["src/a -> src/b"], "src/a/x.ts src/b/x.ts")).toEqual(gone);
    expect(faultsOf(["src/b -> src/a", "src/a -> src/b"], ...both)).toHaveLength(2);
  });
  it("are none where imports only lead down", () => {
    const down = ["src/a/x.ts src/b/x.ts", "src/a/y.ts src/c/x.ts", "src/b/y.ts src/c/y.ts"];
    expect(faultsOf([], ...down)).toEqual([]);
  });
});

it("finds a planted YAML parser two imports behind the command hook", () => {
  const files = [
    sample("src/surface/hook/a.ts", 'import { b } from "#record/event/b.ts";'),
    sample("src/record/event/b.ts", 'import { parse } from "yaml";'),
  ];
  expect(heavyImports(files, ["src/surface/hook/a.ts"])).toEqual(["yaml"]);
});

describe("what is fine stays fine", () => {
  it.each([
    ["src/guard/a/b.ts", 'import { x } from "#base/limits.ts";'],
    ["src/guard/a/b.ts", 'import { x } from "../c/d.ts";'],
    ["src/guard/a/b.ts", 'import { x } from "#guard/c/d.ts";'],
    ["src/record/store/a.ts", 'import { open } from "node:fs/promises";'],
    ["src/record/log/a.ts", 'import { createHash } from "node:crypto";'],
    ["src/record/store/a.ts", 'import { x } from "#platform/user.ts";'],
    ["src/govern/settings/deploy.ts", 'import { x } from "#platform/user.ts";'],
    ["src/surface/a.ts", 'import { x } from "#platform/user.ts";'],
    ["src/surface/cli/a.ts", 'import { x } from "../daemon/b.ts";'],
    ["src/surface/services/a/b.ts", 'import { x } from "../c/d.ts";'],
    ["src/govern/settings/deploy.ts", 'import { open } from "node:fs/promises";'],
    ["src/surface/a.ts", 'import { x } from "#record/log/tree.ts";'],
    ["src/guard/a.ts", '// import { x } from "#surface/x.ts";'],
    ["src/guard/a.ts", 'const words = "read from here";'],
  ])("%s: %s", (path, text) => {
    expect(importFaults(sample(path, text))).toEqual([]);
  });
  it("a function of its own that is called as a global is", () => {
    const text = "function fetch(url: string) {}\nfetch(1);\nsetTimeout(fetch, 1);\n";
    const faults = purityFaults(sample("src/guard/a.ts", text));
    expect(faults.map(({ line }) => line)).toEqual([3]);
  });
  it("words about the clock in comments and strings", () => {
    const text =
      '// Date.now() is not for us.\nconst advice = "no Math.random() here";\n/["\']/;\n';
    expect(purityFaults(sample("src/guard/a.ts", text))).toEqual([]);
  });
});
