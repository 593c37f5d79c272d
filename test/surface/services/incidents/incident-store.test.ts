// Incidents on disk: read back as they were, private, found by how they begin; damaged files are named and lose no other.
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openedBy } from "#detect/incident/correlate.ts";
import type { Alert } from "#detect/alert/alert.ts";
import { incidentId, openIncidents } from "#surface/services/incidents/incident-store.ts";
import { automaticFor, readResponses } from "#surface/services/incidents/respond.ts";

const room = mkdtempSync(join(tmpdir(), "sallyport-incidents-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));
const alert: Alert = {
  id: "al-1",
  timeMs: 5,
  rule: "impact/x",
  title: "t",
  level: "high",
  tags: ["a.b"],
  events: [3],
  repeats: 0,
  place: { pseudonym: "s", destination: "d" },
};

it("ids are in the order of time, and none can be guessed", () => {
  const ids = [1, 2, 1_700_000_000_000].map(incidentId);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(Array.from({ length: 1_000 }, () => incidentId(7))).size).toBe(1_000);
});

it("are read back, private, by the beginning of an id that is one's alone", () => {
  const store = openIncidents({ incidents: join(room, "a") });
  expect(store.all()).toEqual({ incidents: [], damaged: [] });
  const [old, young] = [1_000, 9e12].map((ms) => openedBy(alert, incidentId(ms), ms));
  if (old === undefined || young === undefined) throw new Error("two were made");
  store.put(old);
  store.put({ ...young, owner: "bob", outcome: "missed" });
  expect(store.all().incidents).toEqual([{ ...young, owner: "bob", outcome: "missed" }, old]);
  expect(store.named(old.id.slice(0, 12))).toEqual(old);
  expect(() => store.named("inc-")).toThrow(`give more of the id: ${young.id}, ${old.id}`);
  expect(() => store.named("drill")).toThrow(/no such incident/);
  store.put({ ...old, drill: true });
  expect(store.named("drill")).toEqual({ ...old, drill: true });
  expect(() => store.named("inc-zzz")).toThrow(/no such incident/);
  expect(statSync(join(room, "a", `${old.id}.json`)).mode & 0o077).toBe(0);
});

it("names files that cannot be read, and shows the others", () => {
  const store = openIncidents({ incidents: join(room, "b") });
  const good = openedBy(alert, incidentId(1), 1);
  store.put(good);
  const bad = join(room, "b", `${incidentId(2)}.json`);
  writeFileSync(bad, '{"version":1}', { mode: 0o600 });
  writeFileSync(join(room, "b", "notes.txt"), "x");
  expect(store.all()).toEqual({ incidents: [good], damaged: [bad] });
});

const responsesFile = join(room, "responses.yaml");
const read = (text: string) => {
  writeFileSync(responsesFile, text);
  return readResponses({ responsesFile });
};

it("are answered by themselves only as a person's file says", () => {
  expect(readResponses({ responsesFile: join(room, "none") })).toEqual([]);
  const incident = openedBy(alert, incidentId(1), 1);
  const rules = read(
    "version: 1\nresponses:\n  - { level: critical, do: [lockdown] }\n  - { rules: [impact/x], do: [quarantine] }\n",
  );
  expect(automaticFor(incident, rules)).toEqual(["quarantine"]);
  expect(automaticFor({ ...incident, level: "critical" }, rules)).toEqual([
    "lockdown",
    "quarantine",
  ]);
});

it.each([
  ["version: 1\nresponses: [", /is no YAML/],
  ["version: 1\nresponses: [{ do: [explode] }]", /responses\.0\.do\.0/],
  ["version: 1\nresponses: [{ do: [quarantine], when: x }]", /when/],
  ["{}", /version/],
])("say where such a file is wrong: %s", (text, says) => {
  expect(() => read(text)).toThrow(says);
});
