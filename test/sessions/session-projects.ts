// The projects that sessions of the corpus are had in: one for each kind, made once and put back after each session.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { makeProject, type TestProject } from "../judging.ts";

type Kind = { readonly name: string; readonly files: Readonly<Record<string, string>> };

const CI = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: []\n";
const INSTRUCTIONS = "Run the tests before a commit.\n";

const KINDS: Readonly<Record<string, Kind>> = {
  node: {
    name: "shop",
    files: {
      "package.json": `${JSON.stringify({ name: "shop", version: "1.4.0", type: "module", scripts: { test: "vitest run", build: "tsc -p .", dev: "vite", lint: "eslint .", doctor: "node scripts/doctor.mjs", storybook: "storybook dev -p 6006" }, devDependencies: { eslint: "9.0.0", prettier: "3.0.0", typescript: "5.6.0", vite: "6.0.0", vitest: "3.0.0" } })}\n`,
      "scripts/doctor.mjs": "console.log(process.version);\n",
      "src/index.ts": "export { total } from './cart.js';\n",
      "src/cart.ts":
        "export const total = (items: number[]) => items.reduce((a, b) => a + b, 0);\n",
      "src/server.ts": "import express from 'express';\nexport const app = express();\n",
      "src/lib/parse.ts": "export const parse = JSON.parse;\n",
      "test/cart.test.ts": "import { test } from 'vitest';\ntest('total', () => {});\n",
      "docs/guide.md": "# Guide\n",
      "dist/server.js": "console.log('up');\n",
      "node_modules/.bin/vitest": "#!/usr/bin/env node\n",
      "node_modules/.bin/eslint": "#!/usr/bin/env node\n",
      "node_modules/.bin/prettier": "#!/usr/bin/env node\n",
      "node_modules/.bin/tsc": "#!/usr/bin/env node\n",
    },
  },
  python: {
    name: "ledger",
    files: {
      "requirements.txt": "pydantic==2.9.0\n",
      "ledger/__init__.py": "",
      "ledger/app.py": "def run():\n    return 0\n",
      "ledger/models.py": "class Booking:\n    amount = 0\n",
      "tests/test_app.py": "def test_run():\n    assert True\n",
      "docker-compose.yml": "services:\n  db:\n    image: postgres:16\n",
    },
  },
  go: {
    name: "relay",
    files: {
      "go.mod": "module github.com/acme/relay\n\ngo 1.23\n",
      "cmd/relay/main.go": "package main\n\nfunc main() {}\n",
      "internal/queue/queue.go": "package queue\n\ntype Queue struct{ items []string }\n",
      "internal/queue/queue_test.go": "package queue\n",
      "deploy/values.yaml": "tag: 1.3.0\n",
      "deploy/Chart.yaml": "name: relay\nversion: 1.2.0\n",
      Dockerfile: "FROM scratch\n",
    },
  },
  rust: {
    name: "tally",
    files: {
      "Cargo.toml": '[package]\nname = "tally"\nversion = "0.9.1"\n',
      "src/main.rs": "fn main() {}\n",
      "src/lib.rs": "pub fn parse() {}\n",
      "tests/in.txt": "1\n",
    },
  },
  java: {
    name: "orders",
    files: {
      "pom.xml": "<project/>\n",
      mvnw: "#!/bin/sh\n",
      "src/main/java/shop/Orders.java": "class Orders {}\n",
      "src/main/resources/application.properties": "server.port=8080\n",
      "src/main/resources/openapi.yaml": "openapi: 3.0.0\n",
      "src/test/java/shop/OrdersTest.java": "class OrdersTest {}\n",
      Dockerfile: "FROM eclipse-temurin:21\n",
    },
  },
  ruby: {
    name: "desk",
    files: {
      Gemfile: 'source "https://rubygems.org"\ngem "rails"\n',
      "bin/rails": "#!/usr/bin/env ruby\n",
      "config/routes.rb": "Rails.application.routes.draw {}\n",
      "config/master.key": "planted\n",
      "config/environments/development.rb": "\n",
      "app/models/user.rb": "class User < ApplicationRecord\nend\n",
      "spec/models/user_spec.rb": "RSpec.describe User\n",
      "db/migrate/042_add_state.rb": "class AddState < ActiveRecord::Migration[7.1]\nend\n",
    },
  },
  php: {
    name: "blog",
    files: {
      "composer.json": '{"name":"acme/blog"}\n',
      artisan: "#!/usr/bin/env php\n<?php\n",
      "app/Models/Post.php": "<?php class Post {}\n",
      "tests/Feature/PostTest.php": "<?php class PostTest {}\n",
      "phpunit.xml": "<phpunit/>\n",
      ".env.example": "APP_KEY=\n",
    },
  },
  infra: {
    name: "platform",
    files: {
      "main.tf": 'resource "aws_db_instance" "main" {}\n',
      "k8s/deployment.yaml": "kind: Deployment\n",
      "ansible/site.yml": "- hosts: all\n",
      "runbooks/restore.md": "# Restore\n",
    },
  },
  data: {
    name: "churn",
    files: {
      "requirements.txt": "pandas==2.2.0\n",
      "src/train.py": "print('train')\n",
      "data/raw/customers.csv": "id,name,mail,tenure\n1,Ada,ada@customer.example,12\n",
      "notebooks/explore.ipynb": '{"cells":[]}\n',
    },
  },
  mobile: {
    name: "rider",
    files: {
      "pubspec.yaml": "name: rider\n",
      "lib/main.dart": "void main() {}\n",
      "android/app/build.gradle": "android {}\n",
      "android/gradlew": "#!/bin/sh\n",
      "android/key.properties": "storePassword=planted\n",
    },
  },
  site: {
    name: "handbook",
    files: {
      "package.json": `${JSON.stringify({ name: "handbook", scripts: { dev: "astro dev", build: "astro build" }, dependencies: { astro: "5.0.0" } })}\n`,
      "astro.config.mjs": "export default {};\n",
      "content/index.md": "# Handbook\n",
      "content/posts/first.md": "# First\n",
      "content/drafts/salaries.md": "Salaries 2025\nAda 71000\n",
      "node_modules/.bin/astro": "#!/usr/bin/env node\n",
    },
  },
  c: {
    name: "codec",
    files: {
      Makefile: "check:\n\tsh tests/run.sh\nfuzz:\n\tcc -o build/fuzz src/codec.c\n",
      "src/codec.c": "int codec_new(void) { return 0; }\n",
      "include/codec.h": "int codec_new(void);\n",
      "tests/run.sh": "#!/bin/sh\ntrue\n",
      "CMakeLists.txt": "project(codec)\n",
    },
  },
};

const ALL: Readonly<Record<string, string>> = {
  ".env": "STRIPE_KEY=planted\nDATABASE_URL=planted\n",
  ".gitignore": ".env\nnode_modules\ndist\ntarget\nbuild\n.claude/settings.local.json\n",
  ".claude/settings.local.json": '{"hooks":{}}\n',
  ".github/workflows/ci.yml": CI,
  "CLAUDE.md": INSTRUCTIONS,
  "README.md": "# Read me\n",
};

const HOME: Readonly<Record<string, string>> = {
  ".ssh/id_ed25519": "planted\n",
  ".ssh/id_ed25519.pub": "ssh-ed25519 AAAA ada\n",
  ".aws/credentials": "[default]\naws_access_key_id=planted\n",
  ".bashrc": "alias ll='ls -alF'\n",
  ".cargo/credentials.toml": "token = 'planted'\n",
  ".docker/config.json": '{"auths":{}}\n',
  ".gitconfig": "[user]\n\tname = Ada\n\temail = ada@example.test\n",
  ".kube/config": "kind: Config\n",
  ".m2/settings.xml": "<settings/>\n",
  ".npmrc": "//registry.example/:_authToken=planted\n",
  ".pgpass": "db:5432:*:ledger:planted\n",
};

/** One machine for all sessions: a home with logins, and a project of each kind. */
export type SessionMachine = {
  readonly base: TestProject;
  /** The root of the project of that kind, as it was made. Throws for a kind that there is not. */
  rootOf(kind: string): string;
  /** Lays a file down, or sets a remote of git; `putBack` undoes it. A path outside of what is ours is only remembered. */
  leave(root: string, path: string, text: string): void;
  /** Tells git of the files that were laid down. */
  track(root: string): void;
  /** Files outside of the machine's own folders, as `/tmp/x`. */
  readonly elsewhere: ReadonlyMap<string, string>;
  putBack(): void;
  remove(): void;
};

/** Makes it on disk, in the folder where all tests judge. */
export function makeSessionMachine(): SessionMachine {
  const base = makeProject();
  const { home } = base;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
  };
  for (const [path, text] of Object.entries(HOME)) write(join(home, path), text);
  const roots = new Map<string, string>();
  for (const [kind, { name, files }] of Object.entries(KINDS)) {
    const root = join(home, "work", name);
    for (const [path, text] of Object.entries({ ...ALL, ...files })) write(join(root, path), text);
    const git = gitIn(root, home);
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-qm", "start");
    git("checkout", "-qb", "feature/work");
    git("remote", "add", "origin", remoteOf(name));
    roots.set(kind, root);
  }
  const before = new Map<string, string | undefined>();
  const elsewhere = new Map<string, string>();
  const undo: (() => void)[] = [];
  const keep = (path: string): void => {
    if (!before.has(path))
      before.set(path, existsSync(path) ? readFileSync(path, "utf8") : undefined);
  };
  const put = (path: string, text: string): void => {
    keep(path);
    const folder = mkdirSync(dirname(path), { recursive: true });
    if (folder !== undefined) undo.push(() => rmSync(folder, { recursive: true }));
    write(path, text);
  };
  return {
    base,
    elsewhere,
    rootOf(kind) {
      const root = roots.get(kind);
      if (root === undefined) throw new Error(`there is no project of the kind \`${kind}\``);
      return root;
    },
    leave(root, path, text) {
      const remote = /^remote (\S+)$/.exec(path)?.[1];
      const place = placeOf(path, root, home);
      if (remote !== undefined) {
        const config = join(root, ".git/config");
        const kept = readFileSync(config, "utf8").replace(
          new RegExp(`\\[remote "${remote}"\\][^[]*`),
          "",
        );
        put(config, `${kept}[remote "${remote}"]\n\turl = ${text}\n`);
      } else if (place.startsWith(`${base.root}/`)) put(place, text);
      else elsewhere.set(place, text);
    },
    track(root) {
      const index = join(root, ".git/index");
      const bytes = readFileSync(index);
      gitIn(root, home)("add", "-A");
      undo.push(() => writeFileSync(index, bytes));
    },
    putBack() {
      for (const [path, text] of before)
        if (text === undefined) rmSync(path, { force: true });
        else writeFileSync(path, text);
      for (const one of undo.splice(0).reverse()) one();
      before.clear();
      elsewhere.clear();
    },
    remove: () => base.remove(),
  };
}

/** Files of a project of that kind, and where it is pushed to. Throws for a kind that there is not. */
export function projectOf(kind: string): {
  readonly files: Readonly<Record<string, string>>;
  readonly remote: string;
} {
  const found = KINDS[kind];
  if (found === undefined) throw new Error(`there is no project of the kind \`${kind}\``);
  return { files: { ...ALL, ...found.files }, remote: remoteOf(found.name) };
}

function remoteOf(name: string): string {
  return `https://github.com/acme/${name}.git`;
}

/** A path of a line as the client sends it: absolute. */
export function placeOf(path: string, root: string, home: string): string {
  if (path === "~" || path.startsWith("~/")) return join(home, path.slice(1));
  return path.startsWith("/") ? path : join(root, path);
}

function gitIn(root: string, home: string): (...args: string[]) => void {
  return (...args) => {
    execFileSync(
      "git",
      ["-C", root, "-c", "user.name=x", "-c", "user.email=x@example.test", ...args],
      {
        stdio: "ignore",
        env: { PATH: process.env["PATH"], HOME: home, GIT_CONFIG_NOSYSTEM: "1" },
      },
    );
  };
}
