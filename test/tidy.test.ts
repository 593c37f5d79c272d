// The repository's own tidiness: encoding, names, banned calls, exact versions. Each rule is shown to find a planted fault.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Lock,
  lockFaults,
  type Manifest,
  unregisteredFiles,
  versionFaults,
} from "../scripts/checks/package-rules.ts";
import { fixedSleepFaults } from "../scripts/checks/fixed-sleeps.ts";
import { repositoryFiles, repositoryRoot } from "../scripts/checks/repository-files.ts";
import { blank } from "../scripts/checks/source-text.ts";
import {
  bannedCallFaults,
  encodingFaults,
  firstLineFaults,
  longFiles,
  nameFaults,
  placeFaults,
  productFaults,
  sizeFaults,
  type TextFault,
  type TextFile,
  unfinishedFaults,
} from "../scripts/checks/text-rules.ts";

const files = repositoryFiles();
const texts = files.flatMap(({ path, text }) => (text === undefined ? [] : [{ path, text }]));
const code = texts.filter(({ path }) => /^(?:src|test|scripts)\/.*\.(?:ts|mjs)$/.test(path));
const readJson = (path: string): unknown =>
  JSON.parse(readFileSync(join(repositoryRoot, path), "utf8"));
const readText = (path: string) => texts.find((file) => file.path === path)?.text ?? "";
const commandsFolder = "src/guard/effects/commands";

function installedVersion(name: string): string | undefined {
  const path = `node_modules/${name}/package.json`;
  if (!existsSync(join(repositoryRoot, path))) return undefined;
  return (readJson(path) as { version?: string }).version;
}

const shown = (faults: readonly TextFault[]) =>
  faults.map(({ path, line, message }) => `${path}:${line} ${message}`);

describe("the repository", () => {
  it("is seen: a check over no files proves nothing", () => {
    expect(texts.length).toBeGreaterThan(40);
    expect(code.length).toBeGreaterThan(30);
  });
  it("is plain UTF-8 with plain newlines", () => {
    expect(shown(texts.flatMap(encodingFaults))).toEqual([]);
  });
  it("names no place of one machine and no registry's host", () => {
    expect(shown(texts.flatMap(placeFaults))).toEqual([]);
  });
  it("names none of the products of X.62", () => {
    const seen = new Set<string>();
    expect(shown(texts.flatMap((file) => productFaults(file, undefined, seen)))).toEqual([]);
    expect(seen.size).toBeGreaterThan(100_000);
  });
  it("leaves nothing unfinished without an issue", () => {
    expect(shown(code.flatMap(unfinishedFaults))).toEqual([]);
  });
  it("opens each source file with a sentence", () => {
    expect(shown(code.flatMap(firstLineFaults))).toEqual([]);
  });
  it("calls nothing that has a better replacement", () => {
    expect(shown(code.flatMap(bannedCallFaults))).toEqual([]);
  });
  it("waits in tests for what comes about, and says where it waits for time itself", () => {
    expect(shown(code.flatMap(fixedSleepFaults))).toEqual([]);
  });
  it("gives files names that say something", () => {
    const named = files.filter(({ path }) => /^(?:src|test|scripts|data)\//.test(path));
    expect(shown(named.flatMap(({ path }) => nameFaults(path)))).toEqual([]);
  });
  it("holds no large file", () => {
    expect(shown(files.flatMap(sizeFaults))).toEqual([]);
  });
  it("reports long source files for a second look", () => {
    const long = longFiles(code);
    for (const { path, lines } of long) process.stdout.write(`long file: ${path} (${lines})\n`);
    expect(long.length).toBeLessThan(code.length / 4);
  });
  it("registers every command model", () => {
    const paths = files.map(({ path }) => path);
    const index = readText(`${commandsFolder}/index.ts`);
    expect(unregisteredFiles(paths, commandsFolder, index)).toEqual([]);
  });
  it("pins, locks and installs the same exact versions", () => {
    const manifest = readJson("package.json") as Manifest;
    const lock = readJson("package-lock.json") as Lock;
    expect(Object.keys(manifest.dependencies ?? {})).not.toEqual([]);
    expect(versionFaults(manifest, lock, installedVersion)).toEqual([]);
    expect(lockFaults(lock)).toEqual([]);
  });
});

describe("planted faults are found", () => {
  const file = (text: string, path = "src/guard/a.ts"): TextFile => ({ path, text });
  const latin = (text: string) => new TextDecoder("windows-1252").decode(Buffer.from(text, "utf8"));
  const greek = (text: string) => new TextDecoder("windows-1253").decode(Buffer.from(text, "utf8"));

  it.each([
    ["a carriage return", "a\r\nb"],
    ["a byte order mark", "\uFEFFa"],
    ["a replacement character", "a\uFFFDb"],
    ["an arrow read as Western text", latin("a \u2192 b")],
    ["an accent read as Western text", latin("caf\u00e9")],
    ["a rocket read as Western text", latin("\u{1F680}")],
    ["a rocket read as Greek text", greek("\u{1F680}")],
  ])("encoding: %s", (_, text) => {
    expect(encodingFaults(file(text))).toHaveLength(1);
  });
  it.each([
    ["caf\u00e9 \u2192 \u2265 5 \u00b5s"],
    ["\u0393\u03b5\u03b9\u03ac"],
    ["\u{1F680}\u{1F680}"],
  ])("encoding: %s is fine", (text) => {
    expect(encodingFaults(file(text))).toEqual([]);
  });
  it.each([
    [`cd /${"root"}/x`],
    [`"/${"work"}/x"`],
    [`https://${"registry"}.acme.org/x`],
    [`"${"resolved"}": "https://cache.example/x"`],
  ])("place: %s", (text) => {
    expect(placeFaults(file(text))).toHaveLength(1);
  });
  it.each([
    ["src/work/list.ts"],
    ["/root/.ssh/id_rsa"],
    ["https://registry.example.test"],
    ["/home/ada/work/x"],
  ])("place: %s is fine", (text) => {
    expect(placeFaults(file(text))).toEqual([]);
  });
  it("place: registries are named in their one list", () => {
    const text = `https://${"registry"}.acme.org/x`;
    expect(placeFaults({ ...file(text), path: "src/base/registry-hosts.ts" })).toEqual([]);
    expect(placeFaults({ ...file(text), path: "src/base/other-hosts.ts" })).toHaveLength(1);
  });
  it("product: one word and two words, in any case", () => {
    const digestOf = (name: string) => createHash("sha256").update(name).digest("hex").slice(0, 16);
    expect(productFaults(file("buy Gizmo now"), [digestOf("gizmo")])).toHaveLength(1);
    expect(productFaults(file("buy Great Gizmo now"), [digestOf("greatgizmo")])).toHaveLength(1);
    expect(productFaults(file("buy great things"), [digestOf("greatgizmo")])).toEqual([]);
  });
  it.each([["TO" + "DO: later"], ["FIX" + "ME"], ["X" + "XX"]])("unfinished: %s", (text) => {
    expect(unfinishedFaults(file(`// ${text}`))).toHaveLength(1);
  });
  it("unfinished: fine with an issue", () => {
    expect(unfinishedFaults(file(`// ${"TO"}${"DO"}(#12): later.`))).toEqual([]);
  });
  it.each([["import x;"], ["// short"], ["// A sentence that does not end"], [""]])(
    "first line: %s",
    (text) => {
      expect(firstLineFaults(file(text))).toHaveLength(1);
    },
  );
  it.each([
    ["eval(text)"],
    ["new Function('a')"],
    ["execSync(`ls`)"],
    ["spawn(a, { shell: true })"],
    ["Math.random()"],
    ["process.exit(1)"],
    ["console.log(1)"],
    ["text.substr(1)"],
    ["JSON.parse(JSON.stringify(a))"],
    ["const a = b as any;"],
    ["const a: any = 1;"],
    ["enum Kind {"],
    ["f({ ...{ a, b } })"],
    ["f({ ...({ a } as const) })"],
  ])("banned call: %s", (text) => {
    expect(bannedCallFaults(file(text))).toHaveLength(1);
  });
  it.each([
    ["it.only('x', f)"],
    ["describe.skip('x', f)"],
    ["test.todo('x')"],
    ["it.skipIf(x)('x', f)"],
    ["expect(performance.now() - start).toBeLessThan(5);"],
    ["expect(Math.max(...sent.map(({ tookMs }) => tookMs))).toBeLessThan(5);"],
    ["expect(shownMs).toBeLessThanOrEqual(500);"],
    ["expect(p95).toBeLessThan(33);"],
    ["const start = process.cpuUsage();"],
  ])("banned in tests: %s", (text) => {
    expect(bannedCallFaults(file(text, "test/a.test.ts"))).toHaveLength(1);
  });
  it.each([["expect(nowMs).toBeLessThan(5);"], ["const startedMs = performance.now();"]])(
    "fine in tests: %s",
    (text) => {
      expect(bannedCallFaults(file(text, "test/a.test.ts"))).toEqual([]);
    },
  );
  const slept = "await new Promise((resolve) => setTimeout(resolve, 500));";
  const timers = (name: string) =>
    `import { setTimeout as ${name} } from "node:timers/promises";\n`;
  const reason = "// TIME: what is tested is the time itself.\n";
  it.each([
    [slept],
    ["await new Promise<void>((done) => {\n  setTimeout(() => done(), 50);\n});"],
    ["const settle = () =>\n  new Promise((go) =>\n    setTimeout(go, 130),\n  );"],
    [`${timers("pause")}await pause(600);`],
    [`${timers("sleep")}const rest = (ms: number) => sleep(ms);`],
    [`run("node serve.mjs & sleep ${0.7}");`],
    [`run("touch a; sleep ${2}; ls");`],
    [`// TIME: too short\n${slept}`],
    [`// Later it is there, as everybody knows.\n${slept}`],
    [`${reason}${slept}\n${slept}`],
    [`${reason}a();\nb();\nc();\n${slept}`],
  ])("fixed sleep: %j", (text) => {
    expect(fixedSleepFaults(file(text, "test/a.test.ts"))).toHaveLength(1);
    expect(fixedSleepFaults(file(text, "src/a.ts"))).toEqual([]);
  });
  it.each([
    [`${reason}${slept}`],
    [`${timers("pause")}${reason}await pause(600);`],
    ["const timer = setTimeout(() => child.kill(), 20_000);"],
    [`const text = "${slept}";`],
    ['run("for i in 1 2; do curl -s a && break; sleep 0.2; done");'],
    ['run("sleep 60 & echo begun; sleep 600");'],
    [`${timers("pause")}await Promise.race([over, pause(5_000, late, { ref: false })]);`],
  ])("fixed sleep: %j is fine", (text) => {
    expect(fixedSleepFaults(file(text, "test/a.test.ts"))).toEqual([]);
  });
  it.each([
    ['const a = "eval(x)";'],
    ["// console.log(1)"],
    ["pattern.exec(text)"],
    ["/eval(x)/.test(a)"],
  ])("banned call: %s is fine", (text) => {
    expect(bannedCallFaults(file(text))).toEqual([]);
  });
  it.each([
    ["src/guard/utils.ts"],
    ["src/helpers/a.ts"],
    ["src/a/info.test.ts"],
    ["src/guard/toolCall.ts"],
  ])("name: %s", (path) => {
    expect(nameFaults(path)).toHaveLength(1);
  });
  it("size: one byte too many", () => {
    expect(sizeFaults({ path: "a", bytes: 512 * 1024 + 1 })).toHaveLength(1);
    expect(sizeFaults({ path: "a", bytes: 512 * 1024 })).toEqual([]);
  });
  it("length: 401 lines are listed, 400 are not", () => {
    const lines = (count: number) => file(Array(count).fill("x").join("\n"));
    expect(longFiles([lines(401)])).toHaveLength(1);
    expect(longFiles([lines(400)])).toEqual([]);
  });
  it("length: what a script made is left out by its first line alone", () => {
    const marker = "// All x. Made of y by `npm run z`: change that, never this one.\n";
    const long = "x\n".repeat(400);
    expect(longFiles([file(marker + long)])).toEqual([]);
    for (const text of [`x\n${marker}${long}`, `${marker.replace("npm run", "hand")}${long}`])
      expect(longFiles([file(text)])).toHaveLength(1);
  });
  it("register: a command model that the index does not import", () => {
    const paths = [
      `${commandsFolder}/index.ts`,
      `${commandsFolder}/rm.ts`,
      `${commandsFolder}/cp.ts`,
    ];
    const index = 'import { cp } from "./cp.ts";';
    expect(unregisteredFiles(paths, commandsFolder, index)).toEqual([`${commandsFolder}/rm.ts`]);
  });
  it.each([
    ["a range", "^1.2.3", "1.2.3", "1.2.3"],
    ["another version locked", "1.2.3", "1.2.2", "1.2.3"],
    ["another version installed", "1.2.3", "1.2.3", "1.2.2"],
    ["nothing installed", "1.2.3", "1.2.3", undefined],
  ])("versions: %s", (_, wanted, locked, installed) => {
    const lock = { packages: { "node_modules/a": { version: locked } } };
    expect(versionFaults({ dependencies: { a: wanted } }, lock, () => installed)).toHaveLength(1);
  });
  it("lock: a package without integrity, and one that names its host", () => {
    expect(lockFaults({ packages: { "": {}, "node_modules/a": {} } })).toHaveLength(1);
    const entry = { integrity: "sha512-x", resolved: "somewhere" };
    expect(lockFaults({ packages: { "node_modules/a": entry } })).toHaveLength(1);
  });
  it("a binary of another platform that the lock lacks", () => {
    const entry = { version: "1.0.0", integrity: "sha512-x" };
    const wants = { ...entry, optionalDependencies: { "@a/win32": "1.0.0" } };
    expect(lockFaults({ packages: { "node_modules/a": wants } })).toHaveLength(1);
    const above = { "node_modules/b/node_modules/a": wants, "node_modules/@a/win32": entry };
    expect(lockFaults({ packages: above })).toEqual([]);
    const beside = { "node_modules/a": wants, "node_modules/b/node_modules/@a/win32": entry };
    expect(lockFaults({ packages: beside })).toHaveLength(1);
  });
});

describe("blanking source text", () => {
  it.each([
    ["a // b\nc", "a     \nc"],
    ["a /* b\n */ c", "a     \n    c"],
    ['f("x", y)', 'f(" ", y)'],
    ["f(`a${g('b')}c`) + 'd'", "f(` ${g(' ')} `) + ' '"],
    ["`${a ? `b${c}` : '}'}e` + eval(x)", "`${a ? ` ${c}` : ' '} ` + eval(x)"],
    ["a / b / c", "a / b / c"],
    ["x = /a'b/; y = 'z'", "x = /   /; y = ' '"],
    ["return /[/']/ + 'q'", "return /    / + ' '"],
    ["'it\\'s' + b", "'     ' + b"],
  ])("%j", (source, expected) => {
    expect(blank(source, "comments and strings")).toBe(expected);
  });
});
