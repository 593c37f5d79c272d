// Reports of a pack: what is hostile in it stays text, every control is told with its gaps and limits, and OSCAL has its form.
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import type { PackedControl, PackManifest } from "#assure/evidence/manifest.ts";
import { packOscal } from "#assure/evidence/report/oscal.ts";
import { packHtml } from "#assure/evidence/report/page.ts";
import { packCsv } from "#assure/evidence/report/table.ts";
import { oscalResults } from "./oscal-form.ts";

const DIGEST = "ab".repeat(32);
const HOSTILE = '<script>alert("x")</script> =cmd|calc \u202e\u0007';

function control(id: string, change: Partial<PackedControl> = {}): PackedControl {
  return {
    id,
    framework: "F",
    reference: "CC6.1",
    title: `T ${HOSTILE}`,
    description: "D",
    also: ["iso27001:A.8.3"],
    status: "gap",
    says: "gaps",
    notes: ["not seen"],
    gaps: [{ kind: "silence", reason: `none ${HOSTILE}`, count: 1, entries: [3] }],
    evidence: [
      {
        id: "judged",
        title: "calls",
        query: { kind: "decision" },
        by: "verdict",
        count: 2,
        groups: { [HOSTILE]: 2 },
        first: "2026-01-01T00:00:00Z",
        last: "2026-01-02T00:00:00Z",
        sample: [{ entry: 3, timeMs: 1_767_225_600_000 }],
      },
    ],
    collectors: [{ id: "coverage", file: "facts/coverage.json" }],
    checks: [{ check: "settings/bypass-default", project: HOSTILE, outcome: "fail", says: "x" }],
    detections: [{ id: "impact/flood", isInForce: true, alerts: 4 }],
    policies: ["soc2"],
    attestations: [
      {
        about: "governance/log-review",
        needs: "that it is read",
        state: "over",
        attested: [
          {
            id: "0",
            kind: "attestation",
            about: "governance/log-review",
            owner: HOSTILE,
            approver: "g",
            document: DIGEST,
            where: "everywhere",
            createdMs: 1,
            expiresMs: 1_767_225_600_000,
            isWithdrawn: false,
          },
        ],
      },
    ],
    waivers: [],
    limits: ["all else"],
    ...change,
  };
}

const controls = [
  control("soc2/cc6-1"),
  control("soc2/cc6-2", { status: "supported", gaps: [], checks: [], attestations: [] }),
];
const manifest: PackManifest = {
  pack: 1,
  product: "0.1.0",
  framework: "soc2",
  title: "SOC 2",
  period: {
    from: "2026-01-01",
    to: "2026-01-31",
    sinceMs: 1_767_225_600_000,
    untilMs: 1_769_904_000_000,
  },
  collected: "2026-02-02T00:00:00.000Z",
  policies: [],
  says: "supports",
  log: { origin: "sallyport/x", size: 9, root: "cm9vdA==", rederived: "yes" },
  controls: controls.map(({ id, reference, title, status, gaps }) => ({
    id,
    reference,
    title,
    status,
    gaps,
    file: `controls/${id.replace("/", "-")}.json`,
  })),
  proofs: { held: 1, omitted: 0 },
  files: [],
};

describe("a report", () => {
  it("as a page runs and loads nothing, and tells every control with its gaps and limits", () => {
    const page = packHtml(manifest, controls, DIGEST);
    expect(page).not.toMatch(/<script|<img|<link|https?:|url\(/);
    expect(page).not.toContain("\u202e");
    for (const text of ["CC6.1", "gap", "supported", "silence", "all else", "not seen", DIGEST])
      expect(page).toContain(text);
    expect(page.match(/<section/g)).toHaveLength(2);
    expect(page).not.toMatch(/complian[ct]/i);
  });
  it("as a table has one line for each item, and no cell that a spreadsheet runs", () => {
    const table = packCsv(manifest, controls);
    const lines = table.trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 8 + 5);
    expect(lines.every((one) => one.startsWith('"'))).toBe(true);
    expect(table).not.toMatch(/"[=+@-]/);
    expect(table).toContain('"gap","silence","1"');
  });
  it("as OSCAL has the published form, with ids that are the same for the same pack", () => {
    const made = packOscal(manifest, controls, DIGEST);
    expect(v.safeParse(oscalResults, made).issues).toBeUndefined();
    expect(packOscal(manifest, controls, DIGEST)).toEqual(made);
    const { results } = v.parse(oscalResults, made)["assessment-results"];
    const [result] = results;
    const known = new Set(result?.observations.map(({ uuid }) => uuid));
    const named = result?.findings.flatMap((one) =>
      one["related-observations"].map((related) => related["observation-uuid"]),
    );
    expect(named?.filter((uuid) => !known.has(uuid))).toEqual([]);
    expect(known.size).toBe(result?.observations.length);
    expect(result?.findings.map(({ target }) => target.status.state)).toEqual([
      ...["not-satisfied", "satisfied"],
    ]);
  });
});
