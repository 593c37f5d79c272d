// Folders that a call takes away or moves with what programs outside obey in them: that goes along, and nothing else comes of it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { ALLOWED, heldProject } from "./held-project.ts";

const project = heldProject();
const { place, restart } = project;

/** What a call comes to, with what is told of what it left for programs outside. */
async function runs(command: string, options: Parameters<typeof project.runs>[1] = {}) {
  const ended = await project.runs(command, options);
  return { ...ended, told: `${ended.told}${await project.left(options.sessionId)}` };
}

const git = (...args: readonly string[]): void => {
  const named = ["-c", "user.name=a", "-c", "user.email=a@b.test", ...args];
  expect(spawnSync("git", ["-C", place("."), ...named]).status).toBe(0);
};
const put = (name: string, text: string): void => {
  mkdirSync(dirname(place(name)), { recursive: true });
  writeFileSync(place(name), text);
};
const textOf = (name: string): string => readFileSync(place(name), "utf8");

const OBEYED = [
  ".vscode/tasks.json",
  ".devcontainer/devcontainer.json",
  ".idea/workspace.xml",
  ".husky/pre-commit",
  "lefthook.yml",
];

beforeEach(() => {
  rmSync(place(".git"), { recursive: true, force: true });
  git("init", "-q");
  put("pkg/b/index.ts", "b\n");
  put("keep.ts", "keep\n");
  for (const name of OBEYED) put(`pkg/b/${name}`, "first\n");
  git("add", "-f", "pkg", "keep.ts");
  git("commit", "-qm", "first");
});

test.each([
  ["mv pkg/b pkg/d", "pkg/d"],
  ["git mv pkg/b pkg/d", "pkg/d"],
  ["mkdir -p apps/x && mv pkg/b apps/x/", "apps/x/b"],
  ["mv pkg packages", "packages/b"],
  ["mv pkg/b pkg/d && mv pkg/d pkg/b", "pkg/b"],
])("%s moves all of it", async (command, to) => {
  expect(await runs(command)).toMatchObject(ALLOWED);
  for (const name of OBEYED) expect(textOf(`${to}/${name}`)).toBe("first\n");
  expect(existsSync(place("pkg/b"))).toBe(to === "pkg/b");
});

test.each(["rm -rf pkg/b", "git rm -rq pkg/b", "rm -r pkg"])(
  "%s takes all of it away",
  async (command) => {
    expect(await runs(command)).toMatchObject(ALLOWED);
    expect(existsSync(place("pkg/b"))).toBe(false);
  },
);

test("what another command of the call would be asked about is asked about", async () => {
  const more = await runs("mv pkg/b pkg/d && echo x > pkg/d/.vscode/tasks.json");
  expect(more.verdict).toBe("ask");
});

/** Files of an archive that a call unpacks. */
function pack(name: string): void {
  put(`packed/${name}`, "another's\n");
  expect(spawnSync("tar", ["-cf", place("a.tar"), "-C", place("packed"), "."]).status).toBe(0);
  rmSync(place("packed"), { recursive: true });
}

test.each([
  ["rm -rf pkg/b && mkdir -p pkg/b && tar xf a.tar -C pkg/b", "pkg/b"],
  ["mv pkg/b pkg/d && mkdir -p pkg/b && tar xf a.tar -C pkg/b", "pkg/b"],
  ["tar xf a.tar -C pkg/b && mv pkg/b pkg/d", "pkg/d"],
  ["mv pkg/b pkg/d && tar xf a.tar -C pkg/d", "pkg/d"],
  ["mkdir -p e && tar xf a.tar -C e && rm -rf pkg/b && mv e pkg/b", "pkg/b"],
])("%s: what is another's is taken out of use", async (command, to) => {
  for (const name of [".vscode/tasks.json", ".husky/pre-commit"]) {
    pack(name);
    const ended = await runs(command);
    expect(ended.verdict).toBe("allow");
    const at = place(`${to}/${name}`);
    const isThere = existsSync(at) && readFileSync(at, "utf8") !== "first\n";
    expect(isThere, `${name}: ${ended.said}`).toBe(false);
    git("reset", "-q", "--hard");
    git("clean", "-qfdx", "pkg", "e");
    restart();
  }
});

test("what nobody looked at where it lay is looked at where it comes to lie", async () => {
  put("node_modules/e/.vscode/tasks.json", "another's\n");
  expect((await runs("mv node_modules/e pkg/e")).told).toContain("pkg/e/.vscode/tasks.json");
  expect(existsSync(place("pkg/e/.vscode/tasks.json"))).toBe(false);
  put("node_modules/e/.vscode/tasks.json", "another's\n");
  const ended = await runs("rm -rf pkg/b && mv node_modules/e pkg/b");
  expect(ended.told).toContain("pkg/b/.vscode/tasks.json");
  expect(existsSync(place("pkg/b/.vscode/tasks.json"))).toBe(false);
});

test.each(["node ./move.cjs", "rm -rf pkg/b; node ./move.cjs", "mv pkg/b pkg/d; node ./move.cjs"])(
  "stays beside unforeseen code: %s",
  async (command) => {
    put("move.cjs", `require("fs").renameSync("pkg/b", "pkg/e");\n`);
    await runs(command);
    for (const name of OBEYED) expect(textOf(`pkg/b/${name}`)).toBe("first\n");
  },
);

test("stays while something of the session is running", async () => {
  const left = "nohup sleep 60 > /dev/null 2>&1 & echo $! > pid";
  expect(await runs(left)).toMatchObject({ verdict: "allow", code: 0 });
  await runs("rm -rf pkg/b");
  await runs("mv pkg/b pkg/d");
  for (const name of OBEYED) expect(textOf(`pkg/b/${name}`)).toBe("first\n");
  expect(await runs("kill $(cat pid); rm pid")).toMatchObject({ code: 0 });
});

test("stays in a call of which something goes on in the background", async () => {
  await runs("rm -rf pkg/b", { background: true });
  for (const name of OBEYED) expect(textOf(`pkg/b/${name}`)).toBe("first\n");
});

test.each(["pkg/b", "pkg/d"])("what a process puts into %s later is told", async (to) => {
  pack(".vscode/tasks.json");
  const command = `(rm -rf pkg/b; mkdir -p ${to}; until [ -e go ]; do sleep 0.1; done; tar xf a.tar -C ${to}) > /dev/null 2>&1 &`;
  expect((await runs(command)).verdict).toBe("allow");
  put("go", "");
  await expect
    .poll(() => existsSync(place(`${to}/.vscode/tasks.json`)), { timeout: 10_000 })
    .toBe(true);
  expect((await runs("true")).told).toContain(`${to}/.vscode/tasks.json`);
});

test("what another session puts into the place of a folder that is gone is told", async () => {
  put(
    "wait.cjs",
    `const fs = require("fs");
    setInterval(() => {
      if (!fs.existsSync("go")) return;
      fs.mkdirSync("pkg/b/.vscode", { recursive: true });
      fs.writeFileSync("pkg/b/.vscode/tasks.json", "another's");
      process.exit();
    }, 50);`,
  );
  const other = { sessionId: "other" };
  await runs("nohup node ./wait.cjs > /dev/null 2>&1 &", other);
  expect(await runs("rm -rf pkg/b")).toMatchObject(ALLOWED);
  put("go", "");
  await expect
    .poll(() => existsSync(place("pkg/b/.vscode/tasks.json")), { timeout: 10_000 })
    .toBe(true);
  expect((await runs("true", other)).told).toContain("pkg/b/.vscode/tasks.json");
});

test.each(["mv pkg/b pkg/d", "rm -rf pkg/b"])("stays where a link is: %s", async (command) => {
  rmSync(place("pkg/b/.husky/pre-commit"));
  put("hook", "first\n");
  symlinkSync(place("hook"), place("pkg/b/.husky/pre-commit"));
  await runs(command);
  expect(existsSync(place("pkg/b/.husky/pre-commit"))).toBe(true);
});

test("what lies right in the project, git's and the client's stays", async () => {
  put(".vscode/tasks.json", "first\n");
  put("pkg/b/.claude/settings.json", "{}\n");
  expect(spawnSync("git", ["init", "-q", place("pkg/c")]).status).toBe(0);
  for (const command of ["mv .vscode x", "rm -rf .vscode", "rm -rf pkg/b", "rm -rf pkg/c"])
    await runs(command);
  for (const name of [".vscode/tasks.json", "pkg/b/.claude/settings.json", "pkg/c/.git/hooks"])
    expect(existsSync(place(name)), name).toBe(true);
});

test("later calls keep what was moved or came back", async () => {
  put("change.cjs", `require("fs").writeFileSync(process.argv[2], "another's");\n`);
  const attempt = async (at: string): Promise<void> => {
    await runs(`node ./change.cjs ${at}/.vscode/tasks.json`);
    expect(textOf(`${at}/.vscode/tasks.json`)).toBe("first\n");
  };
  await attempt("pkg/b");
  expect(await runs("mv pkg/b pkg/d")).toMatchObject(ALLOWED);
  await attempt("pkg/d");
  expect(await runs("mv pkg/d pkg/b")).toMatchObject(ALLOWED);
  await attempt("pkg/b");
  expect(await runs("rm -rf pkg/b")).toMatchObject(ALLOWED);
  git("checkout", "-q", "--", "pkg/b");
  await attempt("pkg/b");
});
