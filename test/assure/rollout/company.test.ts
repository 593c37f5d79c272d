// A fleet put together: what its machines are to have, and what their troubles say of a release.
import { expect, test } from "vitest";
import { companyOf, hasWanted, ringEvidence } from "#assure/rollout/company.ts";
import { parseFleetFile } from "#assure/rollout/fleet-file.ts";
import { addDeed, type Deed, readJournal } from "#assure/rollout/journal.ts";
import type { SeenHost } from "#record/fleet/host-report.ts";

const NOW_MS = Date.UTC(2026, 5, 1);
const bundle = (version: number) => ({ version, content: String(version).padStart(64, "0") });
const file = parseFleetFile(
  "format: 1\nname: acme\nowner: ada\nrings: [100]\notherwise: low-risk\npolicies: [{ policy: baseline }]\n",
  "fleet.yaml",
);
const host = (machine: string, report: Partial<SeenHost["report"]> = {}): SeenHost => ({
  ...{ machine, seenMs: NOW_MS, skewMs: 0 },
  report: {
    ...{ format: 1, atMs: NOW_MS, product: "1", client: "", system: "linux", bundle: null },
    ...{ trouble: "", canary: "held", drift: 0, held: true, mcp: { servers: 0, approved: 0 } },
    ...{ exceptions: 0, repositories: [], days: [], ...report },
  },
});
const released: Deed = {
  ...{ what: "released", policy: "baseline", tiers: ["low-risk"], back: null },
  stages: { observe: bundle(3), ask: bundle(4), enforce: bundle(5) },
};
function fleetOf(hosts: readonly SeenHost[], deeds: readonly Deed[] = [released]) {
  let state = readJournal("", "journal");
  for (const deed of deeds) ({ state } = addDeed(state, { deed, by: "ada", timeMs: NOW_MS }));
  const company = companyOf({ file, state, listings: [], hosts, nowMs: NOW_MS });
  const track = state.tracks.get("baseline/low-risk");
  if (track === undefined) throw new Error("there is no track");
  return { company, evidence: ringEvidence(track, company, []) };
}

test("a machine that refuses the policy counts, and one whose file server is down does not", () => {
  const troubles = ["bundle-meaning", "policy-unsafe", "fleet-source", "assignment-old", ""];
  const { evidence } = fleetOf(troubles.map((trouble, index) => host(`m${index}`, { trouble })));
  expect(evidence).toMatchObject({ machines: 5, online: 5, refused: 2 });
});
test("a machine with a higher version of another policy is to have a copy with a higher one", () => {
  const has = { bundle: { ...bundle(9), stage: "enforce" } } as const;
  const [plain] = fleetOf([host("m", has)]).company.machines;
  expect(plain).toMatchObject({ needsHigher: true });
  const raised: Deed = { what: "raised", of: bundle(3).content, bundle: bundle(10) };
  const [copied] = fleetOf([host("m", has)], [released, raised]).company.machines;
  expect(copied).toMatchObject({ needsHigher: false, wanted: { ...bundle(10), of: bundle(3) } });
  const { company, evidence } = fleetOf(
    [host("m", { bundle: { ...bundle(10), stage: "observe" } })],
    [released, raised],
  );
  expect(company.machines.every(hasWanted)).toBe(true);
  expect(evidence.adopted).toBe(1);
});
