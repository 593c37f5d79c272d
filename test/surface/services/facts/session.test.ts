// Project roots, and session facts that never claim the home directory for a project.
import { realpathSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  findProjectRoot,
  sessionFacts,
  sessionFactsWithoutDisk,
} from "#surface/services/facts/session.ts";
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
    ["outside/proj/a", "outside/proj"],
    ["outside/link", "outside/proj"],
    ["outside", "outside"],
    ["home/gone", "home/gone"],
  ])("of %s is %s", async (cwd, expected) => {
    expect(findProjectRoot(at(cwd), at("home"))).toBe(at(expected));
  });
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
    projectRoot: at("outside/proj"),
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
