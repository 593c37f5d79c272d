// The one table of places: each layer knows what the table says that it knows, and nothing else; a row that lies is found.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileGlob } from "#base/glob.ts";
import { isWithin } from "#base/path.ts";
import { nativeRulesFor } from "#govern/compile/permission-rules.ts";
import { CLIENT_PROTECTED, isClientProtected } from "#guard/effects/paths/client-protected.ts";
import type { Known, MeaningfulPlace, PlainPlace } from "#guard/effects/paths/meaningful-place.ts";
import { PLACES } from "#guard/effects/paths/place-list.ts";
import { classifyChange } from "#guard/effects/paths/places.ts";
import { PLAIN_PLACES } from "#guard/effects/paths/project-places.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import { needsOf } from "#guard/hold/needs.ts";
import { openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { Rule } from "#guard/policy/policy.ts";
import { leavingsIn } from "#surface/services/hold/left-behind.ts";
import { createPlaceFinder } from "#surface/services/hold/places/found-places.ts";
import { gitPlaces } from "#surface/services/hold/places/git-places.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";

type Row = MeaningfulPlace | PlainPlace;

/** What the layers do with a change of one place. */
type Observed = {
  readonly judged: readonly string[];
  readonly rules: boolean;
  readonly mounts: boolean;
  readonly leavings: boolean;
};

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "places-")));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const policy = { ...loadPack("team"), rules: [] };
let count = 0;

/** A file that a glob means: in a project of its own, in its home, or anywhere on the machine. */
function witnessOf(glob: string, project: string, home: string): string {
  const at = glob.startsWith("/**/") ? `${project}/sub/${glob.slice(4)}` : glob.replace(/^~/, home);
  return at
    .replaceAll("/**/", "/m/")
    .replace(/\/\*\*$/, "/x")
    .replaceAll("*", "w")
    .replaceAll("?", "c");
}

/** Makes the file, and around it what git takes for a repository, a submodule and a working tree. */
function plant(path: string): void {
  for (const end of [path.indexOf("/.git/") + 5, path.indexOf("/.git/modules/m/") + 15]) {
    if (end < 15) continue;
    for (const name of ["objects", "refs"])
      mkdirSync(join(path.slice(0, end), name), { recursive: true });
    for (const name of ["HEAD", "config"]) writeFileSync(join(path.slice(0, end), name), "");
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "[core]\n\tfsmonitor = /x\n", { mode: 0o755 });
}

function observe(glob: string, kind: MeaningfulPlace["kind"]): Observed {
  const home = join(root, `${++count}`);
  const projectRoot = join(home, "w", "project");
  mkdirSync(projectRoot, { recursive: true });
  const path = witnessOf(glob, projectRoot, home);
  if (isWithin(projectRoot, path)) plant(path);
  const covers = (places: Iterable<string>): boolean =>
    [...places].some((place) => isWithin(place, path));
  const found = createPlaceFinder().find({ policy, projectRoot, home, nowMs: Date.now() });
  const needs = needsOf({ effects: [], projectRoot, programs: [] });
  const git = gitPlaces(found.repositories, { needs, projectRoot });
  const session: SessionFacts = {
    sessionId: "s",
    projectRoot,
    home,
    user: "u",
    interactive: true,
    mode: "default",
    ownPaths: [],
  };
  const target = { kind: "path", path, real: path, reach: "entry" } as const;
  return {
    judged: classifyChange(target, session, "write").map((one) => `${one.kind} ${one.means}`),
    rules: isRefused(path, { kind, projectRoot, home }),
    mounts: covers([...found.kept, ...git.kept, ...git.unwanted]),
    leavings: covers(
      [...leavingsIn(found, projectRoot, () => false).values()].map((one) => one.path),
    ),
  };
}

/** Whether a change of a place is looked for in a package that an installer unpacked. */
function isFoundInPackages(glob: string): boolean {
  const home = join(root, `${++count}`);
  const projectRoot = join(home, "w", "project");
  const path = witnessOf(glob, join(projectRoot, "node_modules/p"), home);
  plant(path);
  const finder = createPlaceFinder({ looksInPackages: true });
  const found = finder.find({ policy, projectRoot, home, nowMs: Date.now() });
  return [...leavingsIn(found, projectRoot, () => false).values()].some((one) =>
    isWithin(one.path, path),
  );
}

/** Whether the client refuses to write there by the rules that a refusal of the effect is compiled to. */
function isRefused(
  path: string,
  { kind, projectRoot, home }: { kind: MeaningfulPlace["kind"]; projectRoot: string; home: string },
): boolean {
  const rule: Rule = {
    id: "t/x",
    verdict: "deny",
    when: { effects: [kind] },
    reason: "x",
    instead: undefined,
  };
  const { rules } = nativeRulesFor(rule, "user", { changed: [], read: [] });
  const layer = { source: "user", file: "user", root: join(home, ".claude") } as const;
  const client = openSession({
    layers: [{ ...layer, settings: { permissions: { deny: rules } } }],
    mode: "bypassPermissions",
    isTrusted: true,
    project: projectRoot,
    home,
  });
  const input = { file_path: path, content: "x" };
  return simulateNative(client, { tool: "Write", input, cwd: projectRoot }).verdict === "deny";
}

/** Where the layers differ from what a row says of a glob, in words. */
function differences(row: Row, glob: string): readonly string[] {
  const kind = "kind" in row ? row.kind : "persist";
  const { judged, ...known } = observe(glob, kind);
  const wanted = "kind" in row ? [`${row.kind} ${row.means}`] : [];
  const said = { mounts: row.mounts, leavings: row.leavings, rules: rulesOf(row, glob) };
  const found = Object.entries(said).flatMap(([layer, one]) => {
    const isKnown = known[layer as keyof typeof known];
    if ((one === true) === isKnown) return [];
    return [
      `${glob}: ${layer} ${isKnown ? "knows it, and the table says not" : "does not know it"}`,
    ];
  });
  const isJudged =
    wanted.length === 0 ? judged.length === 0 : wanted.every((one) => judged.includes(one));
  return isJudged ? found : [...found, `${glob}: judged as ${judged.join(", ") || "nothing"}`];
}

function rulesOf({ rules }: Row, glob: string): Known {
  return rules !== true && "only" in rules && rules.only.includes(glob) ? true : (rules as Known);
}

/** Globs that the client protects and that are in no row. */
function withoutRow(globs: readonly string[], rows: readonly Row[]): readonly string[] {
  const tests = rows.flatMap((row) => row.globs.map((glob) => compileGlob(glob)));
  return globs.filter((glob) => {
    const path = witnessOf(glob, "/h/w/project", "/h");
    return !tests.some((matches) => matches(path) || matches(`${path}/x`));
  });
}

const ROWS: readonly Row[] = [...PLACES, ...PLAIN_PLACES];

/** Globs of a row that lie where another row says more: `.claude/settings.json` in `.claude`. */
const CASES = ROWS.flatMap((row) => row.globs.map((glob) => [glob, row] as const));

describe("each layer knows what the table says", () => {
  test(`all ${CASES.length} places`, () => {
    expect(CASES.flatMap(([glob, row]) => differences(row, glob))).toEqual([]);
  });

  test("in packages as well, or not there", () => {
    const ofProjects = CASES.filter(([glob]) => glob.startsWith("/**/"));
    const isMeant = (row: Row): boolean => "inPackages" in row && row.inPackages === true;
    expect(
      ofProjects
        .filter(([glob, row]) => isFoundInPackages(glob) !== isMeant(row))
        .map(([glob]) => glob),
    ).toEqual([]);
    expect(ofProjects.filter(([, row]) => isMeant(row)).length).toBeGreaterThan(4);
  });

  test("all that the client protects has a row", () => {
    expect(withoutRow(CLIENT_PROTECTED, ROWS)).toEqual([]);
    const free = CLIENT_PROTECTED.filter(
      (glob) => !isClientProtected(witnessOf(glob, "/h/p", "/h")),
    );
    expect(free).toEqual([]);
  });

  test("whoever is left out has a reason", () => {
    const reasons = ROWS.flatMap(({ rules, mounts, leavings }) =>
      [rules, mounts, leavings].flatMap((one) => (one === true ? [] : [one.not])),
    );
    expect(reasons.filter((text) => text.split(" ").length < 4)).toEqual([]);
  });
});

describe("a planted violation is found", () => {
  const rowWith = (glob: string): Row => {
    const found = ROWS.find(({ globs }) => globs.includes(glob));
    if (found === undefined) throw new Error(`no row of ${glob}`);
    return found;
  };
  const ENVIRONMENT = "/**/.envrc";
  const TEXT = "/**/AGENTS.md";
  const no = { not: "a reason that is none" };
  test.each([
    ["mounts know what the table leaves out", ENVIRONMENT, { mounts: no }, "mounts knows"],
    ["leavings know what the table leaves out", ENVIRONMENT, { leavings: no }, "leavings knows"],
    ["rules know what the table leaves out", ENVIRONMENT, { rules: no }, "rules knows"],
    ["mounts do not know a place", TEXT, { mounts: true }, "mounts does not know"],
    ["leavings do not know a place", TEXT, { leavings: true }, "leavings does not know"],
    ["rules do not know a place", TEXT, { rules: true }, "rules does not know"],
    [
      "the evaluator does not know a place",
      TEXT,
      { kind: "persist", means: "git-execution" },
      "judged as nothing",
    ],
    [
      "the evaluator knows it as another",
      ENVIRONMENT,
      { means: "service" },
      "judged as persist directory-environment",
    ],
  ] as const)("%s", (_, glob, change, words) => {
    expect(differences({ ...rowWith(glob), ...change } as Row, glob).join("; ")).toContain(words);
  });

  test("the client protects a place without a row", () => {
    expect(withoutRow(["/**/.newthing/**"], ROWS)).toEqual(["/**/.newthing/**"]);
    const rows = ROWS.filter(({ globs }) => !globs.includes("/**/.npmrc"));
    expect(withoutRow(CLIENT_PROTECTED, rows)).toContain("/**/.npmrc");
  });
});
