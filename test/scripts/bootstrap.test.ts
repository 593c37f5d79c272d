// What `npm start` and `npm test` run first in a fresh clone: it installs once, builds once, and stops at any doubt.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const scripts = fileURLToPath(new URL("../../scripts/", import.meta.url));
let clone = "";

const write = (path: string, text: string) => {
  mkdirSync(dirname(join(clone, path)), { recursive: true });
  writeFileSync(join(clone, path), text);
};
const program = (path: string, text: string) => {
  write(path, text);
  chmodSync(join(clone, path), 0o755);
};
const calls = () => {
  const file = join(clone, "calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
};
/** A stand-in for npm that notes its arguments and installs the compiler below in the named version. */
const fakeNpm = (version: string, status = 0) =>
  program(
    "bin/npm",
    `#!/bin/sh
echo "npm $*" >> calls
mkdir -p node_modules/typescript/bin
echo '{ "version": "${version}" }' > node_modules/typescript/package.json
cp compiler.mjs node_modules/typescript/bin/tsc
mkdir -p node_modules/tsx/dist
cp bundler.mjs node_modules/tsx/dist/cli.mjs
exit ${status}
`,
  );
/** A stand-in for the compiler: fails when the source says so, else emits the program. */
const compiler = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
const out = process.argv[process.argv.indexOf("--outDir") + 1];
const source = readFileSync("src/main.ts", "utf8");
appendFileSync("calls", "tsc\\n");
if (source.includes("error")) process.exit(2);
mkdirSync(out + "/surface/cli", { recursive: true });
writeFileSync(out + "/surface/cli/main.js", source);
`;
/** A stand-in for what runs the bundler, with the arguments of the real one. */
const bundler = `
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
const [script, out] = process.argv.slice(-2);
appendFileSync("calls", "bundle " + script + "\\n");
if (readFileSync("src/main.ts", "utf8").includes("no hook")) process.exit(1);
writeFileSync(out + "/hook.cjs", "hook");
`;
const run = (...args: string[]) =>
  spawnSync(process.execPath, ["scripts/bootstrap.mjs", ...args], {
    cwd: clone,
    encoding: "utf8",
    env: { PATH: `${join(clone, "bin")}${delimiter}/usr/bin${delimiter}/bin` },
  });
const built = () => readFileSync(join(clone, "dist/surface/cli/main.js"), "utf8");

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "sallyport-clone-"));
  mkdirSync(join(clone, "scripts"));
  for (const name of ["bootstrap.mjs", "built-from.mjs"])
    copyFileSync(join(scripts, name), join(clone, "scripts", name));
  write("package.json", '{ "devDependencies": { "typescript": "1.2.3" } }');
  write("package-lock.json", "{}");
  write("tsconfig.json", "{}");
  write("tsconfig.build.json", "{}");
  write("src/main.ts", "one");
  write("compiler.mjs", compiler);
  write("bundler.mjs", bundler);
  write("data/policies/team.yaml", "rules");
  write("scripts/bundle-hook.ts", "");
  write("scripts/bundle-front.ts", "");
  write("scripts/lazy-modules.ts", "");
  write("scripts/compile-ahead.mjs", "");
  write("scripts/compile-daemon-ahead.mjs", "");
  fakeNpm("1.2.3");
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

describe("installing", () => {
  it("happens once, with locked versions and without install scripts", () => {
    expect(run().status).toBe(0);
    expect(run().status).toBe(0);
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).toMatch(/^npm install --no-save --include=dev --ignore-scripts /);
  });
  it("happens again when the lock changes or node_modules goes", () => {
    run();
    write("package-lock.json", '{ "lockfileVersion": 3 }');
    run();
    rmSync(join(clone, "node_modules"), { recursive: true });
    run();
    expect(calls()).toHaveLength(3);
  });
  it("stops when npm fails, and tries again the next time", () => {
    fakeNpm("1.2.3", 1);
    const first = run("--build");
    expect(first.status).toBe(1);
    expect(first.stderr).toContain("the installation failed");
    expect(run().status).toBe(1);
    expect(calls()).toHaveLength(2);
  });
  it("stops when npm took another version than the one wanted", () => {
    fakeNpm("1.2.2");
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toContain("typescript 1.2.2 instead of 1.2.3");
  });
  it("says so when there is no npm", () => {
    rmSync(join(clone, "bin/npm"));
    const child = spawnSync(process.execPath, ["scripts/bootstrap.mjs"], {
      cwd: clone,
      encoding: "utf8",
      env: { PATH: join(clone, "bin") },
    });
    expect(child.status).toBe(1);
    expect(child.stderr).toContain("npm could not be started");
  });
});

describe("building", () => {
  it("makes a program that can be executed, once per state of the sources", () => {
    expect(run("--build").status).toBe(0);
    expect(built()).toBe("one");
    expect(statSync(join(clone, "dist/surface/cli/main.js")).mode & 0o111).toBe(0o111);
    run("--build");
    expect(calls().filter((call) => call === "tsc")).toHaveLength(1);
    run("--build", "--force");
    expect(calls().filter((call) => call === "tsc")).toHaveLength(2);
  });
  it("follows a changed, a new and a deleted source, and leaves nothing old behind", () => {
    run("--build");
    write("dist/old.js", "stale");
    write("src/main.ts", "two");
    run("--build");
    expect(built()).toBe("two");
    expect(existsSync(join(clone, "dist/old.js"))).toBe(false);
    write("src/new.ts", "new");
    run("--build");
    rmSync(join(clone, "src/new.ts"));
    run("--build");
    expect(calls().filter((call) => call === "tsc")).toHaveLength(4);
  });
  it("leaves the last good build when the sources are broken", () => {
    run("--build");
    write("src/main.ts", "error");
    const { status, stderr } = run("--build");
    expect(status).toBe(1);
    expect(stderr).toContain("dist/ is unchanged");
    expect(built()).toBe("one");
  });
  it("bundles the hook into the same build, again when the policy changes", () => {
    run("--build");
    expect(readFileSync(join(clone, "dist/hook.cjs"), "utf8")).toBe("hook");
    write("data/policies/team.yaml", "other rules");
    run("--build");
    expect(calls().filter((call) => call === "bundle scripts/bundle-hook.ts")).toHaveLength(2);
  });
  it("leaves the last good build when the hook cannot be bundled", () => {
    run("--build");
    write("src/main.ts", "no hook");
    const { status, stderr } = run("--build");
    expect(status).toBe(1);
    expect(stderr).toContain("the hook could not be bundled");
    expect(built()).toBe("one");
  });
  it("does nothing unless it is asked for", () => {
    run();
    expect(existsSync(join(clone, "dist"))).toBe(false);
  });
});
