// A fleet put together: what its machines are to have, and what their troubles say of a release.
import { expect, test } from "vitest";
import { companyOf, countedFromMs, hasWanted, ringEvidence } from "#assure/rollout/company.ts";
import { parseFleetFile } from "#assure/rollout/fleet-file.ts";
import { addDeed, type Deed, readJournal } from "#assure/rollout/journal.ts";
import type { Track } from "#assure/rollout/progress.ts";
import type { SeenDay, SeenHost } from "#record/fleet/host-report.ts";

const NOW_MS = Date.UTC(2026, 5, 1);
const bundle = (version: number) => ({ version, content: String(version).padStart(64, "0") });
const file = parseFleetFile(
  "format: 1\nname: acme\nowner: ada\nrings: [100]\notherwise: low-risk\npolicies: [{ policy: baseline }]\n",
  "fleet.yaml",
);
const host = (machine: string, report: Partial<SeenHost["report"]> = {}): SeenHost => ({
  machine,
  seenMs: NOW_MS,
  skewMs: 0,
  report: {
    format: 1,
    atMs: NOW_MS,
    product: "1",
    client: "",
    system: "linux",
    bundle: null,
    trouble: "",
    canary: "held",
    drift: 0,
    held: true,
    mcp: { servers: 0, approved: 0 },
    exceptions: 0,
    repositories: [],
    days: [],
    ...report,
  },
});
const released: Deed = {
  what: "released",
  policy: "baseline",
  tiers: ["low-risk"],
  back: null,
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

test("a ring that is taken back in the middle leaves nobody behind, whatever stage each machine is at", () => {
  const rings = parseFleetFile(
    "format: 1\nname: acme\nowner: ada\nrings: [10, 50, 100]\notherwise: low-risk\npolicies: [{ policy: baseline }]\n",
    "fleet.yaml",
  );
  const deeds: readonly Deed[] = [
    { ...released, back: bundle(6) },
    { what: "advanced", policy: "baseline", tier: "low-risk", ring: 1, stage: "ask" },
  ];
  const names = Array.from({ length: 60 }, (_, index) => `m${index}`);
  const journal = (all: readonly Deed[]) =>
    all.reduce(
      (state, deed) => addDeed(state, { deed, by: "ada", timeMs: NOW_MS }).state,
      readJournal("", "journal"),
    );
  const company = (all: readonly Deed[], hosts: readonly SeenHost[]) =>
    companyOf({ file: rings, state: journal(all), listings: [], hosts, nowMs: NOW_MS });
  const before = company(
    deeds,
    names.map((name) => host(name)),
  );
  const has = new Set(before.machines.map(({ wanted }) => wanted?.version ?? 0));
  expect(has).toEqual(new Set([0, 4, 5]));
  const now = before.machines.map(({ machine, wanted }) =>
    host(machine, {
      bundle:
        wanted === undefined
          ? null
          : { version: wanted.version, content: wanted.content, stage: wanted.stage },
    }),
  );
  const reasons = ["a fault"];
  const back: Deed = { what: "taken-back", policy: "baseline", tier: "low-risk", reasons };
  const after = company([...deeds, back], now);
  expect(new Set(after.machines.map(({ wanted }) => wanted?.version))).toEqual(new Set([6]));
  expect(after.machines.some(({ needsHigher }) => needsHigher)).toBe(false);
});
test("a machine that comes back after ninety days with an old policy is to have the one of now, and is no proof of it", () => {
  const track = (timeMs: number, deeds: readonly Deed[], hosts: readonly SeenHost[]) => {
    let state = readJournal("", "journal");
    for (const deed of deeds) ({ state } = addDeed(state, { deed, by: "ada", timeMs }));
    const company = companyOf({ file, state, listings: [], hosts, nowMs: NOW_MS });
    const own = state.tracks.get("baseline/low-risk");
    if (own === undefined) throw new Error("there is no track");
    return { company, own };
  };
  const old = host("m", { bundle: { ...bundle(2), stage: "enforce" } });
  const day = (version: number, on: string, asked: number): SeenDay => ({
    machine: "m",
    version,
    stage: "observe",
    day: {
      day: on,
      calls: 100,
      sessions: 1,
      asked,
      refused: 0,
      allowed: 0,
      declined: 0,
      waitedMs: 0,
      overrides: 0,
      failures: 0,
      spared: 0,
      added: 0,
      left: 0,
      rules: [],
      exceptions: [],
    },
  });
  const { company, own } = track(NOW_MS, [released], [old]);
  expect(company.machines[0]).toMatchObject({ wanted: bundle(3), needsHigher: false });
  expect(company.machines.every(hasWanted)).toBe(false);
  const days = [day(2, "2026-06-01", 90), day(3, "2026-03-01", 90), day(3, "2026-06-01", 1)];
  expect(ringEvidence(own, company, days)).toMatchObject({ calls: 100, asked: 1, adopted: 0 });
  const gone = { ...old, seenMs: NOW_MS - 91 * 86_400_000 };
  expect(track(NOW_MS, [released], [gone]).company.machines).toEqual([]);
});
test("calls of a release that has ended are counted for a week", () => {
  const nowMs = NOW_MS + 90 * 86_400_000;
  const track = { standing: "running", sinceMs: NOW_MS } as Track;
  expect(countedFromMs(track, nowMs)).toBe(NOW_MS);
  expect(countedFromMs({ ...track, standing: "complete" }, nowMs)).toBe(nowMs - 7 * 86_400_000);
});
