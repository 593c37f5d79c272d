// What a person is told to type next, as it can be pasted where they are: the program by its name, or by its place.
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callable, nextSteps } from "#surface/cli/guard/guarding-words.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

const SHIM = "/home/ada/.local/share/sallyport/bin/sallyport";
let room: ReturnType<typeof freshDirectory>;
let own: string;
let fetched: string;

beforeAll(() => {
  room = freshDirectory();
  own = join(room.path, "bin");
  fetched = join(room.path, "_npx", "0a1b", "node_modules", ".bin");
  for (const folder of [own, fetched]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "sallyport"), "#!/bin/sh\n");
    chmodSync(join(folder, "sallyport"), 0o755);
  }
});
afterAll(() => room.remove());

const steps = (environment: NodeJS.ProcessEnv) =>
  nextSteps({
    root: "/home/ada/shop",
    scope: "project",
    mode: "enforce",
    cwd: "/home/ada",
    environment,
    shim: SHIM,
    ours: (words) => callable(environment, SHIM, words),
  });

test("a program on PATH is called by its name, and nothing more is said", () => {
  expect(steps({ PATH: own })).toEqual([
    "next: type `cd /home/ada/shop && claude`; `sallyport report` says afterwards what was refused and asked",
  ]);
});

test("what npx or npm put on PATH for this one command is not there for the next", () => {
  const environment = { PATH: fetched, npm_execpath: "/usr/lib/npm/bin/npm-cli.js" };
  const [note, next] = steps(environment);
  expect(note).toContain("`sallyport` is not on your PATH");
  expect(note).toContain('`export PATH="$PATH:"/home/ada/.local/share/sallyport/bin`');
  expect(next).toContain(`\`${SHIM} report\``);
  expect(callable({ ...environment, PATH: `${fetched}:${own}` }, SHIM, "report")).toBe(
    "sallyport report",
  );
});
