// What of an incident is still open, in words: whoever closes it reads it first.
import { counted } from "#base/counted.ts";
import { type Incident, isReviewOpen } from "#detect/incident/incident.ts";
import { loadPlaybook } from "../../foundation/product/shipped-data.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { type HeldSession, openHeldSessions } from "../sessions/held-sessions.ts";
import { type Block, openBlocks } from "./blocks.ts";

/** What stands beside the incident: its sessions, all that are held, all that is cut off. */
export type Beside = {
  readonly sessions: readonly string[];
  readonly held: readonly Pick<HeldSession, "sessionId">[];
  readonly blocks: readonly Pick<Block, "kind" | "name" | "reason">[];
};

/** The same of an installation as it is now; `sessions` are the incident's. */
export function stillOpenHere(
  incident: Incident,
  sessions: readonly string[],
  directories: Directories,
): readonly string[] {
  const held = openHeldSessions(directories).all();
  return stillOpen(incident, { sessions, held, blocks: openBlocks(directories).all() });
}

/** One sentence for each thing; empty where nothing is open, and of an incident that is closed what its closing left. */
export function stillOpen(
  incident: Incident,
  { sessions, held, blocks }: Beside,
): readonly string[] {
  const { id, state, owner, actions, playbooks = [] } = incident;
  const heldOnes = held.filter(({ sessionId }) => sessions.includes(sessionId));
  const cutOff = blocks.filter(({ reason }) => reason === `incident ${id}`);
  return [
    ...(owner === undefined ? ["Nobody has it."] : []),
    ...(state === "open" || state === "investigating" ? ["It was not contained."] : []),
    ...playbooks.flatMap(({ playbook, steps, done }) => {
      const left = steps.filter((step) => !done.some((one) => one.step === step));
      const [next] = left;
      if (next === undefined) return [];
      const known = loadPlaybook(playbook);
      const words = known?.steps.find((step) => step.id === next)?.do ?? next;
      return [
        `${known?.title ?? playbook}: ${left.length} of ${counted(steps.length, "step")} not done. Next: ${words}`,
      ];
    }),
    ...(isReviewOpen(incident)
      ? ["The policy was to be read again; nobody said what came of it."]
      : []),
    ...(actions.some(({ what }) => what === "bundle") ? [] : ["Its evidence was not taken."]),
    ...(heldOnes.length === 0
      ? []
      : [`${counted(heldOnes.length, "session")} held until released.`]),
    ...(cutOff.length === 0
      ? []
      : [`Cut off because of it: ${cutOff.map(({ name }) => name).join(", ")}.`]),
  ];
}
