// Which calls could make the client's folder where a project has none: whatever they write may land there.
import { expect, test } from "vitest";
import { mayMakeClientFolder } from "#guard/hold/client-folder.ts";
import { needsOf } from "#guard/hold/needs.ts";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";

const ROOT = "/srv/app";
const at = (path: string, reach: "entry" | "tree" = "entry"): Target => ({
  kind: "path",
  path,
  real: path,
  reach,
});
const PLACE = { via: [], at: undefined } as const;
const read: Effect = { ...PLACE, kind: "read", target: at(ROOT, "tree") };
const write = (target: Target): Effect => ({ ...PLACE, kind: "write", target, mode: "create" });

function mayMake(effects: readonly Effect[], verdict: "allow" | "ask" = "allow"): boolean {
  const needs = needsOf({ effects, projectRoot: ROOT, programs: [] });
  return mayMakeClientFolder({ effects, verdict }, { needs, projectRoot: ROOT });
}

test("who only reads, or takes away, could not", () => {
  expect(mayMake([read])).toBe(false);
  expect(
    mayMake([read, { ...PLACE, kind: "delete", target: at(`${ROOT}/dist`, "tree") }], "ask"),
  ).toBe(false);
});

test.each([
  ["a file of the project", write(at(`${ROOT}/a`))],
  ["all of it", write(at(ROOT, "tree"))],
  ["git's own files", write(at(`${ROOT}/.git`, "tree"))],
  ["a scratch directory", write(at("/tmp/a", "tree"))],
  ["what lies above", write(at("/srv", "tree"))],
  ["a place that nobody knows", write({ kind: "unresolved", within: undefined, reach: "entry" })],
  ["a repository elsewhere", write(at("/srv/main/.git", "tree"))],
  ["code", { ...PLACE, kind: "execute", reach: "unbounded", origin: "project" }],
  ["what is not known", { ...PLACE, kind: "unknown", why: "form" }],
] as readonly (readonly [string, Effect])[])(
  "who writes or runs %s could, asked or not",
  (_, effect) => {
    expect(mayMake([read, effect])).toBe(true);
    expect(mayMake([read, effect], "ask")).toBe(true);
  },
);

test("who writes beside the project could where nobody was asked", () => {
  const copied = [read, write(at("/srv/copy", "tree"))];
  expect(mayMake(copied)).toBe(true);
  expect(mayMake(copied, "ask")).toBe(false);
});
