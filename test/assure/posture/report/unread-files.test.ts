// Files that nobody can read, beside others: named, each check about them is no pass, and nothing else changes, neither findings nor score.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Tier } from "#guard/content/detection/finding.ts";
import type { ScanFinding } from "#assure/scan/scan-finding.ts";
import { sightsFromMemory } from "#assure/posture/inputs/from-memory.ts";
import type { AuditInputs, SeenFile } from "#assure/posture/inputs/audit-inputs.ts";
import { NO_TEXT } from "#assure/posture/inputs/read-inputs.ts";
import { type AuditReport, reportOf } from "#assure/posture/report/report.ts";
import { runChecks } from "#assure/posture/run-checks.ts";
import { loadCatalogue } from "#surface/foundation/product/shipped-data.ts";
import { loadCheckFamilies } from "#surface/services/posture/shipped-checks.ts";
import { benignTrees, postureCases } from "../../../corpus/posture/case.ts";

const around = { catalogue: loadCatalogue(), nowMs: Date.UTC(2026, 10, 21) };
const checks = loadCheckFamilies().flatMap((family) => family.checks);

const report = (auditInputs: AuditInputs): AuditReport =>
  reportOf(runChecks(checks, auditInputs), {
    auditInputs,
    leftOut: [],
    target: ".",
    version: "0.1.0",
  });

/** Some benign trees, and the first faulty case of each family. */
const cases = [
  ...benignTrees().slice(0, 4),
  ...postureCases().filter(
    ({ family, side }, at, all) =>
      side === "bad" && all.findIndex((one) => one.family === family && one.side === side) === at,
  ),
];

const TOO_LARGE = "it has more than 2097152 bytes";
const folder = fc.constantFrom("", "assets/", "data/", "src/", "scripts/", "bin/", "docs/", "a/b/");
const unreadName = fc
  .tuple(
    folder,
    fc.stringMatching(/^[a-z]{3,8}$/),
    fc.constantFrom(".bin", ".png", ".db", ".csv", ".log", ".json", ".sh", ".py", ".exe", ""),
  )
  .map(([below, name, ending]) => `${below}unread-${name}${ending}`);
const unreadFile = fc.tuple(unreadName, fc.constantFrom(NO_TEXT, TOO_LARGE));

/** The same inputs with files of which nothing could be read. */
function beside(inputs: AuditInputs, unread: readonly (readonly [string, string])[]): AuditInputs {
  const added = unread.map(([path, why]): [string, SeenFile] => [
    path,
    {
      place: "repository",
      path,
      shown: path,
      owner: "us",
      isLink: false,
      mode: 0o755,
      bytes: 5_000_000,
      sha256: undefined,
      text: undefined,
      why,
    },
  ]);
  const { repository } = inputs;
  return {
    ...inputs,
    repository: { ...repository, files: new Map([...repository.files, ...added]) },
  };
}

it("costs nothing elsewhere: of generated files in every case, no fault changes, and no score falls", () => {
  const seen = cases.map((one) => sightsFromMemory(one, around));
  const before = new Map(seen.map((inputs) => [inputs, report(inputs)]));
  fc.assert(
    fc.property(
      fc.constantFrom(...seen),
      fc.uniqueArray(unreadFile, { minLength: 1, maxLength: 12, selector: ([path]) => path }),
      (inputs, unread) => {
        const was = before.get(inputs) ?? expect.unreachable();
        const now = report(beside(inputs, unread));
        expect(now.score.value).toBe(was.score.value);
        expect(now.score.cost).toBe(was.score.cost);
        const names = unread.map(([path]) => path);
        for (const [at, check] of now.checks.entries()) {
          const { outcome } = was.checks[at] ?? expect.unreachable();
          if (check.outcome === outcome) continue;
          // What is about such a file by its name says so, and which one it is.
          expect([check.id, outcome, check.outcome]).toEqual([
            check.id,
            expect.any(String),
            "unseen",
          ]);
          expect(
            names.some((name) => (check.note ?? "").includes(name)),
            check.note ?? "",
          ).toBe(true);
        }
      },
    ),
    { numRuns: 40 },
  );
});

const aFinding = fc.record({
  file: fc.constantFrom("src/a.ts", "config/b.yml", "test/c.ts", "examples/d.json", ".env"),
  tier: fc.constantFrom<Tier>("high", "medium", "low"),
});

/** What a scan found in a repository where git follows every file. */
function scanned(found: readonly { readonly file: string; readonly tier: Tier }[]): AuditInputs {
  const files = Object.fromEntries(found.map(({ file }) => [file, "x"]));
  const findings = found.map(
    ({ file, tier }, at): ScanFinding => ({
      rule: "github-token",
      title: "a token",
      family: "secret",
      tier,
      gravity: "high",
      file,
      line: 1,
      column: 1,
      length: 9,
      endLine: 1,
      endColumn: 10,
      goesTo: "a secret manager",
      fingerprint: `f${at}`,
    }),
  );
  return sightsFromMemory({ files }, around, {
    secrets: { kind: "seen", value: findings },
    scanned: { files: found.length, bytes: 1, accepted: 0, commit: undefined },
  });
}

it("ranks: whatever else was found, a repository with a live key is below every one without", () => {
  const isLive = ({ file, tier }: { readonly file: string; readonly tier: string }) =>
    tier === "high" && !/^(?:test|examples)\//.test(file);
  const all: { readonly value: number; readonly hasLive: boolean }[] = [];
  fc.assert(
    fc.property(fc.array(aFinding, { maxLength: 6 }), (found) => {
      const { score } = report(scanned(found));
      const hasLive = found.some(isLive);
      expect((score.liveKeys ?? 0) > 0).toBe(hasLive);
      all.push({ value: score.value ?? expect.unreachable(), hasLive });
    }),
    { numRuns: 60 },
  );
  const with_ = all.filter(({ hasLive }) => hasLive).map(({ value }) => value);
  const without = all.filter(({ hasLive }) => !hasLive).map(({ value }) => value);
  expect([with_.length > 0, without.length > 0]).toEqual([true, true]);
  expect(Math.max(...with_)).toBeLessThan(Math.min(...without));
});
