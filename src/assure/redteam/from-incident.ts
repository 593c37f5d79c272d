// Cases that incidents left, as a family of a red team: what was stopped then has to be stopped from now on.
import type { RedTeamCase } from "#assure/incident/red-team-case.ts";
import type { Attack, Expected, Family, Step } from "./suite.ts";

type IncidentCall = RedTeamCase["calls"][number];

/** The family of them; undefined without any that expects something. */
export function incidentFamily(cases: readonly RedTeamCase[]): Family | undefined {
  const attacks = cases
    .map(attackOf)
    .filter(({ steps }) => steps.some(({ expect }) => expect !== "step"));
  if (attacks.length === 0) return undefined;
  return {
    id: "incidents",
    title: "What happened here before",
    about: "Calls of incidents, in the order in which they were made.",
    owner: "incident response",
    fix: "Look at the incident, and at the policy that `incident regress` proposed for it.",
    cases: attacks,
  };
}

const MODES = ["default", "acceptEdits", "plan", "dontAsk", "bypassPermissions"] as const;

function attackOf(one: RedTeamCase): Attack {
  const mode = MODES.find((known) => known === one.setting.mode) ?? "default";
  return {
    id: one.id,
    title: one.title,
    files: {},
    home: {},
    mode,
    headless: false,
    steps: one.calls.map(stepOf),
  };
}

function stepOf({ call, expect }: IncidentCall): Step {
  const expected = EXPECTED[expect];
  switch (call.tool) {
    case "Bash":
      return { run: call.command, expect: expected };
    case "Read":
      return { read: call.path, expect: expected };
    case "WebFetch":
      return { fetch: call.url, expect: expected };
    default:
      return call satisfies never;
  }
}

const EXPECTED: Readonly<Record<IncidentCall["expect"], Expected>> = {
  deny: "denied",
  ask: "stopped",
  allow: "runs",
  abstain: "runs",
  step: "step",
};
