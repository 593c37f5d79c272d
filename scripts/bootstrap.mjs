// Installs what package-lock.json names and, on request, builds dist/: plain JavaScript, so that it runs in an empty clone.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { BUILD_STAMP, BUNDLER, digestOf, isBuiltFrom, sourceDigest } from "./built-from.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const ownFolder = join(root, "node_modules", ".sallyport");
const installStamp = join(ownFolder, "installed");
const nodeWanted = [20, 19];

const say = (text) => process.stderr.write(`sallyport: ${text}\n`);

function fail(text) {
  say(text);
  process.exit(1);
}

const readOr = (file, otherwise) => (existsSync(file) ? readFileSync(file, "utf8") : otherwise);

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isOldEnough = major > nodeWanted[0] || (major === nodeWanted[0] && minor >= nodeWanted[1]);
  if (!isOldEnough) {
    fail(`node ${nodeWanted.join(".")} or newer is needed, this is ${process.versions.node}`);
  }
}

/** The digest covers the platform, because a node_modules copied from another one lacks its binaries. */
function lockDigest() {
  return digestOf(readFileSync(join(root, "package-lock.json")), process.platform, process.arch);
}

function install() {
  const wanted = lockDigest();
  if (readOr(installStamp, "") === wanted) return;
  say("installing dependencies ...");
  const startedMs = Date.now();
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // WHY --ignore-scripts: nothing here needs an install script, and not running any is the smaller risk.
  const result = spawnSync(
    npm,
    [
      ...["ci", "--include=dev", "--ignore-scripts"],
      ...["--no-audit", "--no-fund", "--loglevel=error"],
    ],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"], shell: process.platform === "win32" },
  );
  if (result.error) fail(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) fail("the installation failed, see above; nothing else was done");
  const wrong = wrongVersions();
  if (wrong.length > 0) fail(`npm installed other versions than wanted: ${wrong.join(", ")}`);
  mkdirSync(ownFolder, { recursive: true });
  writeFileSync(installStamp, wanted);
  say(`dependencies installed in ${Math.round((Date.now() - startedMs) / 1000)} s`);
}

/** npm silently takes an older release when the wanted one asks for a newer Node. */
function wrongVersions() {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    .map(([name, wanted]) => {
      const file = join(root, "node_modules", name, "package.json");
      const found = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : "none";
      return found === wanted ? "" : `${name} ${found} instead of ${wanted}`;
    })
    .filter((text) => text !== "");
}

/** Emits beside dist/ first, so that a failed build leaves the last good one in place. */
function build(isForced) {
  const wanted = sourceDigest(root);
  if (!isForced && isBuiltFrom(root, wanted)) return;
  const startedMs = Date.now();
  const next = join(ownFolder, "dist-next");
  rmSync(next, { recursive: true, force: true });
  mkdirSync(ownFolder, { recursive: true });
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const result = spawnSync(
    process.execPath,
    [compiler, "-p", "tsconfig.build.json", "--outDir", next],
    { cwd: root, stdio: "inherit" },
  );
  if (result.status !== 0) fail("the build failed, see above; dist/ is unchanged");
  const tsx = join(root, "node_modules", "tsx", "dist", "cli.mjs");
  const bundled = spawnSync(process.execPath, [tsx, "--conditions=source", BUNDLER, next], {
    cwd: root,
    stdio: "inherit",
  });
  if (bundled.status !== 0) fail("the hook could not be bundled, see above; dist/ is unchanged");
  const emitted = join(next, "surface", "cli", "main.js");
  chmodSync(emitted, statSync(emitted).mode | 0o111);
  writeFileSync(join(next, BUILD_STAMP), wanted);
  const dist = join(root, "dist");
  const last = join(ownFolder, "dist-last");
  rmSync(last, { recursive: true, force: true });
  move(dist, last);
  move(next, dist);
  rmSync(last, { recursive: true, force: true });
  say(`built dist/ in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
}

/** A rename where both lie on one disk; node_modules may be a mount of its own, so else a copy. */
function move(from, to) {
  if (!existsSync(from)) return;
  try {
    renameSync(from, to);
  } catch (cause) {
    if (cause.code !== "EXDEV") throw cause;
    cpSync(from, to, { recursive: true });
    rmSync(from, { recursive: true, force: true });
  }
}

checkNode();
install();
if (process.argv.includes("--build")) build(process.argv.includes("--force"));
