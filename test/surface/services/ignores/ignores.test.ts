// `sallyport ignores` in real projects: what it finds, what it writes, and that git and the client's rules hold it then.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkIgnores } from "../../../../src/surface/services/ignores/check-ignores.ts";
import { keepersOf, keepingIn } from "../../../../src/surface/services/ignores/kept.ts";
import { controlFiles, managedPlace } from "#surface/services/policy/layers.ts";
import { type Repository, repositoryAt, scratch } from "../scan/repositories.ts";
import { PROGRAM } from "../../../program.ts";

const program = [...PROGRAM];
let root = "";
beforeAll(() => {
  root = scratch("ignores");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ignores = (repository: Repository, ...args: readonly string[]) =>
  spawnSync(process.execPath, [...program, "ignores", ...args], {
    cwd: repository.root,
    env: repository.environment,
    encoding: "utf8",
    timeout: 60_000,
  });
async function found({ root, environment }: Repository): Promise<readonly string[]> {
  const { HOME: home = "", SALLYPORT_HOME: data = "" } = environment;
  const findings = await checkIgnores(await keepingIn(root, { home, data }), environment);
  return findings.map(({ id, line }) => `${id} ${line}`);
}

describe("sallyport ignores", () => {
  it("finds what only looks kept, writes what keeps it, and finds nothing more of it", async () => {
    const repository = repositoryAt(join(root, "project"));
    repository.put(".gitignore", ".env\n.env.*\nnode_modules/");
    repository.put(".claudeignore", ".env\nconfig/production.yml\n!config/public.yml\n");
    repository.put(".env", "A=1\nTOKEN=k3f9s8d7f6g5h4\n");
    repository.put(".env.example", "TOKEN=k3f9s8d7f6g5h4\n");
    repository.put("CLAUDE.md", "Never read `config/production.yml`.\n");
    const before = await found(repository);
    expect(before).toEqual(
      expect.arrayContaining([
        ...["claudeignore/alone 1", "claudeignore/alone 2", "claudeignore/exception 3"],
        ...["gitignore/missing 0", "gitignore/example 0", "gitignore/readable 1"],
        ...["env/missing 0", "env/real-value 1", "instructions/guidance 1"],
      ]),
    );
    expect(ignores(repository, "check", "--json").status).toBe(1);
    // Nobody can be asked here, so nothing is written.
    expect(ignores(repository, "write").status).toBe(2);
    const written = ignores(repository, "write", "--yes", "--team", "security@example.org");
    expect(written.stdout).toMatch(
      /written: \.gitignore, \.claude\/settings\.json, \.env\.example, CLAUDE\.md\n$/,
    );
    expect(await found(repository)).toEqual(["claudeignore/exception 3", "env/real-value 1"]);
    // The template of the sources ignores the example with the rest; this one does not.
    const ignored = (path: string) =>
      spawnSync("git", ["check-ignore", "-q", path], { cwd: repository.root }).status === 0;
    expect([".env", ".env.local", "a.pem", ".env.example"].map(ignored)).toEqual([
      ...[true, true, true, false],
    ]);
    expect(readFileSync(join(repository.root, ".gitignore"), "utf8")).toMatch(
      /^\.env\n\.env\.\*\nnode_modules\/\n/,
    );
    const shown = written.stdout.split("\n").filter((line) => /^[+]/.test(line));
    expect(shown.join()).not.toContain("k3f9s8d7f6g5h4");
  });
  it("takes a guarded project's policy for what keeps a file", async () => {
    const repository = repositoryAt(join(root, "guarded"));
    repository.put(".claudeignore", ".env\ndata/users/\n");
    repository.put(".gitignore", "");
    mkdirSync(join(repository.root, ".sallyport"));
    repository.put(
      ".sallyport/policy.yaml",
      "id: ours\nversion: '1'\ntitle: Ours\nautomaticApproval: true\nrules:\n  - id: ours/users\n    verdict: deny\n    effects: [read]\n    paths: ['<project>/data/users/**']\n    reason: people\n    instead: ask\n",
    );
    expect(await found(repository)).toContain("claudeignore/alone 2");
    const init = spawnSync(process.execPath, [...program, "init", "--yes", "--no-daemon"], {
      cwd: repository.root,
      env: repository.environment,
      encoding: "utf8",
    });
    expect(init.stderr).toBe("");
    const after = await found(repository);
    // The client's own rules keep what it refuses, too: nothing relies on the file any more.
    expect(after.filter((id) => id.startsWith("claudeignore"))).toEqual([]);
    repository.put(".claudeignore", "notes/*\n!notes/open.txt\n");
    repository.put("notes/plan.txt", "plan\n");
    repository.put("notes/open.txt", "open\n");
    const { HOME: home = "", SALLYPORT_HOME: data = "" } = repository.environment;
    const keeping = await keepingIn(repository.root, { home, data });
    const keepers = (command: string) => keepersOf(keeping, "Bash", { command });
    expect(await keepers("cat notes/plan.txt")).toEqual(["sallyport"]);
    expect(await keepers("f=plan; tac notes/$f.txt")).toEqual(["sallyport"]);
    expect(await keepers("echo x > notes/plan.txt")).toContain("sallyport");
    expect(await keepers("cat notes/open.txt")).toEqual([]);
    // The lines say what is kept: an agent does not take them out.
    expect(controlFiles(repository.root, managedPlace())).toContain(
      join(repository.root, ".claudeignore"),
    );
  });
});
