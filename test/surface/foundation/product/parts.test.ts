// The program in parts: modules run once when they are needed, damage is told, and compiled code is kept and believed only whole.
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path, { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reportError } from "#surface/foundation/terminal/report-error.ts";
import { compiledBeside, compiledInData } from "#surface/foundation/product/compiled-beside.ts";
import {
  keepCompiled,
  readCompiled,
  ROUNDS_MAX,
} from "#surface/foundation/product/compiled-code.ts";
import {
  type Built,
  DAMAGED,
  openParts,
  type PartsOptions,
} from "#surface/foundation/product/parts.ts";

let folder = "";
let compiled = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-parts-"));
  compiled = join(folder, "compiled");
  mkdirSync(join(folder, "parts"));
  mkdirSync(compiled, { mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes parts, each a list of modules, and gives what a loader would know of them. */
function write(...texts: readonly (readonly string[])[]): Built {
  let first = 0;
  const parts = texts.map((modules, place) => {
    const name = `part${place}`;
    const text = `[${modules.join(",")}]`;
    writeFileSync(join(folder, "parts", `${name}.cjs`), text);
    const digest = createHash("sha256").update(text).digest("hex");
    const part = { name, digest, first, next: first + modules.length };
    first = part.next;
    return part;
  });
  return { parts, entries: {} };
}
const open = (built: Built, more: Partial<PartsOptions> = {}) =>
  openParts({ built, dist: `${folder}/`, role: "command", compiled, ...more });

describe("modules", () => {
  it("run once, when something of them is needed, whichever part they lie in", () => {
    const ran: number[] = [];
    const built = write(
      ["(need,give)=>{give(()=>({a}));const b=()=>need(1);function a(){return b().b}}"],
      ["(need,give)=>{give(()=>({b}));const b={n:0}}", "(need,give)=>{throw new Error('never')}"],
    );
    const { need } = open(built, { ran: (number) => ran.push(number) });
    expect(ran).toEqual([]);
    const { a } = need(0) as { a: () => object };
    expect(ran).toEqual([0]);
    expect(a()).toBe(a());
    expect(ran).toEqual([0, 1]);
  });
  it("that lead to themselves are an error, since no module of ours does", () => {
    const built = write([
      "(need,give)=>{give(()=>({a}));const other=need(1);const a=()=>other}",
      "(need,give)=>{give(()=>({b}));const other=need(0);const b=()=>other}",
    ]);
    expect(() => open(built).need(0)).toThrow("module 0 of the program leads to itself");
  });
  it("that failed fail again, in place of being there by half", () => {
    const { need } = open(write(["(need,give)=>{give(()=>({}));throw new Error('planted')}"]));
    expect(() => need(0)).toThrow("planted");
    expect(() => need(0)).toThrow("planted");
  });
  it("find modules of node and packages, and name what is missing", () => {
    const { need } = open(write([]), { dist: join(import.meta.dirname, "/") });
    expect(need("node:path")).toBe(path);
    expect(need("node-sqlite3-wasm")).toHaveProperty("default.Database");
    expect(() => need("no-such-library")).toThrow(
      expect.objectContaining({ code: "MODULE_NOT_FOUND" }),
    );
  });
});

describe("damage", () => {
  it.each([
    ["a changed part", () => writeFileSync(join(folder, "parts/part0.cjs"), "[()=>0]")],
    ["a part cut short", () => writeFileSync(join(folder, "parts/part0.cjs"), "[")],
    ["a missing part", () => rmSync(join(folder, "parts/part0.cjs"))],
  ])("%s is told before anything of it runs", (_, damage) => {
    const { need, load } = open(write(["(need,give)=>{give(()=>({}))}"]));
    damage();
    expect(() => load(["part0"])).toThrow(expect.objectContaining({ code: DAMAGED }));
    expect(() => need(0)).toThrow("install sallyport again");
  });
});

it("a command that meets damage says which file it is, and is no defect", () => {
  const told: string[] = [];
  const warn = (line: string) => void told.push(line);
  const { need } = open(write(["(need,give)=>{give(()=>({}))}"]));
  rmSync(join(folder, "parts/part0.cjs"));
  let damage: unknown;
  try {
    need(0);
  } catch (cause) {
    damage = cause;
  }
  const terminal = { warn, print: warn, confirm: async () => false, isInteractive: false };
  const to = { environment: {}, asJson: false };
  expect(reportError(damage, { ...terminal, hasColour: false }, to)).toBe(2);
  expect(told.join()).toMatch(
    /^sallyport: the program is damaged: .*part0\.cjs.* install sallyport again$/,
  );
});

describe("compiled code", () => {
  const built = () => write(["(need,give)=>{give(()=>({a}));const a=()=>1}"]);
  const run = (given: Built, more: Partial<PartsOptions> = {}) => {
    const parts = open(given, more);
    expect((parts.need(0) as { a: () => number }).a()).toBe(1);
    parts.keep();
  };
  const kept = () => readdirSync(compiled).sort();
  const file = () => join(compiled, kept()[0] ?? "");

  it("is kept once for each kind of process, for the owner alone", () => {
    const given = built();
    run(given);
    run(given, { role: "hook" });
    expect(kept()).toEqual([
      expect.stringMatching(/^[0-9a-f]{16}-part0-command\.code$/),
      expect.stringMatching(/^[0-9a-f]{16}-part0-hook\.code$/),
    ]);
  });
  it("is added to by the first processes, and left as it is by later ones", () => {
    const given = built();
    for (let round = 1; round <= ROUNDS_MAX; round += 1) {
      run(given);
      const name = (kept()[0] ?? "").replace(".code", "");
      expect(readCompiled({ folder: compiled, name })?.rounds).toBe(round);
    }
    const before = readFileSync(file());
    run(given);
    expect(readFileSync(file()).equals(before)).toBe(true);
  });
  it.each([
    ["cut short", (bytes: Buffer) => bytes.subarray(0, bytes.length - 7)],
    ["with one bit changed", (bytes: Buffer) => flipped(bytes, bytes.length - 9)],
    ["with another digest", (bytes: Buffer) => flipped(bytes, 0)],
    ["empty", () => Buffer.alloc(0)],
    ["of something else", () => Buffer.alloc(4_096, "x")],
  ])("that is %s is not used, and replaced", (_, change) => {
    const given = built();
    run(given);
    const good = readFileSync(file());
    writeFileSync(file(), change(Buffer.from(good)));
    const name = (kept()[0] ?? "").replace(".code", "");
    expect(readCompiled({ folder: compiled, name })).toBeUndefined();
    run(given);
    expect(readCompiled({ folder: compiled, name })).toBeDefined();
  });
  it("of one part is not taken for that of another", () => {
    keepCompiled({ folder: compiled, name: "one" }, codeOf("code"));
    writeFileSync(join(compiled, "two.code"), readFileSync(join(compiled, "one.code")));
    expect(readCompiled({ folder: compiled, name: "one" })?.code.toString()).toBe("code");
    expect(readCompiled({ folder: compiled, name: "two" })).toBeUndefined();
  });
  it("that the engine refuses is replaced", () => {
    // A text of its own: the engine does not ask for compiled code of what it has compiled before.
    const given = write(["(need,give)=>{give(()=>({a}));const a=()=>1/* refused */}"]);
    const name = `${given.parts[0]?.digest.slice(0, 16)}-part0-command`;
    keepCompiled({ folder: compiled, name }, codeOf("x".repeat(512)));
    run(given);
    expect(readCompiled({ folder: compiled, name })?.code.equals(Buffer.alloc(512, "x"))).toBe(
      false,
    );
  });
  it("is neither read nor kept in a folder that others may use", () => {
    const given = built();
    run(given);
    const name = (kept()[0] ?? "").replace(".code", "");
    chmodSync(compiled, 0o755);
    expect(readCompiled({ folder: compiled, name })).toBeUndefined();
    rmSync(join(compiled, `${name}.code`));
    run(given);
    expect(kept()).toEqual([]);
  });
  it("is not needed: a folder that is missing is not made", () => {
    rmSync(compiled, { recursive: true });
    run(built());
    expect(existsSync(compiled)).toBe(false);
  });
  it("a file in place of the folder, and one that is a link, are passed over", () => {
    const given = built();
    run(given);
    const name = (kept()[0] ?? "").replace(".code", "");
    rmSync(compiled, { recursive: true });
    writeFileSync(compiled, "");
    expect(readCompiled({ folder: compiled, name })).toBeUndefined();
    run(given);
    expect(readFileSync(compiled, "utf8")).toBe("");
  });
  it("of old programs goes when there is much of it", () => {
    for (let place = 0; place < 170; place += 1)
      keepCompiled({ folder: compiled, name: `old-${place}` }, codeOf("code"));
    expect(kept().length).toBeLessThanOrEqual(160);
    expect(kept()).toContain("old-169.code");
  });
});

const codeOf = (text: string) => ({ code: Buffer.from(text), rounds: 1 });

function flipped(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

describe("where compiled code is looked for", () => {
  it("beside copies, for a program that is one", () => {
    const copy = "/home/ada/.local/share/sallyport/programs/0.1.0-0123456789ab";
    expect(compiledBeside(`${copy}/node_modules/sallyport/dist/`)).toBe(
      "/home/ada/.local/share/sallyport/programs/compiled",
    );
    for (const place of ["/home/ada/sallyport/dist/", "/usr/lib/node_modules/sallyport/dist/"])
      expect(compiledBeside(place)).toBeUndefined();
  });
  it("in the data directory else, where one is named by a whole path", () => {
    expect(compiledInData({ SALLYPORT_HOME: "/d", HOME: "/h" })).toBe("/d/programs/compiled");
    expect(compiledInData({ XDG_DATA_HOME: "/x" })).toBe("/x/sallyport/programs/compiled");
    expect(compiledInData({ HOME: "/h" })).toBe("/h/.local/share/sallyport/programs/compiled");
    expect(compiledInData({ SALLYPORT_HOME: "here" })).toBeUndefined();
    expect(compiledInData({})).toBeUndefined();
  });
});
