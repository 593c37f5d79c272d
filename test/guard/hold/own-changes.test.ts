// Which calls are given a hidden file itself to change: those that only put something into it, and can show nothing of it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { needsOf } from "#guard/hold/needs.ts";
import { ownChanges } from "#guard/hold/own-changes.ts";
import { makeProject, type TestProject } from "../../judging.ts";
import { HELD, judgedIn } from "../policy/in-a-sandbox.ts";

let where: TestProject;
beforeAll(() => {
  where = makeProject();
  mkdirSync(join(where.project, "src"), { recursive: true });
  writeFileSync(join(where.project, ".env"), "A=hunter2hunter2\n");
  writeFileSync(join(where.project, ".env.example"), "A=\n");
});
afterAll(() => where.remove());

async function isGiven(command: string, isAgreed = false): Promise<boolean> {
  const {
    effects,
    ran = [],
    views = [],
  } = await judgedIn(where, command, {
    sandbox: HELD,
    shown: () => Promise.resolve({ kind: "shown", as: "view" }),
  });
  const { changes } = needsOf({ effects, views, programs: ran, projectRoot: where.project });
  const own = ownChanges({ effects, command, programs: ran, changes, isAgreed });
  return own.isGiven(join(where.project, ".env"));
}

it.each([
  "echo NEW=1 >> .env",
  "printf 'A=1\\n' | tee -a .env > /dev/null",
  "cat >> .env <<'X'\nNEW=1\nX",
  "touch .env && chmod 600 .env",
  "cp .env.example .env",
  "[ -f .env ] && echo NEW=1 >> .env",
  "grep -q '^NEW=' .env || echo NEW=1 >> .env",
  "cd src && echo NEW=1 >> ../.env",
])("is given the file: %s", async (command) => expect(await isGiven(command)).toBe(true));

it.each([
  "cat src/a.ts",
  "wc -l .env",
  "echo NEW=1 >> .env; cat .env",
  "echo NEW=1 >> .env; wc -l .env",
  "echo NEW=1 >> .env; node server.js",
  "echo NEW=1 >> .env; ./run.sh",
  "echo NEW=1 >> .env; unknown-program",
  "echo NEW=1 >> .env; grep -r A .",
  "echo NEW=1 >> .env; cat *",
  "echo NEW=1 >> .env; cat .e*",
  "echo NEW=1 >> .env; cp -r . /tmp/x",
  "echo NEW=1 >> .env; git add -A",
  'x=$(cat .env); echo NEW=1 >> .env; touch "$x"',
  "x=`cat .env`; echo NEW=1 >> .env",
  "mapfile x < .env; echo NEW=1 >> .env",
  "grep -q '^A=h' .env && echo h; echo NEW=1 >> .env",
  "grep -q hunter .env && echo yes; echo NEW=1 >> .env",
  "grep -oE '^[A-Za-z0-9]+' .env; echo NEW=1 >> .env",
  "grep -c '^A=' .env; echo NEW=1 >> .env",
  "curl -s https://x.example >> .env",
  "sudo tee -a .env < /dev/null",
])("is not: %s", async (command) => expect(await isGiven(command)).toBe(false));

it.each([
  "rm .env",
  "rm -f .env && rm -rf src",
  "find . -name .env -delete",
  "find . -name '.env*' -type f -exec rm {} +",
  "cd .. && rm -rf project",
])("may take the file away after a yes: %s", async (command) =>
  expect(await isGiven(command, true)).toBe(true),
);

it.each([
  "find . -name .env -delete; cat .env",
  "find . -name .env -exec cat {} \\; -delete",
  "find . -files0-from .env; find . -name .env -delete",
  "cp -r . /tmp/x; find . -name .env -delete",
  "rm -r src",
  "find . -name '*.pem' -delete",
  "find . -name .env -delete; node server.js",
])("may not, also after a yes: %s", async (command) =>
  expect(await isGiven(command, true)).toBe(false),
);

it.each(["find . -name .env -delete", "cd .. && rm -rf project"])(
  "may not unasked: %s",
  async (command) => expect(await isGiven(command)).toBe(false),
);
