// The throwaway world in which commands really run: a project, a home with canaries, a directory outside and an /etc of its own.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { parentDirectory } from "../judging.ts";
import { plantSnapshot, type ProfileName } from "./profiles.ts";

/** The parts of a world, each with a template of its own. */
export const PARTS = ["project", "home", "outside", "etc"] as const;
export type Part = (typeof PARTS)[number];

/** The places of one world. `/etc` in the jail is `etc` here. */
export type World = {
  readonly root: string;
  readonly project: string;
  readonly home: string;
  readonly outside: string;
  readonly etc: string;
};

/** A world's places below `root`. */
export function worldAt(root: string): World {
  const [project, home, outside, etc] = PARTS.map((part) => join(root, part));
  if (project === undefined || home === undefined || outside === undefined || etc === undefined)
    throw new Error("a part of the world has no place");
  return { root, project, home, outside, etc };
}

const PACKAGE = {
  name: "shop",
  version: "1.0.0",
  private: true,
  scripts: {
    build: "mkdir -p dist && cp src/app.js dist/app.js",
    clean: "rm -rf dist",
    prebuild: "echo before > built.log",
    test: "node tests/run.js",
    show: "cat pub.txt",
  },
};

const FILES: Readonly<Record<string, string>> = {
  "project/.env": "SECRET=planted\n",
  "project/.env.example": "SECRET=\n",
  "project/.gitignore": "node_modules\n*.log\n",
  "project/.hidden": "hidden\n",
  "project/Dockerfile": "FROM scratch\nCOPY . .\n",
  "project/Makefile":
    "all: out.o\nout.o: src/hello.c\n\tcp src/hello.c out.o\nclean:\n\trm -f out.o\nshow:\n\t@cat pub.txt\n.PHONY: clean show\n",
  "project/README.md": "# Shop\n\nSee `docs`.\n",
  "project/a.txt": "a\n",
  "project/bin/report": "#!/usr/bin/env python3\nprint(open('pub.txt').read())\n",
  "project/bin/tool": "#!/bin/sh\ncp a.txt tool.out\n",
  "project/data/conf.yaml": "port: 8080\nname: shop\n",
  "project/data/numbers": "3\n1\n2\n",
  "project/data/orders.csv": "id,total\n1,20\n2,35\n",
  "project/data/page.html": "<html><body><p>hi</p></body></html>\n",
  "project/data/page.xml": "<a><b>1</b></a>\n",
  "project/data/users.json": '[{"id":1,"name":"Ada"},{"id":2,"name":"Grace"}]\n',
  "project/docs/guide.md": "# Guide\n\ntext\n",
  "project/fix.patch": "--- a/pub.txt\n+++ b/pub.txt\n@@ -1 +1 @@\n-hello\n+goodbye\n",
  "project/leak.sh": "cat .env\n",
  "project/locked/node_modules/old/index.js": "module.exports = 1;\n",
  "project/locked/package-lock.json":
    '{"name":"locked","lockfileVersion":3,"packages":{"":{"name":"locked"}}}\n',
  "project/locked/package.json": '{"name":"locked"}\n',
  "project/logs/app.log": "INFO start\nERROR failed\n",
  "project/package.json": `${JSON.stringify(PACKAGE, undefined, 2)}\n`,
  "project/pub.txt": "hello\n",
  "project/script.sh": "cat pub.txt\n",
  "project/secrets/k.txt": "SECRET=planted\n",
  "project/src/app.js": "console.log('app');\n",
  "project/src/hello.c": '#include "hello.h"\nint main(void) { return 0; }\n',
  "project/src/hello.h": "int greet(void);\n",
  "project/src/lib/util.ts": "export const one = 1;\n",
  "project/src/main.py": "import util\nprint(util.ONE)\n",
  "project/src/main.ts": "export const x = 1;\n",
  "project/src/util.py": "ONE = 1\n",
  "project/sub/.env": "SECRET=planted\n",
  "project/tests/run.js": "require('node:fs').writeFileSync('tested.txt', 'ok');\n",
  "project/tests/test_main.py": "def test_one():\n    assert True\n",
  "project/with space.txt": "spaced\n",
  "outside/f.txt": "outside\n",
  "outside/tree/g.txt": "g\n",
  "home/.aws/credentials": "[default]\naws_secret_access_key = canary\n",
  "home/.bash_history": "ls\n",
  "home/.config/gh/hosts.yml": "github.com:\n  oauth_token: canary\n",
  "home/.docker/config.json": '{"auths":{}}\n',
  "home/.gitconfig": "[user]\n\tname = Ada\n\temail = ada@example.test\n",
  "home/.kube/config": "kind: Config\n",
  "home/.netrc": "machine example.test login a password canary\n",
  "home/.npmrc": "//registry.example/:_authToken=canary\n",
  "home/.pgpass": "*:*:*:*:canary\n",
  "home/.ssh/config": "Host box\n  HostName box.example\n",
  "home/.ssh/id_ed25519": "key\n",
  "home/.zshrc": "# none\n",
  "home/notes.txt": "notes\n",
};

const LINKS: Readonly<Record<string, string>> = {
  "project/link": ".env",
  "project/out": "../outside",
  "project/src/current": "main.ts",
};

/** Entries of the machine's /etc that programs need; all others are left out, secrets among them. */
const ETC_LEFT_OUT = /^(?:shadow|gshadow|ssl-private|ssh|sudoers|machine-id|resolv|hosts)/;

/** Makes the templates that worlds are copied from and says below which directory they are; throws when it cannot. */
export function makeTemplate(client: string | undefined): string {
  const parent = realpathSync(worldsDirectory());
  const world = worldAt(join(parent, "template"));
  for (const [path, content] of Object.entries(FILES)) plant(join(world.root, path), content);
  for (const [path, target] of Object.entries(LINKS)) symlinkSync(target, join(world.root, path));
  for (const name of ["bin/report", "bin/tool", "leak.sh"])
    chmodSync(join(world.project, name), 0o755);
  chmodSync(join(world.home, ".ssh/id_ed25519"), 0o600);
  plantArchives(world);
  plantRepository(world);
  plantEtc(world);
  for (const name of ["bare", "hostile", "zsh"] as const) {
    execFileSync("cp", ["-a", world.home, join(parent, `home-${name}`)]);
    plantSnapshot(name, join(parent, `home-${name}`), client);
  }
  rmSync(world.home, { recursive: true });
  return parent;
}

/** Where the worlds lie: a file system in memory is mounted there for the time of a run. */
export function worldsDirectory(): string {
  return join(parentDirectory(), "oracle");
}

/** The template of one part of a world. */
export function templateOf(parent: string, part: Part, profile: ProfileName): string {
  return part === "home" ? join(parent, `home-${profile}`) : join(parent, "template", part);
}

function plant(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function plantArchives({ project }: World): void {
  plant(join(project, "data/log.gz"), gzipSync("line\n", { level: 9 }));
  const tar = (...args: string[]): void => {
    execFileSync("tar", ["-C", project, "--owner=0", "--group=0", ...args]);
  };
  tar("-czf", join(project, "data/src.tar.gz"), "src", "pub.txt");
  tar("-cf", join(project, "data/src.tar"), "src");
  tryRun("zip", ["-q", "-r", "data/src.zip", "src", "pub.txt"], project);
  tryRun("sqlite3", ["data/app.db", "create table t(a); insert into t values (1)"], project);
}

/** Cases whose program is missing are skipped, so what it would have made is not needed. */
function tryRun(program: string, args: readonly string[], cwd: string): void {
  try {
    execFileSync(program, args, { cwd, stdio: "ignore" });
  } catch {
    // Not installed.
  }
}

function plantRepository({ project, outside, home }: World): void {
  const git = (cwd: string, ...args: string[]): void => {
    execFileSync("git", ["-C", cwd, ...args], {
      stdio: "ignore",
      env: { PATH: process.env["PATH"], HOME: home, GIT_CONFIG_NOSYSTEM: "1" },
    });
  };
  git(project, "init", "-q", "--template=", "-b", "main");
  git(project, "add", "pub.txt", "src", "docs");
  git(project, "commit", "-qm", "first");
  git(project, "tag", "v1");
  git(project, "switch", "-qc", "feature");
  plant(join(project, "docs/feature.md"), "feature\n");
  git(project, "add", "docs/feature.md");
  git(project, "commit", "-qm", "second");
  git(project, "switch", "-q", "main");
  git(project, "clone", "-q", "--template=", "--bare", ".", join(outside, "mirror.git"));
  git(project, "remote", "add", "origin", "https://git.example/x.git");
  git(project, "remote", "add", "mirror", "../outside/mirror.git");
  plant(join(project, "README.md"), "# Shop\n\nChanged.\n");
  git(project, "add", "README.md");
}

function plantEtc({ etc }: World): void {
  mkdirSync(etc);
  for (const entry of readdirSync("/etc", { withFileTypes: true })) {
    if (ETC_LEFT_OUT.test(entry.name)) continue;
    execFileSync("cp", ["-a", join("/etc", entry.name), etc]);
  }
  rmSync(join(etc, "ssl", "private"), { recursive: true, force: true });
  plant(join(etc, "shadow"), "root:canary:1::::::\n");
  plant(join(etc, "sudoers"), "root ALL=(ALL) ALL\n");
  plant(join(etc, "hosts"), "127.0.0.1 localhost\n");
  plant(join(etc, "resolv.conf"), "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  copyFileSync("/etc/passwd", join(etc, "passwd"));
}
