// The desk and playbooks: a drill tells nobody and does nothing by itself, real alerts stay out of it, and each order is on record before it counts.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringOrEmpty } from "#base/json.ts";
import type { Alert } from "#detect/alert/alert.ts";
import type { AuditEvent, EventStamp } from "#record/event/event.ts";
import { directoriesIn } from "#surface/foundation/files/directories.ts";
import {
  createIncidentDesk,
  type IncidentDesk,
  type IncidentOrder,
} from "#surface/services/incidents/incident-desk.ts";
import { openIncidents } from "#surface/services/incidents/incident-store.ts";
import type { HeldSession } from "#surface/services/sessions/held-sessions.ts";

const START_MS = 1_772_352_000_000;
let room = "";
let desk: IncidentDesk;
let appended: AuditEvent[] = [];
let told: string[] = [];
let locked: string[] = [];
let held: Map<string, HeldSession>;
let nowMs = START_MS;
let isLogBroken = false;
const where = () => directoriesIn(room);

beforeEach(() => {
  room = mkdtempSync(join(tmpdir(), "sallyport-desk-"));
  [appended, told, locked] = [[], [], []];
  held = new Map();
  nowMs = START_MS;
  isLogBroken = false;
  const stamp: Omit<EventStamp, "id" | "submitter"> = {
    timeMs: START_MS,
    product: "0.1.0",
    pseudonym: () => "p",
    digest: () => "d",
    mark: () => () => "AAAAAAAA",
  };
  let ids = 0;
  desk = createIncidentDesk(where(), {
    clock: { nowMs: () => nowMs },
    log: {
      stamp: (submitter) => ({ ...stamp, id: `event-${ids++}`, submitter }),
      append: (event: AuditEvent) => {
        if (isLogBroken) return Promise.reject(new Error("no space"));
        appended.push(event);
        return Promise.resolve(appended.length - 1);
      },
    },
    heldSessions: {
      hold: (one) => !held.has(one.sessionId) && held.set(one.sessionId, one).size > 0,
      release: (id) => {
        const one = held.get(id);
        held.delete(id);
        return one;
      },
    },
    digest: (text) => text,
    lockDown: (reason) => void locked.push(reason),
    told: ({ what, incident }) => void told.push(`${what} ${incident?.id ?? "none"}`),
  });
});
afterEach(() => rmSync(room, { recursive: true, force: true }));

const order = (what: IncidentOrder["what"], id: string, more: Partial<IncidentOrder> = {}) =>
  desk.carryOut({ id, what, by: "ada", ...more });
const alert = (more: Partial<Alert> = {}): Alert => ({
  id: `al-${Math.random()}`,
  timeMs: nowMs,
  rule: "impact/x",
  title: "x",
  level: "critical",
  tags: [],
  events: [1],
  repeats: 0,
  place: { session: "s1" },
  ...more,
});
const words = () =>
  appended.map(({ metadata }) => `${metadata.kind} ${stringOrEmpty(metadata["what"])}`);

describe("a drill", () => {
  it("is on record as one, tells nobody, and does nothing that is automatic", async () => {
    writeFileSync(
      where().responsesFile,
      "version: 1\nresponses:\n  - { do: [quarantine, lockdown] }\n",
      { mode: 0o600 },
    );
    const { id } = await order("drill", "", { playbook: "bypass-attempt" });
    expect(words()).toEqual(["alert drill/bypass-attempt", "incident drill"]);
    expect(appended.map(({ metadata }) => metadata["drill"])).toEqual([true, true]);
    await order("take", id);
    await order("quarantine", id);
    expect([told, locked]).toEqual([[], []]);
    const session = `drill-${id.slice(4)}`;
    expect([...held.keys()]).toEqual([session]);
    await order("close", id, { outcome: "missed" });
    expect([held.size, told]).toEqual([0, []]);
    // The same desk tells of what is real.
    await desk.alert(alert());
    expect(told.map((line) => line.split(" ")[0])).toEqual(["opened", "acted", "acted"]);
    expect(locked).toHaveLength(1);
  });
  it("takes up no alert, not even one of its own session", async () => {
    const { id } = await order("drill", "", { playbook: "key-in-git" });
    nowMs += 1;
    await desk.alert(alert({ place: { session: `drill-${id.slice(4)}` } }));
    const { incidents } = openIncidents(where()).all();
    expect(incidents.map(({ drill, alerts }) => [drill, alerts.length])).toEqual([
      ...[
        [undefined, 1],
        [true, 1],
      ],
    ]);
  });
  it.each(["", "no-such", "../key-in-git", "Key-In-Git"])(
    "of `%s` is refused",
    async (playbook) => {
      await expect(order("drill", "", { playbook })).rejects.toThrow("there is no playbook");
      expect(appended).toEqual([]);
    },
  );
});

describe("a playbook in an incident", () => {
  async function opened(): Promise<string> {
    await desk.alert(alert());
    const [incident] = openIncidents(where()).all().incidents;
    appended = [];
    return incident?.id ?? "";
  }
  it("is begun, checked off and timed, each on record with its name", async () => {
    const id = await opened();
    await order("playbook", id, { playbook: "mcp-compromise" });
    nowMs += 60_000;
    await order("step", id, { step: "look", note: "the server is `tracker`" });
    expect(appended.map(({ metadata }) => [metadata["playbook"], metadata["step"]])).toEqual([
      ["mcp-compromise", undefined],
      ["mcp-compromise", "look"],
    ]);
    // What a person wrote is sealed.
    expect(JSON.stringify(appended.map(({ metadata }) => metadata))).not.toContain("tracker");
    expect(appended[1]?.sealed).toMatchObject({ by: "ada", reason: "the server is `tracker`" });
    const stored = openIncidents(where()).named(id);
    expect(stored.playbooks).toMatchObject([
      {
        playbook: "mcp-compromise",
        startedMs: START_MS,
        by: "ada",
        done: [{ step: "look", atMs: START_MS + 60_000, by: "ada" }],
      },
    ]);
    expect(stored.actions.at(-1)).toMatchObject({ what: "step mcp-compromise/look" });
    const file = join(where().incidents, readdirSync(where().incidents)[0] ?? "");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
  it("refuses what cannot be, and then nothing is on record", async () => {
    const id = await opened();
    await expect(order("step", id, { step: "look" })).rejects.toThrow("no playbook was begun");
    await order("playbook", id, { playbook: "mcp-compromise" });
    await order("playbook", id, { playbook: "key-in-git" });
    await order("step", id, { step: "look" });
    appended = [];
    for (const [more, said] of [
      [{ step: "look" }, "done already"],
      [{ step: "regression" }, "--playbook"],
      [{ step: "\u001b[2J" }, "no step"],
      [{}, "no step"],
      [{ step: "look", playbook: "no-such" }, "no step"],
    ] as const)
      await expect(order("step", id, more)).rejects.toThrow(said);
    await expect(order("playbook", id, { playbook: "key-in-git" })).rejects.toThrow(
      "begun already",
    );
    await expect(order("bundle", id)).rejects.toThrow("digest");
    expect(appended).toEqual([]);
  });
  it("counts nothing that could not be put on record", async () => {
    const id = await opened();
    isLogBroken = true;
    await expect(order("playbook", id, { playbook: "key-in-git" })).rejects.toThrow("no space");
    await expect(order("drill", "", { playbook: "key-in-git" })).rejects.toThrow("no space");
    const { incidents } = openIncidents(where()).all();
    expect(incidents.map(({ playbooks }) => playbooks)).toEqual([undefined]);
  });
  it("is checked off and bundled after the incident was closed, and not begun", async () => {
    const id = await opened();
    await order("playbook", id, { playbook: "key-in-git" });
    await order("close", id, { outcome: "missed" });
    await order("step", id, { step: "close" });
    await order("bundle", id, { digest: "a".repeat(64) });
    expect(appended.at(-1)?.metadata).toMatchObject({ what: "bundle", digest: "a".repeat(64) });
    await expect(order("playbook", id, { playbook: "mcp-compromise" })).rejects.toThrow("closed");
    expect(openIncidents(where()).named(id).state).toBe("closed");
  });
});

describe("a file of an incident", () => {
  it.each([
    ["too many playbooks", (run: object) => ({ playbooks: Array.from({ length: 9 }, () => run) })],
    ["too many steps", (run: object) => ({ playbooks: [{ ...run, steps: Array(49).fill("x") }] })],
    ["an unknown member", (run: object) => ({ playbooks: [{ ...run, extra: 1 }] })],
    ["a drill that is not true", () => ({ drill: false })],
  ])("with %s is damaged, and named", async (_, change) => {
    const { id } = await order("drill", "", { playbook: "key-in-git" });
    const file = join(where().incidents, `${id}.json`);
    const stored = JSON.parse(readFileSync(file, "utf8")) as { playbooks: [object] };
    writeFileSync(file, JSON.stringify({ ...stored, ...change(stored.playbooks[0]) }));
    expect(openIncidents(where()).all()).toEqual({ incidents: [], damaged: [file] });
  });
});
