// Project roots, and session facts that never claim the home directory for a project.
import { realpathSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  findProjectRoot,
  sessionFacts,
  sessionFactsWithoutDisk,
} from "#surface/services/facts/session.ts";
import { tryExamples } from "#surface/cli/commands/policy/policy-test.ts";
import { namedPolicy } from "#surface/cli/policy/chosen-policy.ts";
import { judgingPolicy } from "#surface/services/evaluation/judging-policy.ts";
import { openProjectBook } from "#surface/services/projects/projects.ts";
import { projectIn } from "#surface/services/projects/session-project.ts";
import { makeTree } from "./tree.ts";

let root = "";
let remove = async (): Promise<void> => undefined;
const at = (path: string): string => `${root}/${path}`;

beforeAll(async () => {
  const tree = await makeTree({
    "home/.claude/x": "",
    "home/.git/x": "",
    "home/repo/.git": "gitdir: elsewhere",
    "home/repo/deep/er/x": "",
    "home/plain/sub/x": "",
    "outside/proj/.claude/x": "",
    "outside/proj/a/x": "",
    "outside/link": { link: "proj/a" },
  });
  root = tree.root;
  remove = tree.remove;
});
afterAll(() => remove());

describe("project root", () => {
  test.each<[string, string]>([
    ["home/repo/deep/er", "home/repo"],
    ["home/repo", "home/repo"],
    ["home/plain/sub", "home/plain/sub"],
    ["home", "home"],
    // A folder `.claude` above makes no project: hooks judge by where the client was started.
    ["outside/proj/a", "outside/proj/a"],
    ["outside/link", "outside/proj/a"],
    ["outside", "outside"],
    ["home/gone", "home/gone"],
  ])("of %s is %s", async (cwd, expected) => {
    expect(findProjectRoot(at(cwd), at("home"))).toBe(at(expected));
  });
});

test.each(["home/repo/deep/er", "home/plain/sub", "home", "outside/proj/a", "outside/link"])(
  "the project of %s is the same for hooks, explanations and tests of a policy",
  async (cwd) => {
    const book = openProjectBook(at("no-register.json"));
    const real = realpathSync(at(cwd));
    const data = at("data");
    const judged = await judgingPolicy(at(cwd), "team", { root: data });
    const forHooks = projectIn(book, real, at("home")).root;
    expect(findProjectRoot(at(cwd), at("home"))).toBe(forHooks);
    // The commands know this person's own home alone.
    if (!/^home(?:\/plain|$)/.test(cwd)) expect(judged.root).toBe(forHooks);
  },
);

test("what a policy denies in the project is denied in a folder below one with `.claude` too", async () => {
  const text = [
    'id: mine\nversion: "1"\ntitle: t\nextends: [team]\nrules:',
    "  - { id: mine/customers, verdict: deny, effects: [read], paths: [<project>/customers/**], reason: r }",
    "examples: [{ command: cat customers/list.csv, verdict: deny, rule: mine/customers }]",
  ].join("\n");
  const file = at("mine.yaml");
  writeFileSync(file, text);
  const { whole, policy } = namedPolicy(file);
  const place = { cwd: at("outside/proj/a"), home: at("home") };
  const [tried] = await tryExamples(whole.pack.examples, policy, place);
  expect(tried).toMatchObject({ verdict: "deny", passed: true });
});

test("session facts resolve symlinks and keep both names of own paths", async () => {
  const facts = sessionFacts({
    sessionId: "s",
    cwd: at("outside/link"),
    mode: "plan",
    home: at("home"),
    ownPaths: [at("outside/link/"), at("gone")],
  });
  expect(facts).toMatchObject({
    projectRoot: at("outside/proj/a"),
    home: at("home"),
    mode: "plan",
    interactive: true,
  });
  expect(facts.ownPaths).toEqual([at("outside/link"), at("gone"), at("outside/proj/a")]);
  expect(facts.user).not.toBe("");
});

test("without disk nothing is resolved", () => {
  const facts = sessionFactsWithoutDisk({
    sessionId: "s",
    cwd: at("outside/link"),
    mode: "default",
    home: "/h/",
    ownPaths: ["/d"],
  });
  expect(facts).toMatchObject({ projectRoot: at("outside/link"), home: "/h", ownPaths: ["/d"] });
  expect(realpathSync(at("outside/link"))).not.toBe(facts.projectRoot);
});
