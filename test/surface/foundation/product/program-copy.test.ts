// Copies of the program: found wherever it was installed, verified, reused, repaired, and cleaned up.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readProduct, readProgram } from "#surface/foundation/product/product-files.ts";
import {
  copyProgram,
  isWholeCopy,
  removeOtherPrograms,
} from "#surface/foundation/product/program-copy.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
let programs = "";
beforeEach(() => {
  room = freshDirectory();
  programs = join(room.path, "data", "programs");
});
afterEach(() => room.remove());

function write(path: string, text: string) {
  mkdirSync(join(room.path, path, ".."), { recursive: true });
  writeFileSync(join(room.path, path), text);
}
/** A package of ours in `place`, with its dependencies in `modules`. */
function lay(place: string, modules: string, version = "1.2.3") {
  const manifest = { name: "sallyport", version, dependencies: { citty: "1.0.0", yaml: "1.0.0" } };
  write(`${place}/package.json`, JSON.stringify(manifest));
  write(`${place}/LICENSE`, "Apache");
  write(`${place}/dist/surface/cli/main.js`, "main");
  write(`${place}/dist/hook.cjs`, "hook");
  write(`${place}/dist/.built-from`, "stamp");
  write(`${place}/data/policies/team.yaml`, "rules: []");
  write(`${place}/src/surface/main.ts`, "source");
  for (const name of ["citty", "yaml"]) {
    write(`${modules}/${name}/package.json`, JSON.stringify({ name, version: "1.0.0" }));
    write(`${modules}/${name}/dist/index.js`, name);
    write(`${modules}/${name}/dist/index.d.ts`, "types");
    write(`${modules}/${name}/LICENSE.md`, "MIT");
    write(`${modules}/${name}/README.md`, "words");
  }
  return join(room.path, place);
}
const paths = [
  "node_modules/citty/LICENSE.md",
  "node_modules/citty/dist/index.js",
  "node_modules/citty/package.json",
  "node_modules/sallyport/LICENSE",
  "node_modules/sallyport/data/policies/team.yaml",
  "node_modules/sallyport/dist/hook.cjs",
  "node_modules/sallyport/dist/surface/cli/main.js",
  "node_modules/sallyport/package.json",
  "node_modules/yaml/LICENSE.md",
  "node_modules/yaml/dist/index.js",
  "node_modules/yaml/package.json",
];

describe("the product", () => {
  it.each([
    ["a clone", "clone", "clone/node_modules"],
    ["an npx cache", "_npx/a/node_modules/sallyport", "_npx/a/node_modules"],
    [
      "a global installation",
      "lib/node_modules/sallyport",
      "lib/node_modules/sallyport/node_modules",
    ],
  ])("is what runs, wherever it lies: %s", (_, place, modules) => {
    const product = readProduct(lay(place, modules));
    expect(product.files.map(({ path }) => path)).toEqual(paths);
    expect(product.id).toBe(`1.2.3-${product.digest.slice(0, 12)}`);
    rmSync(join(room.path, place.split("/")[0] ?? ""), { recursive: true });
    expect(readProduct(lay("elsewhere", "elsewhere/node_modules")).digest).toBe(product.digest);
  });
  it("has another name for one changed byte, one more file, and a name that moved", () => {
    const root = lay("clone", "clone/node_modules");
    const seen = new Set([readProduct(root).digest]);
    write("clone/dist/hook.cjs", "hooK");
    seen.add(readProduct(root).digest);
    write("clone/dist/more.js", "");
    seen.add(readProduct(root).digest);
    write("clone/node_modules/yaml/dist/index.js", "yamL");
    seen.add(readProduct(root).digest);
    expect(seen.size).toBe(4);
  });
  it("follows no link, and says what is missing", () => {
    const root = lay("clone", "clone/node_modules");
    write("outside", "secret");
    symlinkSync(join(room.path, "outside"), join(root, "dist", "link.js"));
    expect(() => readProduct(root)).toThrow("neither a file nor a folder");
    rmSync(join(root, "dist"), { recursive: true });
    expect(() => readProduct(root)).toThrow("`npm run build`");
    lay("clone", "clone/node_modules");
    rmSync(join(root, "node_modules", "yaml"), { recursive: true });
    expect(() => readProduct(root)).toThrow("dependency `yaml` is missing");
    write("clone/package.json", '{"name":"sallyport","version":"../../x"}');
    expect(() => readProduct(root)).toThrow("missing or damaged");
  });
  it("is found behind a link to the package and to a dependency, as package managers make them", () => {
    const root = lay("store/sallyport", "store/modules");
    mkdirSync(join(room.path, "store/node_modules"));
    for (const name of ["citty", "yaml"]) {
      symlinkSync(
        join(room.path, "store/modules", name),
        join(room.path, "store/node_modules", name),
      );
    }
    symlinkSync(root, join(room.path, "linked"));
    expect(readProduct(join(room.path, "linked")).files.map(({ path }) => path)).toEqual(paths);
  });
  it("is refused when it is larger than it should be", () => {
    const root = lay("clone", "clone/node_modules");
    write("clone/dist/large.js", "");
    for (let part = 0; part < 5; part++) {
      writeFileSync(join(root, `dist/large-${part}.js`), Buffer.alloc(14 * 1024 * 1024));
    }
    expect(() => readProduct(root)).toThrow("larger than it should be");
  });
});

describe("a copy", () => {
  it("holds the files for its owner alone, and is used again", () => {
    const product = readProduct(lay("clone", "clone/node_modules"));
    const folder = copyProgram(programs, product);
    expect(folder).toBe(join(programs, product.id));
    expect(readProgram(folder)).toEqual(product);
    expect(readdirSync(programs)).toEqual([product.id]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "node_modules/sallyport/dist")).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "node_modules/sallyport/dist/hook.cjs")).mode & 0o777).toBe(0o600);
    const before = lstatSync(folder).ino;
    expect(copyProgram(programs, product)).toBe(folder);
    expect(lstatSync(folder).ino).toBe(before);
  });
  it("can be copied on by itself, under the same name", () => {
    const product = readProduct(lay("clone", "clone/node_modules"));
    const folder = copyProgram(programs, product);
    expect(readProduct(join(folder, "node_modules/sallyport"))).toEqual(product);
  });
  it.each([
    ["a changed file", (folder: string) => writeFileSync(join(folder, paths[5] ?? ""), "evil")],
    ["a missing file", (folder: string) => rmSync(join(folder, paths[5] ?? ""))],
    ["one file more", (folder: string) => writeFileSync(join(folder, "node_modules/x.js"), "")],
    ["a link", (folder: string) => symlinkSync("/", join(folder, "node_modules/x"))],
    [
      "nothing in it",
      (folder: string) => rmSync(join(folder, "node_modules"), { recursive: true }),
    ],
  ])("is replaced when it has %s", (_, damage) => {
    const product = readProduct(lay("clone", "clone/node_modules"));
    const folder = copyProgram(programs, product);
    damage(folder);
    expect(isWholeCopy(folder, product.digest)).toBe(false);
    copyProgram(programs, product);
    expect(isWholeCopy(folder, product.digest)).toBe(true);
    expect(readdirSync(programs)).toEqual([product.id]);
  });
  it("leaves nothing behind when it cannot be made", () => {
    const product = readProduct(lay("clone", "clone/node_modules"));
    write("data/programs", "a file in its place");
    expect(() => copyProgram(programs, product)).toThrow("cannot be copied");
    expect(readFileSync(programs, "utf8")).toBe("a file in its place");
  });
  it("is removed when it is neither in force nor the one before; a stranger's folder is not", () => {
    const ids = ["1.0.0", "1.1.0", "1.2.0"].map((version) => {
      const product = readProduct(lay("clone", "clone/node_modules", version));
      copyProgram(programs, product);
      return product.id;
    });
    const [first = "", ...kept] = ids;
    mkdirSync(join(programs, "mine"));
    const unfinished = join(programs, `${first}.0123.unfinished`);
    const dead = join(programs, `${first}.4567.unfinished`);
    for (const path of [unfinished, dead]) cpSync(join(programs, first), path, { recursive: true });
    utimesSync(dead, 1, 1);
    removeOtherPrograms(programs, kept);
    expect(existsSync(dead)).toBe(false);
    expect(readdirSync(programs).toSorted()).toEqual(
      [...kept, "mine", `${first}.0123.unfinished`].toSorted(),
    );
  });
});
