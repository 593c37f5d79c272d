// `policy lint` as a person and a PROGRAM run it: which files are read, words, JSON, exit codes.
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAM } from "../../program.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));
let root = "";
let project = "";
let home = "";

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-lint-")));
  project = join(root, "project");
  home = join(root, "home");
  for (const directory of [project, home])
    mkdirSync(join(directory, ".claude"), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const sallyport = (...args: string[]) =>
  spawnSync(process.execPath, [...PROGRAM, "policy", ...args], {
    cwd: project,
    env: { ...process.env, HOME: home },
    encoding: "utf8",
    timeout: 60_000,
  });

function put(path: string, content: unknown): string {
  const file = join(root, path);
  writeFileSync(
    file,
    typeof content === "string" ? content : JSON.stringify(content, undefined, 2),
  );
  return file;
}

type Report = {
  readonly files: readonly { readonly file: string; readonly layer: string }[];
  readonly findings: readonly {
    readonly id: string;
    readonly file: string;
    readonly line: number;
  }[];
};
const reportOf = (text: string) => JSON.parse(text) as Report;

describe("policy lint", () => {
  it("says that nothing is in force, and ends with 0", () => {
    const { status, stdout } = sallyport("lint");
    expect(stdout).toMatch(/^(?:no settings file is in force here|0 errors)/);
    expect(status).toBe(0);
  });
  it("reads the files in force together, with the layer of each, and ends with 1", () => {
    put("project/.claude/settings.json", { permissions: { deny: ["Bash(git:*)"] } });
    put("project/.claude/settings.local.json", { permissionMode: "plan" });
    put("home/.claude/settings.json", { permissions: { allow: ["Bash(git status)"] } });
    const { status, stdout, stderr } = sallyport("lint", "--json");
    expect(stderr).toBe("");
    expect(status).toBe(1);
    const { files, findings } = reportOf(stdout);
    const layers = files.map(({ layer }) => layer).filter((layer) => layer !== "managed");
    expect(layers).toEqual(["local", "project", "user"]);
    expect(findings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["key/invented", "shadow/deny"]),
    );
    expect(findings.find(({ id }) => id === "key/invented")).toMatchObject({ line: 2 });
  });
  it("reads named files, and takes the layer that it is given", () => {
    const file = put("draft.json", { allowManagedHooksOnly: true });
    expect(sallyport("lint", file).status).toBe(1);
    const managed = sallyport("lint", "--layer", "managed", file);
    expect(managed.stdout).toBe("0 errors, 0 warnings, 0 notes in 1 file\n");
    expect(managed.status).toBe(0);
  });
  it("tells place, fix and count in words, and escapes what could steer a terminal", () => {
    const file = put("steer.json", '{\n  "permissions": { "deny": ["Wr\\u001b[31mite(x)"] }\n}');
    const { status, stdout } = sallyport("lint", file);
    expect(stdout).toContain(`${file}:2:29  error  [rule/unknown-tool]`);
    expect(stdout).toMatch(/\n {2}fix: /);
    expect(stdout).toMatch(/\n1 error, 0 warnings, 0 notes in 1 file\n$/);
    expect(stdout).not.toContain("\u001b");
    expect(status).toBe(1);
  });
  it("leaves notes out of the exit code, unless they count", () => {
    const file = put("note.json", { permissions: { deny: ["Read(.env)"] } });
    expect(sallyport("lint", file)).toMatchObject({ status: 0 });
    expect(sallyport("lint", "--quiet", file).stdout).toBe(
      "0 errors, 0 warnings, 0 notes in 1 file\n",
    );
    expect(sallyport("lint", "--strict", file).status).toBe(1);
  });
  it("lints ten megabytes, a link and a directory without reading what is not a file", () => {
    const large = put("large.json", `{"x": "${"a".repeat(10 * 1024 * 1024)}"}`);
    const link = join(root, "link.json");
    symlinkSync(put("target.json", {}), link);
    const { stdout, status } = sallyport("lint", "--json", large, link, join(root, "project"));
    expect(reportOf(stdout).findings.map(({ id }) => id)).toEqual([
      "file/too-large",
      "file/link",
      "file/unreadable",
    ]);
    expect(status).toBe(1);
  });
  it.each([
    [["lint", "missing.json"], "there is no file"],
    [["lint", "--layer", "team", "."], "there is no layer `team`"],
    [["lint", "--quick"], "there is no option `--quick`"],
    [["line"], "did you mean `lint`?"],
    [[], "name what to do: "],
  ])("%j is refused with what to do", (args, message) => {
    const { status, stderr } = sallyport(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
  it("prints what the guide shows", () => {
    const guide = readFileSync(join(repository, "docs/guide/checking-settings.md"), "utf8");
    const [, command = "", shown = ""] = /```\n\$ sallyport (.*)\n([\s\S]*?)```/.exec(guide) ?? [];
    put(
      "project/.claude/settings.json",
      '{\n  "permissionMode": "plan",\n  "permissions": {\n    "deny": ["Write(**/*.key)"]\n  }\n}',
    );
    const { stdout } = sallyport(...command.split(" ").slice(1));
    expect(stdout).toBe(shown);
  });
  it("shows examples and exit codes in its help", () => {
    const { status, stdout } = sallyport("lint", "--help");
    expect(stdout).toContain("sallyport policy lint .claude/settings.json");
    expect(stdout).toContain("exit codes:\n  0  no error or warning");
    expect(status).toBe(0);
  });
});
