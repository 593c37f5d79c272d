// Drift of a machine with two deployments: programs, hooks of a person and mods are found, and nothing of ours is.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Deployment } from "#govern/deploy/deployment.ts";
import { approvedDeployment } from "#surface/services/deploy/carry-out.ts";
import type { DeploymentPlan } from "#surface/services/deploy/deployment-plan.ts";
import { programsOf } from "#surface/services/deploy/hook-programs.ts";
import { lookForDrift } from "#surface/services/deploy/observe.ts";
import { openDeployments } from "#surface/services/deploy/records.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import { shimsIn, writeShims } from "#surface/services/program/in-force.ts";
import { parseSite } from "#govern/compile/site.ts";
import type { Install } from "#surface/services/installation/install.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

let room: ReturnType<typeof freshDirectory>;
let install: Install;
const BY = { reason: "r", owner: "ada", approver: "ada" };
const AT = { scope: "user" } as const;
beforeEach(async () => {
  room = freshDirectory();
  install = await installOn(join(room.path, "data"));
});
afterEach(() => room.remove());

const settings = () => join(room.path, ".claude/settings.json");
const put = (path: string, text: string, mode = 0o600) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
};
/** Hooks as `init --scope user` writes them. */
const hooks = (hook: string) =>
  JSON.stringify({
    hooks: {
      PreToolUse: [
        {
          matcher: "*",
          hooks: [
            {
              type: "command",
              command: hook,
              onFailure: "block",
              timeout: 10,
              args: ["--project", "0123456789abcdef", "--data", install.directories.root],
            },
          ],
        },
      ],
    },
  });

function siteWith(program: string) {
  const command = { transport: "command", program, project: "0123456789abcdef" };
  const site = { hooks: { ...command, data: install.directories.root, home: room.path } };
  return parseSite(JSON.stringify(site), "site");
}

/** Keeps a deployment as it is kept when it is carried out. */
function deploy(program: string, nowMs: number, person: boolean): Deployment {
  const plan: DeploymentPlan = {
    what: "deploy",
    of: null,
    ...AT,
    place: room.path,
    policy: null,
    notes: [],
    files: [
      { path: join(room.path, "x.json"), before: undefined, after: { text: "{}", mode: 0o600 } },
    ],
    programs: [...programsOf(siteWith(program))],
    ...(person ? { person: { home: room.path, data: install.directories.root, diff: "" } } : {}),
  };
  const deployment = approvedDeployment(plan, BY, nowMs);
  openDeployments(install.directories).keep(deployment, plan.files);
  put(join(room.path, "x.json"), "{}");
  return deployment;
}

const found = (mods: readonly { readonly name: string; readonly file: string }[] = []) =>
  lookForDrift([{ ...AT, place: room.path }], {
    machine: {
      root: room.path,
      directory: join(room.path, "m"),
      policyFile: join(room.path, "p/y"),
    },
    records: openDeployments(install.directories),
    sources: [],
    overruled: [],
    dead: [],
    mods,
  })
    .findings.filter(({ id }) => /^(?:program|person|mod)\//.test(id))
    .map(({ id }) => id);

test("a program that was replaced or is gone is found; an upgrade that writes our shims again is not", () => {
  const own = join(room.path, "hook.sh");
  put(own, "#!/bin/sh\nexit 2\n", 0o755);
  deploy(own, 1_000, false);
  expect(found()).toEqual([]);
  put(own, "#!/bin/sh\necho '{}'\n", 0o755);
  expect(found()).toEqual(["program/changed"]);
  put(own, "#!/bin/sh\nexit 2\n", 0o644);
  expect(found()).toEqual(["program/rights"]);
  rmSync(own);
  expect(found()).toEqual(["program/missing"]);

  const places = directoriesIn(install.directories.root);
  const { hook } = shimsIn(places);
  put(hook, "#!/bin/sh\n# of an older version\n", 0o700);
  deploy(hook, 2_000, false);
  expect(found()).toEqual([]);
  writeShims(places);
  expect(readFileSync(hook, "utf8")).not.toContain("older");
  expect(found()).toEqual([]);
  put(hook, "#!/bin/sh\nexit 0\n", 0o700);
  expect(found()).toEqual(["program/changed"]);
});

test("hooks of a person are looked for after a second deployment too, which found them there", () => {
  const { hook } = shimsIn(directoriesIn(install.directories.root));
  writeShims(directoriesIn(install.directories.root));
  put(settings(), hooks(hook));
  deploy(hook, 1_000, true);
  deploy(hook, 2_000, false);
  expect(found()).toEqual([]);
  put(settings(), '{"model": "opus"}');
  expect(found()).toEqual(["person/hooks-gone"]);
  put(settings(), "{,}");
  expect(found()).toEqual(["person/hooks-gone"]);
  rmSync(settings());
  expect(found()).toEqual(["person/hooks-gone"]);
});

test("mods that nobody agreed to are told", () => {
  expect(found([{ name: "x", file: "/p/x.js" }])).toEqual(["mod/new"]);
});
