// A control's status held against what the pack itself says: whoever holds the key can sign anything, and not make it agree.
import { expect, it } from "vitest";
import { derivedFaults } from "#assure/evidence/derived-status.ts";
import type { PackedControl } from "#assure/evidence/manifest.ts";

type Gap = PackedControl["gaps"][number];
const SILENCE: Gap = { kind: "silence", reason: "no entry for 9 hours", count: 1, entries: [3] };
const ABSENT: Gap = { kind: "attestation-missing", reason: "none of x", count: 1, entries: [] };
const control = (change: Partial<PackedControl> = {}): PackedControl => ({
  id: "a/b",
  framework: "F",
  reference: "1",
  title: "T",
  description: "D",
  also: [],
  status: "gap",
  says: "",
  gaps: [SILENCE],
  notes: [],
  checks: [],
  detections: [],
  evidence: [
    {
      id: "judged",
      title: "judged",
      query: {},
      by: null,
      count: 4,
      groups: null,
      first: null,
      last: null,
      sample: [],
    },
  ],
  collectors: [{ id: "coverage", file: "facts/coverage.json" }],
  policies: [],
  attestations: [],
  waivers: [],
  limits: [],
  ...change,
});
const facts = (gaps: readonly unknown[]) => (file: string) =>
  file === "facts/coverage.json"
    ? Buffer.from(JSON.stringify({ id: "coverage", title: "c", facts: {}, gaps }))
    : undefined;
const whole = facts([SILENCE]);
const none = facts([]);
const check = (outcome: "pass" | "fail") => ({ check: "c", project: "p", outcome, says: "" });
const [silent] = control().evidence;

it("finds nothing where both agree", () => {
  expect(derivedFaults(control(), whole)).toEqual([]);
  expect(derivedFaults(control({ gaps: [], status: "supported" }), none)).toEqual([]);
});

it.each<[string, Partial<PackedControl>, (file: string) => Uint8Array | undefined, RegExp]>([
  ["a gap of the facts left out", { gaps: [], status: "supported" }, whole, /coverage found: sil/],
  ["the facts left out", { gaps: [], status: "supported" }, () => undefined, /not in the pack/],
  ["facts that are none", {}, () => Buffer.from("[1"), /not in the pack/],
  ["gaps that are called supported", { status: "supported" }, whole, /1 gaps and is called/],
  ["a gap without one", { gaps: [], status: "gap" }, none, /0 gaps and is called/],
  ["a failed check", { gaps: [], status: "supported", checks: [check("fail")] }, none, /a check/],
  [
    "a detection that is not in force",
    { gaps: [], status: "supported", detections: [{ id: "d", isInForce: false, alerts: 0 }] },
    none,
    /detection is not in force/,
  ],
  [
    "an attestation that is missing",
    {
      gaps: [],
      status: "supported",
      attestations: [{ about: "x", needs: "y", state: "missing", attested: [] }],
    },
    none,
    /not attested/,
  ],
  [
    "support by nothing",
    {
      gaps: [],
      status: "supported",
      evidence: silent === undefined ? [] : [{ ...silent, count: 0 }],
    },
    none,
    /nothing was recorded that supports it/,
  ],
  ["attested by nobody", { gaps: [], status: "attested" }, none, /does not rest on/],
])("finds %s", (_name, change, held, words) => {
  expect(derivedFaults(control(change), held).join("; ")).toMatch(words);
});

it("takes a control that names its missing attestation", () => {
  const named = control({
    gaps: [SILENCE, ABSENT],
    attestations: [{ about: "x", needs: "y", state: "missing", attested: [] }],
  });
  expect(derivedFaults(named, whole)).toEqual([]);
});
