// Automatic responses that cut off what an alert is about, or open a review: only as a person wrote, once, taken back by the ordinary commands.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Alert, AlertPlace } from "#detect/alert/alert.ts";
import type { AuditEvent, EventStamp } from "#record/event/event.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import {
  createIncidentDesk,
  type IncidentDesk,
} from "#surface/services/incidents/incident-desk.ts";
import { openBlocks } from "#surface/services/incidents/blocks.ts";
import { openIncidents } from "#surface/services/incidents/incident-store.ts";

let room = "";
let desk: IncidentDesk;
let told: string[] = [];
let held: string[] = [];
let appended: AuditEvent[] = [];
let nowMs = 1_772_352_000_000;
const where = () => directoriesIn(room);

beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), "sallyport-desk-"));
  [told, held, appended] = [[], [], []];
  const stamp: Omit<EventStamp, "submitter"> = {
    id: "e",
    timeMs: nowMs,
    product: "0.1.0",
    pseudonym: () => "p",
    digest: () => "d",
    mark: () => () => "AAAAAAAA",
  };
  desk = createIncidentDesk(where(), {
    clock: { nowMs: () => (nowMs += 1) },
    log: {
      stamp: (submitter) => ({ ...stamp, submitter }),
      append: (event) => Promise.resolve(appended.push(event)),
    },
    heldSessions: {
      hold: ({ sessionId }) => !held.includes(sessionId) && held.push(sessionId) > 0,
    },
    digest: (text) => text,
    lockDown: () => undefined,
    told: ({ what, incident }) => void told.push(`${what} ${incident?.actions.at(-1)?.what ?? ""}`),
  });
});
afterEach(() => rmSync(room, { recursive: true, force: true }));

const responses = (text: string) => writeFileSync(where().responsesFile, text, { mode: 0o600 });
const alert = (id: string, place: AlertPlace): Alert => ({
  id,
  timeMs: nowMs,
  rule: "impact/x",
  title: "x",
  level: "critical",
  tags: [],
  events: [1],
  repeats: 0,
  place: { session: "s1", pseudonym: "p1", ...place },
});
const blocked = () => openBlocks(where()).all();
const what = () => appended.map(({ metadata }) => metadata["what"]);
const incident = () => openIncidents(where()).all().incidents[0];

it("cut off the host and the server that the alert is about, on record and in the incident, and once", async () => {
  responses("version: 1\nresponses: [{ do: [block-destination, block-server] }]\n");
  await desk.alert(alert("al-1", { destination: "Drop.Example.NET", server: "tracker" }));
  expect(blocked().map(({ kind, name, by }) => [kind, name, by])).toEqual([
    ["host", "drop.example.net", "sallyport"],
    ["server", "tracker", "sallyport"],
  ]);
  expect(what()).toEqual([
    ...["impact/x", "opened", "block-host", "block-destination"],
    ...["block-server", "block-server"],
  ]);
  expect(incident()?.state).toBe("contained");
  expect(incident()?.actions.map(({ note }) => note)).toEqual(
    blocked().map(({ kind, id }) => `${kind}: \`sallyport block remove ${id}\` takes it back`),
  );
  await desk.alert(alert("al-2", { destination: "drop.example.net" }));
  expect([blocked().length, incident()?.actions.length]).toEqual([2, 2]);
  // Taken back by a person, with what was written: the list is as before.
  for (const { id } of blocked()) expect(await desk.unblock(id, "ada")).toBe(true);
  expect(blocked()).toEqual([]);
});

it("cut nothing off that the alert does not name, nor this machine", async () => {
  responses("version: 1\nresponses: [{ do: [block-destination, block-server] }]\n");
  await desk.alert(alert("al-1", {}));
  await desk.alert(alert("al-2", { destination: "127.0.0.1", server: "a b" }));
  expect(blocked()).toEqual([]);
  expect([incident()?.state, incident()?.actions]).toEqual(["open", []]);
});

it("open a review of the policy, without which the incident is not closed", async () => {
  responses("version: 1\nresponses: [{ do: [review] }]\n");
  await desk.alert(alert("al-1", {}));
  const id = incident()?.id ?? "";
  expect(incident()?.state).toBe("open");
  const order = { id, by: "ada", note: "history/push is refused now" } as const;
  await expect(desk.carryOut({ ...order, what: "close", outcome: "missed" })).rejects.toThrow(
    /a review of the policy is open/,
  );
  await desk.alert(alert("al-2", {}));
  expect(what().filter((one) => one === "review")).toHaveLength(1);
  await desk.carryOut({ ...order, what: "reviewed" });
  await expect(desk.carryOut({ ...order, what: "reviewed" })).rejects.toThrow(/no review/);
  expect((await desk.carryOut({ ...order, what: "close", outcome: "missed" })).state).toBe(
    "closed",
  );
});

it("do nothing without a person's file", async () => {
  await desk.alert(alert("al-1", { destination: "drop.example.net", server: "tracker" }));
  expect([blocked(), held, incident()?.actions]).toEqual([[], [], []]);
});
