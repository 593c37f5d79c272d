// What `npm start` and `npm test` run first in a fresh clone: it installs once, builds once, and stops at any doubt.
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
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
/** A stand-in for npm that notes its arguments and installs the bundler below in the named version. */
const fakeNpm = (version: string, status = 0, words = "") =>
  program(
    "bin/npm",
    `#!/bin/sh
echo "npm $*" >> calls
echo "${words}" >&2
mkdir -p node_modules/esbuild
echo '{ "version": "${version}", "type": "module", "exports": "./main.js" }' > node_modules/esbuild/package.json
cp bundler.mjs node_modules/esbuild/main.js
sleep "\${SLOW:-0}"
exit ${status}
`,
  );
/** A stand-in for the bundler: what it makes writes the program, and fails when the source says so. */
const bundler = `
import { writeFileSync } from "node:fs";
export async function build({ entryPoints: [script], outfile }) {
  writeFileSync(outfile, \`
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
export async function bundle(out) {
  appendFileSync("calls", "bundle " + "\${script.split("/").slice(-2).join("/")}" + "\\\\n");
  const source = readFileSync("src/main.ts", "utf8");
  mkdirSync(out + "/surface/cli", { recursive: true });
  writeFileSync(out + "/surface/cli/main.js", source);
  if (source.includes("error")) throw new Error("planted");
  if (source.includes("killed")) process.kill(process.pid, "SIGKILL");
  writeFileSync(out + "/hook.cjs", "hook");
}
\`);
}
`;
const builds = () => calls().filter((call) => call.startsWith("bundle "));
const run = (...args: string[]) =>
  spawnSync(process.execPath, ["scripts/bootstrap.mjs", ...args], {
    cwd: clone,
    encoding: "utf8",
    env: { PATH: `${join(clone, "bin")}${delimiter}/usr/bin${delimiter}/bin` },
  });
/** Starts it without waiting, with an installation that takes a moment. */
const runBeside = (...args: string[]) =>
  new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, ["scripts/bootstrap.mjs", ...args], {
      cwd: clone,
      env: { PATH: `${join(clone, "bin")}${delimiter}/usr/bin${delimiter}/bin`, SLOW: "1" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
    });
    child.on("close", (code) => resolve({ code, stderr }));
  });
const leftovers = () =>
  readdirSync(join(clone, "node_modules/.sallyport")).filter((name) => name.startsWith("dist-"));
const built = () => readFileSync(join(clone, "dist/surface/cli/main.js"), "utf8");

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "sallyport-clone-"));
  mkdirSync(join(clone, "scripts"));
  for (const name of ["bootstrap.mjs", "built-from.mjs"])
    copyFileSync(join(scripts, name), join(clone, "scripts", name));
  write("package.json", '{ "devDependencies": { "esbuild": "1.2.3" } }');
  write("package-lock.json", "{}");
  write("src/main.ts", "one");
  write("bundler.mjs", bundler);
  write("data/policies/team.yaml", "rules");
  for (const name of [
    ...[
      "ascii-text",
      "bundle",
      "bundle-dashboard",
      "command-names",
      "everyday-modules",
      ...["detector-files", "detector-schema", "form-samples", "row-faults"].map(
        (name) => `detectors/${name}`,
      ),
      "late-detectors",
      "lazy-modules",
    ],
  ])
    write(`scripts/${name}.ts`, "");
  fakeNpm("1.2.3");
});
afterEach(() => rmSync(clone, { recursive: true, force: true }));

describe("installing", () => {
  it("happens once, with locked versions and without install scripts", () => {
    expect(run().status).toBe(0);
    expect(run().status).toBe(0);
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).toMatch(/^npm ci --include=dev --ignore-scripts /);
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
    expect(stderr).toContain("esbuild 1.2.2 instead of 1.2.3");
  });
  it.each([
    ["npm error code ENOTFOUND", "registry could not be reached: check the network"],
    ["npm error code SELF_SIGNED_CERT_IN_CHAIN", "certificate is not trusted here"],
    ["npm error code ENOSPC", "the disk is full"],
    ["npm error code EACCES", "npm may not write"],
    ["npm error something else", "mend it and run this again"],
  ])("says what to do about `%s`", (words, hint) => {
    fakeNpm("1.2.3", 1, words);
    const { status, stderr } = run("--build");
    expect(status).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toContain(hint);
    expect(existsSync(join(clone, "dist"))).toBe(false);
  });
  it("takes what somebody installed with npm already, when it is all that is locked", () => {
    run();
    const packages = { "node_modules/esbuild": { version: "1.2.3", integrity: "sha512-x" } };
    const optional = { "node_modules/other": { version: "1.0.0", optional: true } };
    write("package-lock.json", JSON.stringify({ packages: { "": {}, ...packages, ...optional } }));
    write("node_modules/.package-lock.json", JSON.stringify({ packages }));
    expect(run().status).toBe(0);
    expect(calls()).toHaveLength(1);
    const other = { "node_modules/esbuild": { version: "1.2.3", integrity: "sha512-y" } };
    write("package-lock.json", JSON.stringify({ packages: { "": {}, ...other } }));
    expect(run().status).toBe(0);
    expect(calls()).toHaveLength(2);
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
    expect(child.stderr).toContain("check that it is on PATH");
  });
});

describe("building", () => {
  it("makes the program once per state of the sources", () => {
    expect(run("--build").status).toBe(0);
    expect(built()).toBe("one");
    run("--build");
    expect(builds()).toHaveLength(1);
    run("--build", "--force");
    expect(builds()).toHaveLength(2);
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
    expect(builds()).toHaveLength(4);
  });
  it("leaves the last good build when the sources are broken", () => {
    run("--build");
    write("src/main.ts", "error");
    const { status, stderr } = run("--build");
    expect(status).toBe(1);
    expect(stderr).toContain("planted");
    expect(stderr).toContain("dist/ is unchanged");
    expect(built()).toBe("one");
    expect(leftovers()).toEqual([]);
  });
  it("leaves the last good build when it is killed, and the next one goes through", () => {
    run("--build");
    write("src/main.ts", "killed");
    expect(run("--build").signal).toBe("SIGKILL");
    expect(built()).toBe("one");
    write("src/main.ts", "two");
    expect(run("--build").status).toBe(0);
    expect(built()).toBe("two");
  });
  it("makes anew what somebody left half written", () => {
    run("--build");
    rmSync(join(clone, "dist/surface"), { recursive: true });
    expect(run("--build").status).toBe(0);
    expect(built()).toBe("one");
  });
  it("builds again when the policy changes", () => {
    run("--build");
    expect(readFileSync(join(clone, "dist/hook.cjs"), "utf8")).toBe("hook");
    write("data/policies/team.yaml", "other rules");
    run("--build");
    expect(builds()).toEqual(["bundle scripts/bundle.ts", "bundle scripts/bundle.ts"]);
  });
  it("installs and builds once when two are started at the same time", async () => {
    const both = await Promise.all([runBeside("--build"), runBeside("--build")]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.map(({ stderr }) => stderr).join("")).toContain("waiting for it");
    expect(calls().filter((call) => call.startsWith("npm "))).toHaveLength(1);
    expect(builds()).toHaveLength(1);
    expect(built()).toBe("one");
  });
  it("does nothing unless it is asked for", () => {
    run();
    expect(existsSync(join(clone, "dist"))).toBe(false);
  });
});
