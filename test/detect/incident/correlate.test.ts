// Which alerts belong together, and what an incident becomes by them.
import { describe, expect, it } from "vitest";
import type { Alert } from "#detect/alert/alert.ts";
import {
  acted,
  incidentOf,
  joined,
  keptAlert,
  openedBy,
  opensIncident,
  tacticsOf,
} from "#detect/incident/correlate.ts";
import type { Incident } from "#detect/incident/incident.ts";

const HOUR = 3_600_000;
let count = 0;
function alert(more: Partial<Alert> = {}): Alert {
  count += 1;
  return {
    id: `al-${count}`,
    timeMs: HOUR,
    rule: "impact/x",
    title: `alert ${count}`,
    level: "high",
    tags: [],
    events: [count],
    repeats: 0,
    place: { pseudonym: "s1" },
    ...more,
  };
}
const opened = (one: Alert): Incident => openedBy(one, "inc-1", one.timeMs);

describe("an alert", () => {
  it("opens an incident from high on", () => {
    const levels = ["informational", "low", "medium", "high", "critical"] as const;
    expect(levels.filter((level) => opensIncident(alert({ level })))).toEqual(["high", "critical"]);
  });

  const first = alert({ place: { pseudonym: "s1", destination: "h", scene: "ada in /p" } });
  it.each([
    ["the same session", { pseudonym: "s1" }, 23 * HOUR, true],
    ["the same session two days later", { pseudonym: "s1" }, 49 * HOUR, false],
    ["another session that sends to the same host", { destination: "h" }, HOUR / 2, true],
    ["the same host much later", { destination: "h" }, 3 * HOUR, false],
    ["the same detection of the same person and project", { scene: "ada in /p" }, HOUR, true],
    ["it two days later", { scene: "ada in /p" }, 49 * HOUR, false],
    ["the same person", { user: "ada" }, HOUR / 2, false],
    ["nothing that is known", {}, 0, false],
  ] as const)("of %s", (_, place, laterMs, isPart) => {
    const next = alert({ place, timeMs: first.timeMs + laterMs });
    expect(incidentOf(next, [opened(first)]) !== undefined).toBe(isPart);
  });

  it("of another detection opens one of its own, the same person and project or not", () => {
    const next = alert({ place: { scene: "ada in /p" }, rule: "impact/y" });
    expect(incidentOf(next, [opened(first)])).toBeUndefined();
  });

  it("joins no closed incident, and of several the one that changed last", () => {
    const [one, other] = [opened(first), { ...opened(first), id: "inc-2", updatedMs: 2 * HOUR }];
    const next = alert({ place: { pseudonym: "s1" } });
    expect(incidentOf(next, [one, other])?.id).toBe("inc-2");
    expect(incidentOf(next, [{ ...other, state: "closed" }])).toBeUndefined();
  });
});

it("is kept without names: the session as the log has it in clear, the destination as a digest", () => {
  const whole = alert({
    place: { session: "s", pseudonym: "p", user: "ada", project: "/p", destination: "h" },
  });
  expect(keptAlert(whole, (text) => `of ${text}`).place).toEqual({
    pseudonym: "p",
    destination: "of h",
    scene: "of ada\n/p",
  });
});

describe("an incident", () => {
  it("has an alert once, in the order of time, and the title of the gravest", () => {
    const late = alert({ timeMs: 3 * HOUR, level: "critical", title: "the worst" });
    const early = alert({ timeMs: 2 * HOUR, level: "low" });
    const incident = joined(joined(opened(alert()), late, 0), early, 0);
    expect(joined(incident, early, 9)).toBe(incident);
    expect(incident.alerts.map(({ timeMs }) => timeMs)).toEqual([HOUR, 2 * HOUR, 3 * HOUR]);
    expect([incident.level, incident.title]).toEqual(["critical", "the worst"]);
  });

  it("is graver than its alerts where they tell of three tactics, and never more than critical", () => {
    const rules = ["execution/a", "credential-access/b", "exfiltration/c"];
    const chain = (level: Alert["level"]) =>
      rules
        .slice(1)
        .reduce(
          (incident, rule) => joined(incident, alert({ rule, level }), 0),
          opened(alert({ rule: rules[0] ?? "", level })),
        );
    expect(tacticsOf(chain("high").alerts).size).toBe(3);
    expect([chain("high").level, chain("critical").level]).toEqual(["critical", "critical"]);
    expect(joined(opened(alert()), alert(), 0).level).toBe("high");
  });

  it("keeps the newest alerts, and counts the others", () => {
    let incident = opened(alert());
    for (let at = 0; at < 400; at += 1) incident = joined(incident, alert({ timeMs: at }), 0);
    expect([incident.alerts.length, incident.alertsOmitted]).toEqual([256, 145]);
  });

  it("that was contained is investigated again when it goes on", () => {
    const action = { atMs: 5, by: "ada", what: "contain" };
    const contained = acted(opened(alert()), action, { state: "contained" });
    expect(contained).toMatchObject({ state: "contained", actions: [action], updatedMs: 5 });
    expect(joined(contained, alert(), 9).state).toBe("investigating");
  });
});
