// The files that a running sallyport consists of: its own package and its run-time dependencies, read within bounds.
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { errorCode } from "../files/private-file.ts";

/** One file; `path` is relative to the program's folder, with forward slashes. */
export type ProgramFile = { readonly path: string; readonly bytes: Buffer };

/** A program as its files: `digest` is 64 hex characters over names and contents, `id` is `<version>-<12 of them>`. */
export type Product = {
  readonly version: string;
  readonly digest: string;
  readonly id: string;
  readonly files: readonly ProgramFile[];
};

/** Where the package lies below a program's folder; its dependencies lie beside it. */
export const PACKAGE_PATH = "node_modules/sallyport";

/** Ours are some 700 files of 9 MB; a folder past this is not the product. */
const FILES_MAX = 4_000;
const BYTES_MAX = 64 * 1024 * 1024;
const DEPTH_MAX = 16;
const DEPENDENCIES_MAX = 32;

/** What of our own package runs. */
const OWN_PARTS = ["dist", "data", "package.json", "LICENSE"];
/** Texts for people and compilers, which no program reads. A licence stays with what it is for. */
const UNUSED = /\.(?:d\.[cm]?ts|map|md)$/;
const LICENCE = /^licen[cs]e/i;

const manifestSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^(?:@[\w.-]+\/)?[\w.-]+$/)),
  version: v.pipe(v.string(), v.regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/)),
  dependencies: v.optional(v.record(v.string(), v.string())),
  files: v.optional(v.pipe(v.array(v.string()), v.maxLength(200))),
});

/**
 * Reads the product whose package is `packageRoot`, with its dependencies from wherever node would find them: a clone, an
 * npx cache, a global installation. Throws a Failure when a part is missing, is a symlink, or is larger than a product is.
 */
export function readProduct(packageRoot: string): Product {
  const root = realpathSync(packageRoot);
  const { version } = readManifest(root);
  const reading: Reading = { files: [], bytes: 0, isWhole: false };
  for (const part of OWN_PARTS) addTree(reading, join(root, part), `${PACKAGE_PATH}/${part}`);
  for (const [name, folder] of dependenciesOf(root)) {
    addTree(reading, folder, `node_modules/${name}`);
  }
  return describe(version, reading.files);
}

/**
 * Reads the package as npm packs it, pages for people included, with its dependencies. In a clone only what `files` of its manifest
 * names counts. Throws as `readProduct` does.
 */
export function readPackage(packageRoot: string): Product {
  const root = realpathSync(packageRoot);
  const { version, files = [] } = readManifest(root);
  const named = ["package.json", ...files.filter((entry) => !entry.startsWith("!"))];
  const left = files.flatMap((entry) =>
    entry.startsWith("!") ? [join(root, entry.slice(1))] : [],
  );
  const own: Reading = { files: [], bytes: 0, isWhole: true, left: new Set(left) };
  for (const part of named) addTree(own, join(root, part), `${PACKAGE_PATH}/${part}`);
  const reading: Reading = { files: own.files, bytes: own.bytes, isWhole: false };
  for (const [name, folder] of dependenciesOf(root)) {
    addTree(reading, folder, `node_modules/${name}`);
  }
  return describe(version, reading.files);
}

/** Reads a program that was copied before, by the same rules. */
export function readProgram(folder: string): Product {
  const { version } = readManifest(join(folder, PACKAGE_PATH));
  const reading: Reading = { files: [], bytes: 0, isWhole: true };
  addTree(reading, join(folder, "node_modules"), "node_modules");
  return describe(version, reading.files);
}

function describe(version: string, unsorted: readonly ProgramFile[]): Product {
  const files = unsorted.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const hash = createHash("sha256").update("sallyport/program/v1\0");
  for (const { path, bytes } of files) hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  const digest = hash.digest("hex");
  return { version, digest, id: `${version}-${digest.slice(0, 12)}`, files };
}

/** Every dependency by name, those of dependencies too; the program's folder is flat, so each may have one version. */
function dependenciesOf(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const waiting = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const name of Object.keys(readManifest(folder).dependencies ?? {})) {
      const place = findPackage(folder, name);
      if ((found.get(name) ?? place) !== place) {
        throw broken(`\`${name}\` is there in two versions`);
      }
      if (found.has(name)) continue;
      found.set(name, place);
      waiting.push(place);
      if (found.size > DEPENDENCIES_MAX) throw broken("it has more dependencies than it should");
    }
  }
  return found;
}

/** As node looks for it: in `node_modules` here and in every folder above. */
function findPackage(from: string, name: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    try {
      lstatSync(join(place, "package.json"));
      return realpathSync(place);
    } catch (cause) {
      if (!["ENOENT", "ENOTDIR"].includes(errorCode(cause) ?? "")) throw cause;
    }
    if (folder === dirname(folder)) throw broken(`its dependency \`${name}\` is missing`);
  }
}

function readManifest(folder: string): v.InferOutput<typeof manifestSchema> {
  try {
    const text = readFileSync(join(folder, "package.json"), "utf8");
    return v.parse(manifestSchema, JSON.parse(text));
  } catch (cause) {
    throw broken(`\`${join(folder, "package.json")}\` is missing or damaged`, cause);
  }
}

/** What was read so far. `isWhole`: every file counts, so that one put into a copy is seen. */
type Reading = {
  readonly files: ProgramFile[];
  bytes: number;
  readonly isWhole: boolean;
  /** Paths on disk that do not count. */
  readonly left?: ReadonlySet<string>;
};

/** Adds a file, or all files of a folder. A symlink is refused: what it leads to is not part of the package. */
function addTree(reading: Reading, from: string, to: string, depth = 0): void {
  const status = lstatSync(from, { throwIfNoEntry: false });
  if (status === undefined) throw broken(`\`${from}\` is missing`);
  if (status.isFile()) {
    reading.bytes += status.size;
    if (reading.files.length >= FILES_MAX || reading.bytes > BYTES_MAX) {
      throw broken("it is larger than it should be");
    }
    reading.files.push({ path: to, bytes: readFileSync(from) });
    return;
  }
  if (!status.isDirectory()) throw broken(`\`${from}\` is neither a file nor a folder`);
  if (depth > DEPTH_MAX) throw broken(`\`${from}\` lies deeper than it should`);
  for (const name of readdirSync(from)) {
    if (!reading.isWhole && isLeftOut(name, depth)) continue;
    if (reading.left?.has(join(from, name)) === true) continue;
    addTree(reading, join(from, name), `${to}/${name}`, depth + 1);
  }
}

/** What stays behind: stamps, packages inside packages, texts that nothing reads. */
function isLeftOut(name: string, depth: number): boolean {
  if (name.startsWith(".") || (name === "node_modules" && depth === 0)) return true;
  return UNUSED.test(name) && !LICENCE.test(name);
}

function broken(what: string, cause?: unknown): Failure<"program"> {
  const message = `this installation of sallyport cannot be used: ${what}; install it again, or build it with \`npm run build\` in a clone`;
  return new Failure("program", message, { cause });
}
