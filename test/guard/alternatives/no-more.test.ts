// Which effects a safer form may have beside those of the call that it stands for.
import { expect, it } from "vitest";
import { doesNoMore } from "#guard/alternatives/no-more.ts";
import type { Decision, Verdict } from "#guard/policy/decision.ts";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";

type Plain = Effect extends infer One
  ? One extends Effect
    ? Omit<One, "via" | "at">
    : never
  : never;

function decided(verdict: Verdict, ...effects: readonly Plain[]): Decision {
  return {
    verdict,
    reasons: [{ verdict, rule: "guard/test", effect: undefined, text: "test", instead: undefined }],
    effects: effects.map((effect) => ({ ...effect, via: [], at: undefined })),
    findings: [],
    programs: [],
    factsUsed: [],
    steps: 0,
  };
}

const at = (path: string, reach: "entry" | "tree" = "entry"): Target => ({
  kind: "path",
  path,
  real: path,
  reach,
});
const deletes = (target: Target): Plain => ({ kind: "delete", target });
const writes = (target: Target, mode: "create" | "tracked" = "create"): Plain => ({
  kind: "write",
  mode,
  target,
});
const reads = (path: string): Plain => ({ kind: "read", target: at(path) });
const sends = (host: string | undefined, carries: "argument" | "environment"): Plain => ({
  kind: "egress",
  destination: { host, port: undefined, scheme: "https" },
  carries: [{ kind: carries }],
});
const runs = (program: string, origin: "project" | "download"): Plain => ({
  kind: "execute",
  program,
  origin,
  reach: "unbounded",
});
const history = (
  operation: "force-push" | "force-push-with-lease" | "discard",
  refs?: readonly string[],
): Plain => ({
  kind: "history",
  operation,
  remote: operation === "discard" ? undefined : "r",
  ...(refs === undefined ? {} : { refs }),
});
const PATTERN: Target = { kind: "pattern", path: "/p/[!.]*", reach: "tree" };
const INSTALL: Plain = { kind: "install", manager: "npm", packages: [], runsScripts: true };

const NO_MORE: readonly (readonly [string, readonly Plain[], readonly Plain[]])[] = [
  ["nothing at all", [], []],
  ["a file of a tree", [deletes(at("/p", "tree"))], [deletes(at("/p/a"))]],
  ["a file that a glob matches", [deletes(PATTERN)], [deletes(at("/p/a"))]],
  ["the same glob", [deletes(PATTERN)], [deletes(PATTERN)]],
  ["a read that is allowed", [deletes(at("/p/a"))], [reads("/p/b")]],
  ["the same host", [sends("h", "argument")], [sends("h", "argument")]],
  ["this machine for any", [sends(undefined, "argument")], [sends("127.0.0.1", "argument")]],
  ["a lease for force", [history("force-push", ["a"])], [history("force-push-with-lease", ["a"])]],
  ["putting aside for loss", [history("discard")], [writes(at("/p", "tree"), "tracked")]],
  ["a verb of the same code", [runs("npm install", "project")], [runs("npm ci", "project")]],
  [
    "a refilled directory",
    [INSTALL, writes(at("/p/m", "tree"))],
    [{ ...INSTALL, runsScripts: false }, deletes(at("/p/m"))],
  ],
];

const MORE: readonly (readonly [string, readonly Plain[], readonly Plain[]])[] = [
  ["another file", [deletes(at("/p/a"))], [deletes(at("/p/b"))]],
  ["a tree for a file", [deletes(at("/p/a"))], [deletes(at("/p/a", "tree"))]],
  ["any file for one", [deletes(at("/p/a"))], [deletes(PATTERN)]],
  ["a deletion where a file was written", [writes(at("/p/a"))], [deletes(at("/p/a"))]],
  ["a deletion for a trial", [], [deletes(PATTERN)]],
  ["a write of git's for a trial", [], [writes(at("/p", "tree"), "tracked")]],
  ["another host", [sends("h", "argument")], [sends("i", "argument")]],
  ["any host for one", [sends("h", "argument")], [sends(undefined, "argument")]],
  ["more to the same host", [sends("h", "argument")], [sends("h", "environment")]],
  ["other code", [runs("npm install", "project")], [runs("npm ci", "download")]],
  ["another program", [runs("make", "project")], [runs("npm ci", "project")]],
  ["force for a lease", [history("force-push-with-lease", ["a"])], [history("force-push", ["a"])]],
  ["another branch", [history("force-push", ["a"])], [history("force-push", ["b"])]],
  ["any branch", [history("force-push", ["a"])], [history("force-push")]],
  ["scripts", [{ ...INSTALL, runsScripts: false }], [INSTALL]],
  ["something unknown", [], [{ kind: "unknown", reason: "unmodelled", detail: "x" }]],
  [
    "another right",
    [{ kind: "privilege", means: "sudo", user: undefined }],
    [{ kind: "privilege", means: "container", user: undefined }],
  ],
];

for (const [name, refused, form] of NO_MORE)
  it(`is no more: ${name}`, () => {
    expect(doesNoMore(decided("allow", ...form), decided("deny", ...refused), undefined)).toBe(
      true,
    );
  });

for (const [name, refused, form] of MORE)
  it(`is more: ${name}`, () => {
    expect(doesNoMore(decided("allow", ...form), decided("deny", ...refused), undefined)).toBe(
      false,
    );
  });

it("is no more: a file that the form makes where nothing was", () => {
  const form = decided("ask", writes(at("/tmp/script")));
  expect(doesNoMore(form, decided("deny"), "/tmp/script")).toBe(true);
  expect(doesNoMore(form, decided("deny"), "/tmp/other")).toBe(false);
  expect(doesNoMore(form, decided("deny"), undefined)).toBe(false);
});

it("is more: a read that a person would be asked about", () => {
  expect(doesNoMore(decided("ask", reads("/p/b")), decided("deny"), undefined)).toBe(false);
  expect(doesNoMore(decided("ask", reads("/p/b")), decided("deny", reads("/p/b")), undefined)).toBe(
    true,
  );
});
