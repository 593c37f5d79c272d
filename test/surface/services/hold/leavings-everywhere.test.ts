// Leavings in every folder of a project: each thing that git, an editor, an agent or a shell obeys, by each kind of folder, by calls and by what goes on after them.
import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WHY_NOT_HELD } from "../../../holding.ts";
import { until } from "../../../until.ts";
import { heldMachine, type HeldMachine, type HeldRun } from "./held.ts";

let machine: HeldMachine;
let project: string;
let count = 0;

beforeAll(async () => {
  machine = await heldMachine();
});
afterAll(async () => {
  await machine.remove();
});
beforeEach((ctx) => {
  if (WHY_NOT_HELD !== undefined) return ctx.skip(WHY_NOT_HELD);
  if (machine.trouble !== undefined) return ctx.skip(machine.trouble);
  project = join(machine.home, "w", `${++count}`, "project");
  machine.file(join(project, "a.txt"), "one\n");
  return () => rmSync(join(project, ".."), { recursive: true, force: true });
});

type Row = {
  readonly name: string;
  /** Makes it in the folder in which the line runs; `$T` is an empty repository, `$O` a folder outside of the project. */
  readonly make: string;
  /** What git or a start obeys, from that folder: it is there, or the file still says `evil`. */
  readonly obeyed: string;
  /** The like of it that nobody obeys. */
  readonly honest: string;
};

const repository = (line: string): string => `cp -r $T s && ${line}`;
const set = (key: string, value = "evil"): string => repository(`git -C s config ${key} ${value}`);
const HOOK = "printf '#!/bin/sh\\nevil\\n'";
const hook = (name: string, mode = "+x"): string =>
  `mkdir -p s/.git/hooks; ${HOOK} >s/.git/hooks/${name}; chmod ${mode} s/.git/hooks/${name}`;

/** What git obeys wherever it comes by. */
const GIT_ROWS: readonly Row[] = [
  {
    name: "core.fsmonitor",
    make: set("core.fsmonitor"),
    obeyed: "s/.git/config",
    honest: set("core.fsmonitor", "true"),
  },
  {
    name: "core.hooksPath",
    make: set("core.hooksPath"),
    obeyed: "s/.git/config",
    honest: set("user.name", "a"),
  },
  {
    name: "core.sshCommand",
    make: set("core.sshCommand"),
    obeyed: "s/.git/config",
    honest: set("remote.origin.url", "https://a.test/x.git"),
  },
  {
    name: "a filter",
    make: set("filter.x.clean"),
    obeyed: "s/.git/config",
    honest: set("filter.lfs.clean", "'git-lfs clean -- %f'"),
  },
  {
    name: "include.path",
    make: set("include.path"),
    obeyed: "s/.git/config",
    honest: set("branch.main.merge", "refs/heads/main"),
  },
  {
    name: "config.worktree",
    make: repository("printf '[core]\\nfsmonitor = evil\\n' >s/.git/config.worktree"),
    obeyed: "s/.git/config.worktree",
    honest: repository("printf '[core]\\nsparseCheckout = true\\n' >s/.git/config.worktree"),
  },
  {
    name: "attributes",
    make: repository("mkdir -p s/.git/info; echo '* filter=evil' >s/.git/info/attributes"),
    obeyed: "s/.git/info/attributes",
    honest: repository("mkdir -p s/.git/info; echo x >s/.git/info/exclude"),
  },
  {
    name: "a hook",
    make: repository(hook("pre-commit")),
    obeyed: "s/.git/hooks/pre-commit",
    honest: repository(`${hook("pre-commit", "-x")}; ${hook("pre-push.sample")}`),
  },
  {
    name: "a hook among many files",
    make: repository(`${hook("update")}; (cd s/.git/hooks; touch $(seq -f a%g 1100))`),
    obeyed: "s/.git/hooks/update",
    honest: repository("mkdir s/.git/hooks; (cd s/.git/hooks; touch $(seq -f a%g 200))"),
  },
  {
    name: "hooks as a link",
    make: repository("mkdir own; rm -rf s/.git/hooks; ln -s ../../own s/.git/hooks"),
    obeyed: "s/.git/hooks",
    honest: repository("mkdir own; ln -s ../own s/hooks"),
  },
  {
    name: "commondir",
    make: repository("echo ../../o >s/.git/commondir"),
    obeyed: "s/.git/commondir",
    honest: repository("echo ../../o >s/commondir"),
  },
  {
    name: "a submodule's settings",
    make: repository(
      "mkdir s/.git/modules; cp -r $T/.git s/.git/modules/m; git --git-dir=s/.git/modules/m config core.fsmonitor evil",
    ),
    obeyed: "s/.git/modules/m/config",
    honest: repository("mkdir s/.git/modules; cp -r $T/.git s/.git/modules/m"),
  },
  {
    name: "a repository without a working tree",
    make: "cp -r $T/.git s; git --git-dir=s config core.fsmonitor evil",
    obeyed: "s/config",
    honest: "cp -r $T/.git s",
  },
  {
    name: "a file that leads to a repository beside it",
    make: "mkdir s; cp -r $T/.git store; git --git-dir=store config core.fsmonitor evil; echo 'gitdir: ../store' >s/.git",
    obeyed: "store/config",
    honest: "mkdir s; cp -r $T/.git store; echo 'gitdir: ../store' >s/.git",
  },
  {
    name: "a file that leads out of the project",
    make: 'mkdir s; echo "gitdir: $O/git" >s/.git',
    obeyed: "s/.git",
    honest: "mkdir s; echo 'gitdir: ../gone' >s/.git",
  },
  {
    name: "a file that leads where nothing is yet",
    make: "mkdir s; echo 'gitdir: /tmp/later' >s/.git",
    obeyed: "s/.git",
    honest: "mkdir s; echo 'nothing that git reads' >s/.git",
  },
  {
    name: "a link out of the project",
    make: 'mkdir s; ln -s "$O/git" s/.git',
    obeyed: "s/.git",
    honest: "mkdir s; cp -r $T/.git store; ln -s ../store s/.git",
  },
];

const start = (path: string): Row => ({
  name: path,
  make: `mkdir -p "$(dirname ${path})"; echo evil >${path}`,
  obeyed: path,
  honest: `mkdir -p "$(dirname x${path})"; echo evil >x${path}`,
});

/** What an editor, an agent or a shell obeys where somebody opens the folder or goes there. */
const START_ROWS: readonly Row[] = [
  ...[".vscode/tasks.json", ".idea/workspace.xml", ".cursor/mcp.json", ".cursor/worktrees.json"],
  ...[".opencode/plugin/x.js", ".opencode/tools/x.ts", ".opencode/package.json", ".mcp.json"],
  ...[".envrc", ".Rprofile", ".vimrc", ".exrc", "mise.toml", ".dir-locals.el"],
  ...[".husky/pre-commit", ".devcontainer/devcontainer.json", ".claude/settings.json"],
]
  .map(start)
  .concat([
    {
      name: ".zed as a link",
      make: "mkdir own; echo evil >own/tasks.json; ln -s own .zed",
      obeyed: ".zed",
      honest: "mkdir own; echo evil >own/tasks.json; ln -s own zed",
    },
    {
      name: ".vscode as a link out of the project",
      make: 'ln -s "$O" .vscode',
      obeyed: ".vscode",
      honest: 'ln -s "$O" vscode',
    },
  ]);

/** Folders by their kind. */
const PLACES: readonly string[] = ["", "sub/deep", "vendor", "node_modules", "target", ".venv"];

/** Packages as installers and builds unpack them, and how they mark the folder. WHY git looks for more in them: it comes by. */
const PACKAGES: readonly { readonly folder: string; readonly mark: string }[] = [
  { folder: "node_modules/dep", mark: "" },
  { folder: "node_modules/.pnpm/dep@1/node_modules/dep", mark: "" },
  { folder: "vendor/acme/dep", mark: "touch vendor/autoload.php" },
  { folder: "target/package/dep-1.0", mark: "touch target/CACHEDIR.TAG" },
  { folder: ".venv/lib/python3/site-packages/dep", mark: "touch .venv/pyvenv.cfg" },
];

/** A row in a folder of its own. */
type Case = { readonly row: Row; readonly folder: string };

const ROWS: readonly Row[] = [...GIT_ROWS, ...START_ROWS];
const casesIn = (rows: readonly Row[], places: readonly string[]): readonly Case[] =>
  rows.flatMap((row) =>
    places.map((place) => ({ row, folder: join(`r${ROWS.indexOf(row)}`, place) })),
  );
/** Each row in one kind of folder. */
const casesOnce = (rows: readonly Row[]): readonly Case[] =>
  rows.flatMap((row, at) => casesIn([row], [PLACES[at % PLACES.length] ?? ""]));

/** One line that makes them, or their honest counterparts. */
function making(cases: readonly Case[], what: "make" | "honest" = "make"): string {
  const lines = cases.map(
    ({ row, folder }) =>
      `(mkdir -p ${folder}; cd ${folder}; ${row[what]}) || echo "failed: ${folder}"`,
  );
  return [
    `T=/tmp/t${count}; O=/tmp/o${count}; git init -q --template= $T`,
    "cp -r $T $O; mv $O/.git $O/git; echo evil >$O/tasks.json",
    ...lines,
  ].join("\n");
}

/** Those that are obeyed still. */
function obeyedOf(cases: readonly Case[]): readonly string[] {
  return cases
    .filter(({ row, folder }) => {
      const path = join(project, folder, row.obeyed);
      const status = lstatSync(path, { throwIfNoEntry: false });
      if (status === undefined) return false;
      return !status.isFile() || !/config/.test(path) || /evil/.test(readFileSync(path, "utf8"));
    })
    .map(({ row, folder }) => `${row.name} in ${folder}`);
}

const run = (
  command: string,
  options: Partial<Parameters<HeldMachine["run"]>[0]> = {},
): Promise<HeldRun> =>
  machine.run({ command, project, cwd: project, session: `s${count}`, ...options });

/** How many things were told of. */
function toldOf(told = ""): number {
  const more = Number(/and (\d+) more/.exec(told)?.[1] ?? 0);
  return more + [...told.matchAll(/tell the person/g)].length;
}

describe(`${ROWS.length} leavings in ${PLACES.length} kinds of folders`, () => {
  test("that a call made are set aside", async () => {
    const all = casesIn(ROWS, PLACES);
    const ran = await run(making(all));
    expect([ran.status, ran.said, ran.complained]).toEqual([0, "", ""]);
    expect(obeyedOf(all)).toEqual([]);
  });

  test("that a process made after its call are told without another call, once", async () => {
    const all = casesOnce(ROWS);
    await run(
      `exec >/dev/null 2>&1; (until [ -e go ]; do sleep 0.05; done; ${making(all)}\ntouch done) &`,
    );
    expect(await machine.later(`s${count}`)).toBeUndefined();
    machine.file(join(project, "go"), "");
    await until("the process is done", () => existsSync(join(project, "done")));
    expect(toldOf(await machine.later(`s${count}`))).toBe(ROWS.length);
    expect(obeyedOf(all)).toHaveLength(ROWS.length);
    expect((await run("true")).told).toBeUndefined();
  });
});

describe("is left without a word", () => {
  test("the like of each, by a call and by a process after it", async () => {
    const ran = await run(making(casesOnce(ROWS), "honest"));
    expect([ran.status, ran.said, ran.complained, ran.told]).toEqual([0, "", "", undefined]);
    const later = making(
      casesOnce(ROWS).map((one) => ({ ...one, folder: `later/${one.folder}` })),
      "honest",
    );
    await run(
      `exec >/dev/null 2>&1; (until [ -e go ]; do sleep 0.05; done; ${later}\ntouch done) &`,
    );
    machine.file(join(project, "go"), "");
    await until("the process is done", () => existsSync(join(project, "done")));
    expect(await machine.later(`s${count}`)).toBeUndefined();
  });

  test("start files of packages, in which a program of git's settings is found", async () => {
    const packages = PACKAGES.flatMap(({ folder }, at) =>
      START_ROWS.map((row) => ({ row, folder: `${folder}${at}-${ROWS.indexOf(row)}` })),
    );
    const git = PACKAGES.map(({ folder }) => ({
      row: GIT_ROWS[0] as Row,
      folder: `${folder}/own`,
    }));
    const marks = PACKAGES.map(({ folder, mark }) => `mkdir -p ${folder}; ${mark || "true"}`);
    const ran = await run([...marks, making([...packages, ...git])].join("\n"));
    expect([ran.status, ran.said, ran.complained]).toEqual([0, "", ""]);
    expect(obeyedOf(packages)).toHaveLength(packages.length);
    expect(obeyedOf(git)).toEqual([]);
  });
});
