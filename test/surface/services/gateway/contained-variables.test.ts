// What a contained command finds in its environment, in real shells: nothing outside of the sandbox, and only caches of its project.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CACHES, CONTAINED_CACHES, PROXIED, TRUSTING } from "#base/contained-caches.ts";
import {
  containedVariables,
  tellContainedVariables,
} from "#surface/services/gateway/contained-variables.ts";

let scratch: string;
let root: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "sallyport-variables-"));
  root = join(scratch, "it's a $(touch x) project");
  mkdirSync(root);
});
afterEach(() => rmSync(scratch, { recursive: true }));

const shells = ["/bin/bash", "/bin/zsh", "/bin/sh"];
/** A home that cannot be written, as in the sandbox: one that is not there. */
const contained = () => ({ root, home: "/nonexistent/home", data: "/srv/data" });

function variablesIn(
  shell: string,
  places = contained(),
  given: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, string> {
  const script = `set -e; ${containedVariables(places)}env -0`;
  const text = execFileSync(shell, ["-c", script], {
    env: { SHLVL: "1", ...given },
    cwd: scratch,
    encoding: "utf8",
  });
  return new Map(
    text.split("\0").flatMap((line): [string, string][] => {
      const at = line.indexOf("=");
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
    }),
  );
}

describe.each(shells)("in %s", (shell) => {
  beforeEach((ctx) => {
    if (!existsSync(shell)) ctx.skip(`there is no ${shell}`);
  });
  it("caches lie in the project, and what is trusted is the gateway's bundle", () => {
    const found = variablesIn(shell);
    for (const name of TRUSTING) expect(found.get(name)).toBe("/srv/data/gateway/trust.pem");
    for (const { variable, folder, withFile } of CACHES)
      expect(found.get(variable)).toBe(
        withFile === undefined ? join(root, CONTAINED_CACHES, folder) : undefined,
      );
    expect(existsSync(join(scratch, "x"))).toBe(false);
  });
  it("the client's proxy is named to those whose own files may name another", () => {
    const proxy = { HTTPS_PROXY: "http://localhost:3128", HTTP_PROXY: "http://localhost:3128" };
    const found = variablesIn(shell, contained(), proxy);
    for (const [name] of PROXIED) expect(found.get(name)).toBe("http://localhost:3128");
    for (const [name] of PROXIED) expect(variablesIn(shell).has(name)).toBe(false);
  });
  it("nothing is set where the home can be written, which is outside of the sandbox", () => {
    const found = variablesIn(shell, { ...contained(), home: scratch });
    for (const name of [...TRUSTING, ...CACHES.map(({ variable }) => variable)])
      expect(found.has(name)).toBe(false);
  });
  it("nothing is set where the project cannot be written", () => {
    const found = variablesIn(shell, { ...contained(), root: "/nonexistent/project" });
    expect(found.has("npm_config_cache")).toBe(false);
  });
  it("what only some projects know is set for those alone", () => {
    writeFileSync(join(root, "pnpm-lock.yaml"), "");
    writeFileSync(join(root, ".yarnrc.yml"), "");
    const found = variablesIn(shell);
    expect(found.get("npm_config_store_dir")).toBe(join(root, CONTAINED_CACHES, "pnpm"));
    expect(found.has("YARN_CACHE_FOLDER")).toBe(false);
    expect(found.has("YARN_GLOBAL_FOLDER")).toBe(true);
  });
  it("git is told to leave the caches out, once they are there", () => {
    const ignored = join(root, ".cache/sallyport/.gitignore");
    variablesIn(shell);
    expect(existsSync(ignored)).toBe(false);
    mkdirSync(join(root, CONTAINED_CACHES), { recursive: true });
    variablesIn(shell);
    expect(readFileSync(ignored, "utf8")).toBe("*\n");
  });
  it.each(["the file", "its folder"])("no link of the project's leads that out: %s", (which) => {
    const folder = join(root, ".cache/sallyport");
    const elsewhere = join(scratch, "elsewhere");
    mkdirSync(join(elsewhere, "contained"), { recursive: true });
    mkdirSync(join(root, ".cache"));
    if (which === "its folder") symlinkSync(elsewhere, folder);
    else {
      mkdirSync(join(folder, "contained"), { recursive: true });
      symlinkSync(join(elsewhere, ".gitignore"), join(folder, ".gitignore"));
    }
    variablesIn(shell);
    expect(existsSync(join(elsewhere, ".gitignore"))).toBe(false);
  });
});

it("crates and environments that the person's home holds are not hidden", () => {
  const home = join(scratch, "home");
  mkdirSync(join(home, ".cargo/registry"), { recursive: true });
  const text = containedVariables({ ...contained(), home });
  expect(text).toContain(`if ! [ -e '${home}/.cargo/registry' ]; then export CARGO_HOME=`);
});

describe("the client's file for a session", () => {
  const config = () => join(scratch, "config");
  const places = () => ({ ...contained(), home: scratch });
  const tell = (file: string | undefined) => tellContainedVariables(file, config(), places());
  beforeEach(() => mkdirSync(join(config(), "session-env/s1"), { recursive: true }));
  it("gets the lines behind what stands there", () => {
    const file = join(config(), "session-env/s1/sessionstart-hook-0.sh");
    writeFileSync(file, "export A=1\n");
    expect(tell(file)).toBe(true);
    expect(readFileSync(file, "utf8")).toBe(`export A=1\n${containedVariables(places())}`);
  });
  it("gets none where the home cannot be written out here either", () => {
    const file = join(config(), "session-env/s1/sessionstart-hook-0.sh");
    expect(tellContainedVariables(file, config(), contained())).toBe(false);
    expect(existsSync(file)).toBe(false);
  });
  it.each([
    ["none", undefined],
    ["one elsewhere", "/etc/profile.d/x.sh"],
    ["one above", "<config>/session-env/../settings.sh"],
    ["one that is no script", "<config>/session-env/s1/x.json"],
    ["one too deep", "<config>/session-env/s1/deep/x.sh"],
    ["one in the folder itself", "<config>/session-env/x.sh"],
  ])("%s is not written", (_name, file) => {
    expect(tell(file?.replace("<config>", config()))).toBe(false);
    expect(existsSync("/etc/profile.d/x.sh")).toBe(false);
  });
  it("a folder that is a link to another one is not followed", () => {
    mkdirSync(join(scratch, "elsewhere"));
    symlinkSync(join(scratch, "elsewhere"), join(config(), "session-env/s2"));
    expect(tell(join(config(), "session-env/s2/x.sh"))).toBe(false);
    expect(existsSync(join(scratch, "elsewhere/x.sh"))).toBe(false);
  });
  it("a link to another file is not followed", () => {
    const profile = join(scratch, ".bashrc");
    writeFileSync(profile, "");
    const file = join(config(), "session-env/s1/link.sh");
    symlinkSync(profile, file);
    expect(tell(file)).toBe(false);
    expect(readFileSync(profile, "utf8")).toBe("");
  });
});
