// The almost empty root: the packages without which Debian is none, git, node with npm and its cache, and a home with nothing in it.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { type AnywhereRoot, HOME, USER } from "./jail.ts";
import { copyNpmCache } from "./npm-cache.ts";

const PROGRAMS = "/usr/bin";

const lines = (program: string, ...args: string[]): string[] =>
  execFileSync(program, args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  }).split("\n");

export function emptyRoot(folder: string): AnywhereRoot {
  const root = join(folder, "root");
  const home = join(folder, "home");
  for (const link of ["bin", "sbin", "lib", "lib64"]) {
    mkdirSync(join(root, "usr", link), { recursive: true });
    symlinkSync(`usr/${link}`, join(root, link));
  }
  for (const path of packageFiles(["git"])) copyInto(root, path);
  copyAlternatives(root);
  copyNode(root);
  writeAccounts(root);
  for (const path of [HOME, "/tmp", "/var/tmp", "/proc", "/dev", "/run"])
    mkdirSync(join(root, path), { recursive: true });
  mkdirSync(join(home, "code/sallyport"), { recursive: true });
  mkdirSync(join(home, "results"));
  if (!copyNpmCache(join(home, ".npm"))) throw new Error("npm's cache is empty; run npm ci first");
  return {
    mounts: [
      ...["--ro-bind", root, "/", "--bind", home, HOME],
      ...["--tmpfs", "/tmp", "--tmpfs", "/var/tmp", "--tmpfs", "/run", "--unshare-net"],
    ],
    environment: { PATH: "/usr/bin:/bin", npm_config_offline: "true" },
  };
}

/** Paths of all files of the packages that every Debian has, of `wanted`, and of what these depend on. */
function packageFiles(wanted: readonly string[]): readonly string[] {
  const known = new Map<string, { readonly essential: boolean; readonly needs: string[] }>();
  const format = "${db:Status-Status}\t${Package}\t${Essential}\t${Pre-Depends}, ${Depends}\n";
  for (const line of lines("dpkg-query", "-W", `-f=${format}`)) {
    const [status, name = "", essential, needs = ""] = line.split("\t");
    if (status !== "installed") continue;
    const names = needs.split(/[,|]/).map((need) => need.trim().replace(/[\s:(].*$/, ""));
    known.set(name, { essential: essential === "yes", needs: names });
  }
  const taken = new Set<string>();
  const open = [...wanted, ...[...known].flatMap(([name, one]) => (one.essential ? [name] : []))];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (taken.has(name) || !known.has(name) || NOT_NEEDED.has(name)) continue;
    taken.add(name);
    open.push(...(known.get(name)?.needs ?? []));
  }
  return lines("dpkg-query", "-L", ...taken).filter(
    (path) => path.startsWith("/") && path !== "/.",
  );
}

/** Named as another choice by what is taken, or only asked at installing. */
const NOT_NEEDED = new Set(["debconf", "cdebconf", "debconf-2.0", "python3", "openssl"]);

/** A file, link or folder of this machine at its place in `root`; documents are left out. */
function copyInto(root: string, path: string): void {
  if (/^\/usr\/share\/(?:doc|man|info|locale|lintian)\//.test(path)) return;
  const target = join(root, path);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || existsSync(target)) return;
  mkdirSync(dirname(target), { recursive: true });
  if (found.isDirectory()) mkdirSync(target, { recursive: true });
  else if (found.isSymbolicLink()) symlinkSync(readlinkSync(path), target);
  else if (found.isFile()) copyFileSync(path, target);
}

/** Programs that Debian chooses among several of one name: those whose choice was copied. */
function copyAlternatives(root: string): void {
  for (const name of readdirSync(PROGRAMS)) {
    const link = join(PROGRAMS, name);
    if (!lstatSync(link).isSymbolicLink()) continue;
    const choice = readlinkSync(link);
    if (!choice.startsWith("/etc/alternatives/") || !existsSync(link)) continue;
    if (!existsSync(join(root, realpathSync(link)))) continue;
    copyInto(root, link);
    copyInto(root, choice);
  }
}

/** The node that runs this, the libraries that it loads, and the npm beside it. */
function copyNode(root: string): void {
  const node = realpathSync(process.execPath);
  const target = join(root, PROGRAMS, "node");
  copyFileSync(node, target);
  for (const line of lines("ldd", node)) {
    const library = /(\/\S+) \(0x/.exec(line)?.[1];
    if (library === undefined) continue;
    copyInto(root, library);
    copyInto(root, realpathSync(library));
  }
  const npm = [join(dirname(node), "../lib/node_modules/npm"), "/usr/share/nodejs/npm"];
  const found = npm.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`there is no npm beside \`${node}\``);
  cpSync(found, join(root, "usr/lib/node_modules/npm"), { recursive: true });
  for (const name of ["npm", "npx"]) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(root, PROGRAMS, name));
  }
}

function writeAccounts(root: string): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const user = `${USER}:x:1000:1000::${HOME}:/bin/bash`;
  write("/etc/passwd", `root:x:0:0:root:/root:/bin/bash\n${user}\n`);
  write("/etc/group", `root:x:0:\n${USER}:x:1000:\n`);
  write("/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
  write("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
}
