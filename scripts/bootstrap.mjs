// Installs what package-lock.json names and, on request, builds dist/: plain JavaScript, so that it runs in an empty clone.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BUILD_STAMP, BUNDLER, digestOf, isBuiltFrom, sourceDigest } from "./built-from.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const ownFolder = join(root, "node_modules", ".sallyport");
const installStamp = join(ownFolder, "installed");
const nodeWanted = [20, 19];
/** What a build that was killed leaves is removed by a later one, after an hour. */
const ABANDONED_MS = 60 * 60 * 1000;
const POLL_MS = 100;
const NEW_MS = 2000;
/** An installation and a build together take less, on any machine. */
const WAIT_MS_MAX = 10 * 60 * 1000;

const say = (text) => process.stderr.write(`sallyport: ${text}\n`);

function fail(text) {
  say(text);
  process.exit(1);
}

const readOr = (file, otherwise) => (existsSync(file) ? readFileSync(file, "utf8") : otherwise);
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isNewEnough = major > nodeWanted[0] || (major === nodeWanted[0] && minor >= nodeWanted[1]);
  if (!isNewEnough) {
    fail(
      `node ${nodeWanted.join(".")} or newer is needed, this is ${process.versions.node}: install a newer one and run this again`,
    );
  }
}

function checkFolder() {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    fail(`\`${root}\` cannot be written: clone into a folder of your own and run this there`);
  }
}

/** The digest covers the platform, because a node_modules copied from another one lacks its binaries. */
function lockDigest() {
  return digestOf(readFileSync(join(root, "package-lock.json")), process.platform, process.arch);
}

function isInstalled(wanted) {
  if (readOr(installStamp, "") === wanted) return true;
  if (!isAsLocked()) return false;
  noteInstalled(wanted);
  return true;
}

function noteInstalled(wanted) {
  try {
    mkdirSync(ownFolder, { recursive: true });
    writeFileSync(installStamp, wanted);
  } catch {
    // Then it is looked at again the next time.
  }
}

/** Whether somebody ran `npm ci` already, by what npm itself noted of what it installed. */
function isAsLocked() {
  try {
    const { packages: installed } = readJson(join(root, "node_modules", ".package-lock.json"));
    const { packages: locked } = readJson(join(root, "package-lock.json"));
    const entries = Object.entries(locked).filter(([path]) => path !== "");
    return (
      entries.length > 0 &&
      wrongVersions().length === 0 &&
      entries.every(([path, { version, integrity, optional }]) =>
        installed[path] === undefined
          ? optional === true
          : installed[path].version === version && installed[path].integrity === integrity,
      )
    );
  } catch {
    return false;
  }
}

function install() {
  const wanted = lockDigest();
  if (isInstalled(wanted)) return;
  checkFolder();
  say("installing dependencies ...");
  const startedMs = Date.now();
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // WHY --ignore-scripts: nothing here needs an install script, and not running any is the smaller risk.
  const result = spawnSync(
    npm,
    [
      ...["ci", "--include=dev", "--ignore-scripts"],
      ...["--no-audit", "--no-fund", "--loglevel=error", "--fetch-retry-mintimeout=2000"],
    ],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
      shell: process.platform === "win32",
    },
  );
  process.stderr.write(result.stderr ?? "");
  if (result.error) {
    const hint = "npm comes with node; check that it is on PATH and run this again";
    fail(`npm could not be started (${result.error.message}): ${hint}`);
  }
  if (result.status !== 0) fail(`the installation failed, see above; ${hintOn(result.stderr)}`);
  const wrong = wrongVersions();
  if (wrong.length > 0) fail(`npm installed other versions than wanted: ${wrong.join(", ")}`);
  noteInstalled(wanted);
  say(`dependencies installed in ${Math.round((Date.now() - startedMs) / 1000)} s`);
}

/** What to do about npm's words. */
function hintOn(text) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/.test(text))
    return "the package registry could not be reached: check the network and `npm config get registry proxy https-proxy`, then run this again";
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(text))
    return "the package registry's certificate is not trusted here: check `npm config get cafile` and NODE_EXTRA_CA_CERTS, then run this again";
  if (/ENOSPC/.test(text)) return "the disk is full: make room and run this again";
  if (/EACCES|EPERM|EROFS/.test(text))
    return `npm may not write: check the rights of \`${root}\` and of npm's cache, then run this again`;
  return "nothing else was done; mend it and run this again";
}

/** npm silently takes an older release when the wanted one asks for a newer Node. */
function wrongVersions() {
  const manifest = readJson(join(root, "package.json"));
  return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    .map(([name, wanted]) => {
      const file = join(root, "node_modules", name, "package.json");
      const found = existsSync(file) ? readJson(file).version : "none";
      return found === wanted ? "" : `${name} ${found} instead of ${wanted}`;
    })
    .filter((text) => text !== "");
}

/** Makes dist/ beside the one that is there, so that a failed or killed build leaves the last good one in place. */
async function build(isForced) {
  const wanted = sourceDigest(root);
  if (!isForced && isBuiltFrom(root, wanted)) return;
  checkFolder();
  const startedMs = Date.now();
  mkdirSync(ownFolder, { recursive: true });
  removeAbandoned();
  const name = `${process.pid}-${randomBytes(4).toString("hex")}`;
  const next = join(ownFolder, `dist-next-${name}`);
  let failure;
  try {
    const { bundle } = await import(pathToFileURL(await bundlerIn(`${next}.mjs`)).href);
    await bundle(next);
    writeFileSync(join(next, BUILD_STAMP), wanted);
    putInPlace(next, join(ownFolder, `dist-last-${name}`), wanted);
  } catch (cause) {
    failure = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  } finally {
    for (const path of [next, `${next}.mjs`]) rmSync(path, { recursive: true, force: true });
  }
  if (failure !== undefined) {
    say(failure);
    fail("the build failed, see above; dist/ is unchanged");
  }
  say(`built dist/ in ${((Date.now() - startedMs) / 1000).toFixed(1)} s`);
}

/** The bundler's own scripts as one file. WHY not run as they are: reading the sources' language takes a tool that starts slower. */
async function bundlerIn(outfile) {
  const { build: bundle } = await import("esbuild");
  const script = join(root, BUNDLER);
  await bundle({
    absWorkingDir: root,
    entryPoints: [script],
    outfile,
    bundle: true,
    logLevel: "warning",
    platform: "node",
    format: "esm",
    packages: "external",
    conditions: ["source"],
    // All of them lie in the folder of the first.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(script).href) },
  });
  return outfile;
}

function removeAbandoned() {
  for (const name of readdirSync(ownFolder)) {
    const path = join(ownFolder, name);
    const isOurs = /^dist-(?:next|last)-/.test(name);
    const status = isOurs ? statSync(path, { throwIfNoEntry: false }) : undefined;
    if (status !== undefined && Date.now() - status.mtimeMs > ABANDONED_MS)
      rmSync(path, { recursive: true, force: true });
  }
}

/** Two builds at once end with the dist/ of one of them. */
function putInPlace(next, last, wanted) {
  const dist = join(root, "dist");
  for (let turn = 0; ; turn += 1) {
    move(dist, last);
    try {
      move(next, dist);
      break;
    } catch (cause) {
      const isTaken = ["ENOTEMPTY", "EEXIST"].includes(cause.code);
      if (isTaken && isBuiltFrom(root, wanted)) break;
      if (!isTaken || turn === 3) throw cause;
    } finally {
      rmSync(last, { recursive: true, force: true });
    }
  }
}

/** A rename where both lie on one disk; node_modules may be a mount of its own, so else a copy. */
function move(from, to) {
  if (!existsSync(from)) return;
  try {
    renameSync(from, to);
  } catch (cause) {
    if (cause.code === "ENOENT" && !existsSync(from)) return;
    if (cause.code !== "EXDEV") throw cause;
    cpSync(from, to, { recursive: true });
    rmSync(from, { recursive: true, force: true });
  }
}

/** Where the lock lies. WHY not in node_modules: npm removes it. In a folder of everybody's it is of no more use than that. */
function lockFile() {
  const repository = join(root, ".git");
  const isFolder = statSync(repository, { throwIfNoEntry: false })?.isDirectory() === true;
  const user = process.getuid?.() ?? "";
  return isFolder
    ? join(repository, "sallyport-setup")
    : join(tmpdir(), `sallyport-setup-${user}-${digestOf(root).slice(0, 16)}`);
}

/** Runs `work` while no other process works on this clone, or after a time in which any would have ended. */
async function alone(work) {
  const lock = lockFile();
  const untilMs = Date.now() + WAIT_MS_MAX;
  let isTold = false;
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx", mode: 0o600 });
      break;
    } catch (cause) {
      // Without a folder for it there is no lock, and nearly always nobody else.
      if (cause.code !== "EEXIST") return work();
    }
    const holder = holderOf(lock);
    if (Date.now() > untilMs) return work();
    if (!isAlive(holder) && !isNew(lock)) {
      try {
        rmSync(lock, { force: true });
      } catch {
        // Somebody else's file, which keeps nobody out.
        return work();
      }
      continue;
    }
    if (!isTold && holder > 0)
      say(`another start (process ${holder}) installs or builds here; waiting for it`);
    isTold ||= holder > 0;
    await sleep(POLL_MS);
  }
  const release = () => {
    if (holderOf(lock) === process.pid) rmSync(lock, { force: true });
  };
  process.on("exit", release);
  await work();
  release();
}

/** Whether who made the lock may not have written its number yet. */
function isNew(lock) {
  const status = statSync(lock, { throwIfNoEntry: false });
  return status === undefined || (status.size === 0 && Date.now() - status.mtimeMs < NEW_MS);
}

function holderOf(lock) {
  try {
    return Number(readFileSync(lock, "utf8"));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause.code === "EPERM";
  }
}

checkNode();
const isBuild = process.argv.includes("--build");
const isForced = process.argv.includes("--force");
const isReady =
  isInstalled(lockDigest()) && (!isBuild || (!isForced && isBuiltFrom(root, sourceDigest(root))));
if (!isReady) {
  await alone(async () => {
    install();
    if (isBuild) await build(isForced);
  });
}
