// Automatic responses that cannot be done, or not to their end: the incident says so, people are told, and the next alert tries again.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Alert } from "#detect/alert/alert.ts";
import type { EventStamp } from "#record/event/event.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import {
  createIncidentDesk,
  type IncidentDesk,
} from "#surface/services/incidents/incident-desk.ts";
import { openIncidents } from "#surface/services/incidents/incident-store.ts";

let room = "";
let desk: IncidentDesk;
let openDesk: () => IncidentDesk;
let told: string[] = [];
let held: string[] = [];
let breaksAfter = Number.POSITIVE_INFINITY;
let appended = 0;
let nowMs = 1_772_352_000_000;
const where = () => directoriesIn(room);

beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), "sallyport-desk-"));
  [told, held, appended, breaksAfter] = [[], [], 0, Number.POSITIVE_INFINITY];
  const stamp: Omit<EventStamp, "submitter"> = {
    id: "e",
    timeMs: nowMs,
    product: "0.1.0",
    pseudonym: () => "p",
    digest: () => "d",
    mark: () => () => "AAAAAAAA",
  };
  openDesk = () =>
    createIncidentDesk(where(), {
      clock: { nowMs: () => (nowMs += 1) },
      log: {
        stamp: (submitter) => ({ ...stamp, submitter }),
        append: () =>
          appended >= breaksAfter
            ? Promise.reject(new Error("no space"))
            : Promise.resolve((appended += 1)),
      },
      heldSessions: {
        hold: ({ sessionId }) => !held.includes(sessionId) && held.push(sessionId) > 0,
      },
      digest: (text) => text,
      lockDown: () => undefined,
      told: ({ what, incident }) =>
        void told.push(`${what} ${incident?.actions.at(-1)?.what ?? ""}`),
    });
  desk = openDesk();
});
afterEach(() => rmSync(room, { recursive: true, force: true }));

const responses = (text: string) => writeFileSync(where().responsesFile, text, { mode: 0o600 });
const alert = (id: string): Alert => ({
  id,
  timeMs: nowMs,
  rule: "impact/x",
  title: "x",
  level: "critical",
  tags: [],
  events: [1],
  repeats: 0,
  place: { session: "s1" },
});
const incident = () => openIncidents(where()).all().incidents[0];

it("are told and stand in the incident where their file is wrong, and are done by the next alert once it is mended", async () => {
  responses("version: 1\nresponses: [{ do: [shoot] }]\n");
  await desk.alert(alert("al-1"));
  expect([incident()?.state, incident()?.actions.at(-1)?.what]).toEqual([
    "open",
    "response-failed",
  ]);
  expect(incident()?.actions.at(-1)?.note).toContain("responses.yaml");
  expect(told.at(-1)).toBe("acted response-failed");
  responses("version: 1\nresponses: [{ do: [quarantine] }]\n");
  await desk.alert(alert("al-2"));
  expect(held).toEqual(["s1"]);
  expect([incident()?.state, incident()?.actions.at(-1)?.what]).toEqual([
    "contained",
    "quarantine",
  ]);
});

it("that hold a session and cannot be put on record leave the incident open, and it held", async () => {
  responses("version: 1\nresponses: [{ do: [quarantine] }]\n");
  // The alert and the opening of its incident are written; then the disk is full.
  breaksAfter = 2;
  await desk.alert(alert("al-1"));
  expect(held).toEqual(["s1"]);
  expect([incident()?.state, incident()?.actions.map(({ what }) => what)]).toEqual([
    "open",
    ["response-failed"],
  ]);
  expect(told.at(-1)).toBe("acted response-failed");
});

it("that stopped half-way are finished after a restart, in the same incident, and an alert that is seen again counts once", async () => {
  responses("version: 1\nresponses: [{ do: [quarantine] }]\n");
  breaksAfter = 2;
  const of = (one: string): Alert => ({ ...alert(one), place: { session: "s1", pseudonym: "p1" } });
  await desk.alert(of("al-1"));
  const { id } = incident() ?? {};
  // The process ends here, with the session held and nothing of it on record.
  [breaksAfter, held] = [Number.POSITIVE_INFINITY, []];
  desk = openDesk();
  await desk.alert(of("al-1"));
  await desk.alert(of("al-2"));
  expect(held).toEqual(["s1"]);
  expect(openIncidents(where()).all().incidents).toHaveLength(1);
  expect(incident()).toMatchObject({ id, state: "contained" });
  expect(incident()?.alerts.map((one) => one.id)).toEqual(["al-1", "al-2"]);
});
