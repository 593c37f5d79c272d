// The id of a guarded project, and sites whose hooks speak for a project that is not guarded.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseSite } from "#govern/compile/site.ts";
import { requireGuarded } from "#surface/cli/policy/site-project.ts";
import { spawnSync } from "node:child_process";
import { PROGRAM } from "../../program.ts";

let root = "";
let project = "";
let data = "";
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "policy-project-")));
  project = join(root, "shop");
  data = join(root, "data");
  mkdirSync(project);
  expect(run("init", project, "--yes", "--no-daemon", "--data", data).status).toBe(0);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, [...PROGRAM, ...args], {
    env: { PATH: process.env["PATH"], HOME: root },
    encoding: "utf8",
    cwd: root,
  });
}
const siteOf = (id: string, of = data): string =>
  `hooks: { transport: command, program: /opt/hook, project: ${id}, data: "${of}", home: "${root}" }\n`;
const idOf = (): string => run("policy", "project", project, "--data", data).stdout.trim();

describe("the id of a project", () => {
  it("is printed for a guarded one, and for a folder in it", () => {
    expect(idOf()).toMatch(/^[0-9a-f]{16}$/);
    mkdirSync(join(project, "src"), { recursive: true });
    const { stdout } = run("policy", "project", join(project, "src"), "--data", data, "--json");
    expect(JSON.parse(stdout)).toEqual({ id: idOf(), root: project, mode: "enforce" });
  });

  it("is none where nothing is guarded, or where there is nothing", () => {
    const none = run("policy", "project", root, "--data", data);
    expect([none.status, none.stdout]).toEqual([1, ""]);
    expect(none.stderr).toContain("sallyport init");
    expect(run("policy", "project", join(root, "none"), "--data", data).status).toBe(2);
  });
});

describe("a site", () => {
  it("whose hooks are in the name of a guarded project is taken", () => {
    expect(requireGuarded(parseSite(siteOf(idOf()), "site.yaml"))).toBe("guarded");
    expect(requireGuarded(parseSite("organization: Example\n", "site.yaml"))).toBe("guarded");
  });

  it("with a word in place of an id is refused at its line", () => {
    expect(() => parseSite(siteOf("machine"), "site.yaml")).toThrow("`sallyport policy project`");
  });

  it("with the id of a project that is not guarded is refused by compile and deploy, and what is guarded is named", () => {
    const site = join(root, "site.yaml");
    writeFileSync(site, siteOf("0123456789abcdef"));
    for (const command of [
      ["policy", "compile", "team", "--site", site, "--out", join(root, "out")],
      ["policy", "deploy", "team", "--scope", "user", "--site", site, "--dry-run", "--data", data],
    ]) {
      const { status, stderr } = run(...command);
      expect(status, stderr).toBe(2);
      expect(stderr).toContain("would refuse every call");
      expect(stderr).toContain(idOf());
    }
  });

  it("of an installation that is elsewhere is compiled with a note, and not deployed here", () => {
    const site = join(root, "site.yaml");
    writeFileSync(site, siteOf("0123456789abcdef", "/var/lib/nowhere"));
    const compiled = run("policy", "compile", "team", "--site", site);
    expect(compiled.stderr).toContain("nobody looked");
    const deployed = run(
      ...[
        "policy",
        "deploy",
        "team",
        "--scope",
        "user",
        "--site",
        site,
        "--dry-run",
        "--data",
        data,
      ],
    );
    expect([deployed.status, deployed.stdout]).toEqual([2, ""]);
    expect(deployed.stderr).toContain("names no installation of this machine");
  });
});
