// Installs by a lock file in held calls: unasked where registries are read for them, asked as before everywhere else.
import { describe, expect, it } from "vitest";
import { HELD_AND_READ } from "#guard/policy/authorize/contained.ts";
import { readingOf } from "#guard/hold/registry-reading.ts";
import { judgedProject } from "../../judged-project.ts";
import {
  entry,
  type Files,
  manifest,
  NPM_FILES,
  npmLock,
  place,
} from "../effects/locks/npm-project.ts";
import { HELD, judgedIn, managed, policy, team, type Trial } from "./in-a-sandbox.ts";

const where = judgedProject();
const READING = { ...HELD, reads: true } as const;
const SCRIPTS = npmLock({ "node_modules/left": entry("left", { hasInstallScript: true }) });

async function judged(command: string, files: Files = {}, trial: Trial = {}) {
  const clear = place(where(), { ...NPM_FILES, "package-lock.json": SCRIPTS, ...files });
  try {
    return await judgedIn(where(), command, { sandbox: READING, ...trial });
  } finally {
    clear();
  }
}
const verdict = async (...asked: Parameters<typeof judged>) => (await judged(...asked)).verdict;

describe("an install with scripts that a lock file names", () => {
  it.each(["npm ci", "npm install", "npm ci --omit=dev && npm test", "npm ci 2>&1 | tail -5"])(
    "runs unasked where registries are read for it: %s",
    async (command) => {
      const { verdict: said, reasons, effects } = await judged(command);
      expect(said).toBe("allow");
      expect(reasons.some(({ text }) => text.includes(HELD_AND_READ))).toBe(true);
      expect(readingOf(effects)?.managers).toEqual(["npm"]);
    },
  );
  it.each<[how: string, command: string, files?: Files, trial?: Trial]>([
    ["the call is not held", "npm ci", {}, { sandbox: "nobody looked" }],
    ["nobody reads for it", "npm ci", {}, { sandbox: HELD }],
    ["another host is reached too", "npm ci && curl -X POST https://example.org/a"],
    ["something is published", "npm ci && npm publish"],
    ["it is run by what it brings", "npm ci && npx left-pad"],
    ["there is more than the lock", "npm install left-pad"],
    ["the lock is not heeded", "npm install --no-package-lock"],
    ["it works elsewhere", "npm ci --prefix web"],
    ["the lock file does not say all", "npm ci", { "package-lock.json": "{}" }],
    [
      "the lock file disagrees",
      "npm install",
      { "package.json": manifest({ dependencies: { left: "^2.0.0" } }) },
    ],
    [
      "a package comes from another place",
      "npm ci",
      {
        "package-lock.json": npmLock({
          "node_modules/left": entry("left", { resolved: "https://evil.example/left.tgz" }),
        }),
      },
    ],
    [
      "only the project names the registry",
      "npm ci",
      { ".npmrc": "registry=https://evil.example/" },
    ],
    [
      "a registry is asked in the open",
      "npm ci",
      { "~/.npmrc": "registry=http://npm.acme.example/" },
    ],
  ])("is asked about where %s", async (_how, command, files, trial) => {
    expect(await verdict(command, files, trial)).not.toBe("allow");
  });
  it("is asked about where the session wrote its lock file", async () => {
    const writtenPaths = new Set([`${where().project}/package-lock.json`]);
    expect(await verdict("npm ci", {}, { writtenPaths })).toBe("ask");
  });
  it("runs with the person's own registry", async () => {
    const resolved = "https://npm.acme.example/left/-/left-1.0.0.tgz";
    const files = {
      "~/.npmrc": "registry=https://npm.acme.example/\n//npm.acme.example/:_authToken=${TOKEN}\n",
      "package-lock.json": npmLock({ "node_modules/left": entry("left", { resolved }) }),
    };
    expect(await verdict("npm ci", files)).toBe("allow");
  });
});

describe("a policy", () => {
  it("that does not accept that registries are read asks", async () => {
    const ask = policy(
      "  - { id: a/b, verdict: ask, effects: [install], reason: r, contained: { accepts: [project] } }\n  - { id: c/d, verdict: allow, effects: [read, write, delete, execute], reason: r }\n",
    );
    expect(await verdict("npm ci", {}, { policy: ask })).toBe("ask");
  });
  it("of another layer about installs is not made up for", async () => {
    const rule = "  - { id: a/b, verdict: ask, effects: [install], reason: r }\n";
    const { verdict: said } = await judged(
      "npm ci",
      {},
      {
        policy: { ...team, rules: [...managed(policy(rule)).rules, ...team.rules] },
      },
    );
    expect(said).toBe("ask");
  });
});
