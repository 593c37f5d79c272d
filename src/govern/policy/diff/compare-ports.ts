// Ports of the machine that two policies let held code reach: each that only one of them names is a difference.
import { portsBeyond } from "#guard/policy/machine-ports.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { type Anchored, ORDINARY } from "./circumstance.ts";
import type { Differences } from "./difference.ts";
import type { Judged } from "./real-judge.ts";

const CLOSED: Judged = { verdict: "deny", rule: "guard/no-port" };

/** Adds them to the report: a port more is milder, a port less is stricter. */
export function comparePorts(
  [first, second]: readonly [Policy, Policy],
  anchors: Anchored,
  report: Differences,
): void {
  const [before, after] = [first.machinePorts ?? [], second.machinePorts ?? []];
  const add = (port: string, from: Judged, to: Judged): void =>
    report.add(
      {
        kind: "port",
        effect: undefined,
        words: [port],
        circumstance: ORDINARY,
        before: from,
        after: to,
        files: [],
        directories: [],
        anchors,
      },
      [],
    );
  for (const port of portsBeyond(after, before)) add(port, CLOSED, opened(second, port));
  for (const port of portsBeyond(before, after)) add(port, opened(first, port), CLOSED);
}

/** WHY the port in the name: each is a difference of its own. */
function opened({ layer, id }: Policy, port: string): Judged {
  return { verdict: "allow", rule: `${layer}:${id}/machinePorts/${port}` };
}
