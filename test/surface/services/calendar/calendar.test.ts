// The calendar of an installation: what statements and drills on record make of each task, and what status says.
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { statementOf } from "#surface/cli/operator/statements.ts";
import { calendarOf } from "#surface/services/calendar/calendar.ts";
import { openStatements } from "#surface/services/exceptions/statements.ts";
import { incidentId, openIncidents } from "#surface/services/incidents/incident-store.ts";
import { drillOf } from "#surface/services/incidents/playbook-orders.ts";
import { checkCalendar } from "#surface/services/status/calendar.ts";
import type { Directories } from "#surface/foundation/files/directories.ts";
import { freshDirectory, installOn } from "../../daemon/daemon-stand.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2030, 0, 1);

let room: ReturnType<typeof freshDirectory>;
let directories: Directories;
beforeEach(async () => {
  room = freshDirectory();
  ({ directories } = await installOn(join(room.path, "data")));
});
afterEach(() => room.remove());

const record = (about: string, nowMs: number) => {
  const store = openStatements(directories);
  const asked = { kind: "task", about, scope: { of: "all" }, for: "366d", reason: "done" } as const;
  const by = { approver: "ada", nowMs };
  store.add(store.sign(statementOf({ ...asked, owner: undefined, digest: null }, by)));
};
const stateAt = (id: string, nowMs: number) =>
  calendarOf(directories, nowMs).find(({ task }) => task.id === id)?.state;
const statusAt = (nowMs: number) =>
  checkCalendar({ directories, nowMs, ours: (words) => `sallyport ${words}` });

describe("the calendar", () => {
  test("is silent until somebody records a task", () => {
    expect(new Set(calendarOf(directories, NOW).map(({ state }) => state))).toEqual(
      new Set(["unused"]),
    );
    expect(statusAt(NOW)).toBe(undefined);
  });
  test("counts from the record of each task, and from the first one for those without", () => {
    record("review-log", NOW);
    expect(stateAt("review-log", NOW)).toBe("open");
    expect(statusAt(NOW)).toMatchObject({ level: "ok", text: "7 tasks, none overdue" });
    record("review-log", NOW + 20 * DAY);
    expect(stateAt("review-log", NOW + 20 * DAY)).toBe("open");
    expect(stateAt("review-rules", NOW + 20 * DAY)).toBe("overdue");
    expect(stateAt("rotate-keys", NOW + 20 * DAY)).toBe("open");
    expect(statusAt(NOW + 20 * DAY)).toEqual({
      level: "found",
      repair: "sallyport calendar list",
      text: "1 of 7 tasks overdue: review-rules (due 2030-01-08)",
    });
  });
  test("keeps two records of a task of every day, however often it was done", () => {
    for (let day = 0; day < 40; day += 1) record("review-log", NOW + day * DAY);
    const kept = openStatements(directories).all(NOW + 40 * DAY, "task");
    expect(kept.map(({ receipt }) => receipt.statement.createdMs)).toEqual([NOW, NOW + 39 * DAY]);
    expect(stateAt("review-rules", NOW + 40 * DAY)).toBe("overdue");
  });
  test("takes a drill for done when its last step is, not when it was opened", () => {
    const order = { playbook: "credential-exposure", by: "ada" } as const;
    const { incident } = drillOf(order, incidentId(NOW), NOW);
    const store = openIncidents(directories);
    store.put(incident);
    expect(stateAt("drill-playbook", NOW)).toBe("unused");
    const [run] = incident.playbooks ?? [];
    if (run === undefined) throw new Error("the drill has no playbook");
    const done = run.steps.map((step) => ({ step, atMs: NOW + DAY, by: "ada" }));
    store.put({ ...incident, playbooks: [{ ...run, done }] });
    expect(stateAt("drill-playbook", NOW + DAY)).toBe("open");
    expect(stateAt("drill-playbook", NOW + 120 * DAY)).toBe("overdue");
  });
});
