// Orders about playbooks: begun, a step checked off, an incident made up to practise. What becomes of the incident; the desk puts it on record.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Alert } from "#detect/alert/alert.ts";
import { openedBy } from "#detect/incident/correlate.ts";
import type { Incident } from "#detect/incident/incident.ts";
import type { Playbook } from "#detect/playbook/playbook.ts";
import { RUNS_MAX, startedRun, withDone } from "#detect/playbook/playbook-run.ts";
import { loadPlaybook, playbookNames } from "../../foundation/product/shipped-data.ts";

/** What an order says about a playbook. */
export type PlaybookOrder = {
  readonly by: string;
  readonly playbook?: string;
  readonly step?: string;
};

/** The playbook of this name. Throws a Failure `usage` that lists them where there is none. */
export function playbookNamed(name = ""): Playbook {
  const found = loadPlaybook(name);
  if (found !== undefined) return found;
  throw new Failure(
    "usage",
    `there is no playbook \`${printable(name)}\`: ${playbookNames().join(", ")}`,
  );
}

/** The incident with a playbook begun. Throws a Failure `usage` where it was begun before, or there are too many. */
export function withPlaybook(
  incident: Incident,
  { by, playbook }: PlaybookOrder,
  nowMs: number,
): Incident {
  const begun = incident.playbooks ?? [];
  const named = playbookNamed(playbook);
  if (begun.some((run) => run.playbook === named.id))
    throw new Failure(
      "usage",
      `\`${named.id}\` was begun already: \`sallyport incident playbook show ${named.id} --incident ${incident.id}\` says how far it is`,
    );
  if (begun.length >= RUNS_MAX)
    throw new Failure("usage", `an incident has at most ${RUNS_MAX} playbooks`);
  return { ...incident, playbooks: [...begun, startedRun(named, by, nowMs)] };
}

/** The incident with a step done, and the playbook that has the step. Throws a Failure `usage` where none or several have it. */
export function withStep(
  incident: Incident,
  { by, playbook, step = "" }: PlaybookOrder,
  nowMs: number,
): { readonly incident: Incident; readonly playbook: string } {
  const begun = incident.playbooks ?? [];
  const runs = begun.filter(
    (run) => run.steps.includes(step) && (playbook === undefined || run.playbook === playbook),
  );
  const [run, ...others] = runs;
  if (run === undefined)
    throw new Failure(
      "usage",
      begun.length === 0
        ? `no playbook was begun: \`sallyport incident start ${incident.id} PLAYBOOK\``
        : `no step \`${printable(step)}\` is in its playbooks: ${begun.flatMap(({ steps }) => steps).join(", ")}`,
    );
  if (others.length > 0)
    throw new Failure(
      "usage",
      `${runs.length} playbooks have this step: say which with \`--playbook\``,
    );
  const next = withDone(run, { step, atMs: nowMs, by });
  if (next === undefined || next === run)
    throw new Failure("usage", `the step \`${printable(step)}\` was done already`);
  const playbooks = begun.map((one) => (one === run ? next : one));
  return { incident: { ...incident, playbooks }, playbook: run.playbook };
}

/** An incident that was made up to practise, with its alert. No session, place or person of it exists. */
export function drillOf(
  { by, playbook }: PlaybookOrder,
  id: string,
  nowMs: number,
): { readonly incident: Incident; readonly alert: Alert } {
  const named = playbookNamed(playbook);
  const alert: Alert = {
    id: `al-${id.slice(4)}`,
    timeMs: nowMs,
    rule: `drill/${named.id}`,
    title: `DRILL: ${named.drill.title}`,
    level: named.drill.level,
    tags: [],
    events: [],
    repeats: 0,
    place: { session: `drill-${id.slice(4)}` },
  };
  const incident: Incident = {
    ...openedBy(alert, id, nowMs),
    drill: true,
    playbooks: [startedRun(named, by, nowMs)],
  };
  return { incident, alert };
}
