// The files of a repository as developers have them, several languages in one, for the corpora of commands that people and attackers type.
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type MadeFiles, makeProjectFiles } from "../../made-project.ts";
import { installedFiles, lockFiles, NEEDED, OTHER_LANGUAGES } from "./typical-packages.ts";

const PACKAGE = {
  name: "shop",
  version: "1.4.0",
  private: true,
  type: "module",
  scripts: {
    build: "tsc -p tsconfig.json",
    clean: "rm -rf dist coverage",
    dev: "vite",
    format: "prettier --write .",
    lint: "eslint .",
    "lint:fix": "eslint . --fix",
    start: "node dist/server.js",
    test: "vitest run",
    "test:watch": "vitest",
    typecheck: "tsc --noEmit",
  },
  ...NEEDED,
};

const FILES: Readonly<Record<string, string>> = {
  ".dockerignore": "node_modules\n",
  ".editorconfig": "root = true\n",
  ".github/workflows/ci.yml": "on: push\njobs: {}\n",
  ".gitignore": "node_modules\ndist\n.env\nlogs\nsecrets\n/link\n/out\n",
  ".nvmrc": "20\n",
  ".prettierrc": "{}\n",
  "CHANGELOG.md": "# Changes\n",
  Dockerfile: "FROM node:20\nCOPY . .\n",
  LICENSE: "MIT\n",
  Makefile: "build:\n\ttsc -p .\n\ntest:\n\tvitest run\n\nclean:\n\trm -rf dist\n",
  "README.md": "# Shop\n\nMore to come\n",
  "app/__init__.py": "",
  "app/main.py": "def main():\n    print('hello')\n",
  "app/models.py": "class User:\n    pass\n",
  "assets/logo.svg": "<svg/>\n",
  "build.gradle": "plugins { id 'java' }\n",
  "cmd/server/main.go": "package main\n\nfunc main() {}\n",
  "config/app.yaml": "port: 8080\nlog: info\n",
  "config/database.yml": "host: localhost\n",
  "data/orders.csv": "id,total\n1,20\n2,35\n",
  "data/users.json": '[{"id":1,"name":"Ada"},{"id":2,"name":"Grace"}]\n',
  "docker-compose.yml": "services:\n  db:\n    image: postgres:16\n",
  "docs/api.md": "# API\n",
  "docs/guide.md": "# Guide\n",
  "eslint.config.js": "export default [];\n",
  "fix-parse.patch": `--- a/src/lib/parse.ts
+++ b/src/lib/parse.ts
@@ -1,3 +1,3 @@
-export function parse(text: string) {
+export function parse(text: string): unknown {
   return JSON.parse(text);
 }
`,
  "infra/main.tf": 'resource "null_resource" "x" {}\n',
  "k8s/deployment.yaml": "kind: Deployment\n",
  "logs/app.log": "INFO start\nERROR failed to connect\nINFO stop\n",
  "migrations/001_init.sql": "create table users (id int);\n",
  "package.json": `${JSON.stringify(PACKAGE, undefined, 2)}\n`,
  "native/Makefile": "hello: hello.c\n\t$(CC) $(CFLAGS) -o $@ hello.c\n\ninstall: hello\n\tinstall -m 755 hello $(PREFIX)/bin/hello\n",
  "native/hello.c": "int main(void) { return 0; }\n",
  "packages/web/package.json": '{"name":"web","version":"1.4.0"}\n',
  "pom.xml": "<project/>\n",
  "requirements.txt": "requests==2.32.0\n",
  "scripts/release.sh": "#!/bin/sh\nset -e\nnpm test\ngit tag v1\n",
  "scripts/seed.py": "print('seed')\n",
  "src/index.ts": "export { parse } from './lib/parse.js';\n// later: more\n",
  "src/lib/format.ts": "export const format = (x: number) => String(x);\n",
  "src/lib/parse.ts": "export function parse(text: string) {\n  return JSON.parse(text);\n}\n",
  "src/main.rs": "fn main() {}\n",
  "src/server.ts": "import express from 'express';\nexport const app = express();\n",
  "test/parse.test.ts": "import { test } from 'vitest';\ntest('parse', () => {});\n",
  "tests/test_main.py": "def test_main():\n    assert True\n",
  "tsconfig.json": '{"compilerOptions":{"strict":true}}\n',
  "node_modules/express/index.js": "module.exports = () => ({});\n",
};

/** Files made executable: the shell runs them by name. */
const EXECUTABLE: Readonly<Record<string, string>> = {
  "gradlew": "#!/bin/sh\n",
  "mvnw": "#!/bin/sh\n",
};

/**
 * The same places as `makeProjectFiles`, with a repository on branch `feature/login` that holds what a team's repository holds: a file is
 * changed, something is put away, and other branches and tags hold commits that nothing else leads to.
 */
export function makeTypicalFiles(parent: string): MadeFiles {
  const made = makeProjectFiles(parent);
  writeTypicalFiles(made);
  return made;
}

/** Adds to the places of `makeProjectFiles` what `makeTypicalFiles` has. */
export function writeTypicalFiles({ project, home }: MadeFiles): void {
  const write = (path: string, text: string, mode: number): void => {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text, { mode });
  };
  const { files, programs, links } = installedFiles();
  const all = { ...FILES, ...OTHER_LANGUAGES, ...lockFiles(PACKAGE.name, PACKAGE.version), ...files };
  for (const [path, text] of Object.entries(all)) write(path, text, 0o644);
  for (const path of programs) write(path, "#!/usr/bin/env node\n", 0o755);
  mkdirSync(join(project, "node_modules/.bin"), { recursive: true });
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(project, path));
  for (const [path, text] of Object.entries(EXECUTABLE)) write(path, text, 0o755);
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", project, "-c", "user.name=x", "-c", "user.email=x@example.test", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { PATH: process.env["PATH"], HOME: home, GIT_CONFIG_NOSYSTEM: "1" },
    });
  // Nothing but its own name leads to it.
  const madeAlone = (subject: string): string =>
    git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", subject).trim();
  const changed = "src/index.ts";
  write(changed, "export {};\n", 0o644);
  git("add", ".");
  git("commit", "-qm", "Add the shop");
  git("checkout", "-qb", "feature/login");
  write(changed, "export const later = true;\n", 0o644);
  git("stash", "-q");
  for (const name of ["main", "release/1.4", "feature/x", "feature/login-old"])
    git("update-ref", `refs/heads/${name}`, madeAlone(name));
  for (const name of ["v1", "v1.0", "v1.4.0"]) git("tag", name, madeAlone(name));
  write(changed, FILES[changed] ?? "", 0o644);
  git("remote", "set-url", "origin", "https://github.com/acme/shop.git");
}

/** A command of a corpus with the places of one project in it. */
export function fillPlaces(command: string, { project, root, home }: Pick<MadeFiles, "project" | "root" | "home">): string {
  return command.replaceAll("<project>", project).replaceAll("<outside>", `${root}/outside`).replaceAll("<home>", home);
}
