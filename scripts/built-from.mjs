// Tells what dist/ was built from, by one digest of all that a build depends on: plain JavaScript, for an empty clone runs it.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** In dist/: the digest of what it was built from. */
export const BUILD_STAMP = ".built-from";
export const BUNDLER = join("scripts", "bundle.ts");
/** Folders below `data` of which a build puts something into dist/, or which it holds the sources to. */
const dataFolders = ["policies", "checks", "checklists", "client", "detectors"];
/** What a build depends on besides the sources and data. */
const buildInputs = [
  ...["package.json", BUNDLER],
  ...[
    "ascii-text",
    "bundle-dashboard",
    "command-names",
    "everyday-modules",
    "late-detectors",
    "lazy-modules",
  ].map((name) => join("scripts", `${name}.ts`)),
  ...["detector-files", "detector-schema", "form-samples", "row-faults"].map((name) =>
    join("scripts", "detectors", `${name}.ts`),
  ),
];

/** SHA-256 in hex of texts and bytes, each ended by a zero byte. */
export function digestOf(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourceFiles(path);
      return entry.isFile() ? [path] : [];
    })
    .sort();
}

/** The digest of what a build of the tree at `root` would be made from. */
export function sourceDigest(root) {
  const files = [
    ...sourceFiles(join(root, "src")),
    ...sourceFiles(join(root, "dashboard")),
    ...dataFolders.flatMap((name) => sourceFiles(join(root, "data", name))),
    ...buildInputs.map((name) => join(root, name)),
  ];
  return digestOf(
    ...files.flatMap((file) => [relative(root, file).split(sep).join("/"), readFileSync(file)]),
  );
}

/** True when dist/ of the tree at `root` is there and was built from what has this digest. */
export function isBuiltFrom(root, digest) {
  const stamp = join(root, "dist", BUILD_STAMP);
  if (!existsSync(join(root, "dist", "surface", "cli", "main.js")) || !existsSync(stamp))
    return false;
  return readFileSync(stamp, "utf8") === digest;
}
