// One trial: the command runs held, over an overlay of the project, and what it left there is read when it is over.
import { spawn } from "node:child_process";
import { Failure } from "#base/failure.ts";
import { isWithin } from "#base/path.ts";
import { printable } from "#base/printable.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";
import { endedBySignal } from "#platform/signals.ts";
import { openCallHolder } from "../hold/call-holder.ts";
import { holdStatus } from "../hold/hold-status.ts";
import type { CopyStore } from "../undo/copy-store.ts";
import { readTrialChanges, type TrialChanges } from "./trial-changes.ts";
import {
  makeTrialRoom,
  openTrialView,
  overlaid,
  removeTrialRoom,
  trialPrograms,
} from "./trial-room.ts";

/** What is tried, and by whose rules. Paths are real and absolute. */
export type Tried = {
  readonly project: { readonly id: string; readonly root: string };
  readonly command: string;
  readonly cwd: string;
  /** What the guard foresees of the command: the profile is made from that. */
  readonly decision: Decision;
  readonly policy: Policy;
  readonly home: string;
  readonly data: string;
  readonly configDirectory: string;
  /** Where the room is made. */
  readonly directory: string;
  readonly store: CopyStore;
  /** Where the command's output goes: to where that of this process does, to its standard error alone, or nowhere. */
  readonly output: "both" | "error" | "none";
};

export type TrialEnd = TrialChanges & {
  readonly id: string;
  /** How the command ended; for a signal as shells say it. */
  readonly status: number;
};

/**
 * Runs it. Nothing of the project changes, no host is reached, and no place outside of the project is written. Rejects with a
 * Failure where the machine cannot hold the command, or the overlay cannot be mounted: then nothing ran.
 */
export async function runTrial(tried: Tried): Promise<TrialEnd> {
  const { project, command, cwd, decision, policy, home, data, store } = tried;
  const programs = trialPrograms();
  const holder = openCallHolder({
    data,
    home,
    nowMs: () => Date.now(),
    // WHY without joining: a trial shares neither network nor processes with a session.
    standing: async (memory) => {
      const found = await holdStatus(memory);
      return found.works
        ? { works: true, programs: { bwrap: found.programs.bwrap, join: undefined } }
        : found;
    },
  });
  const room = makeTrialRoom(tried.directory, project.root, Date.now());
  const sessionId = `trial-${room.id}`;
  try {
    const answer = await holder.hold({
      projectId: project.id,
      projectRoot: project.root,
      sessionId,
      command,
      cwd,
      policy,
      // WHY without its programs: what serves them outside, such as an engine of containers, cannot be thrown away.
      decision: {
        ...decision,
        effects: localEffects(decision, project.root),
        programs: [],
        ran: [],
      },
      configDirectory: tried.configDirectory,
      transcriptPath: undefined,
      over: overlaid(room, programs),
    });
    if (answer.kind === "not-held")
      throw new Failure("trial", `the command cannot be tried here: ${answer.why}`);
    const startMs = Date.now();
    const status = await run(answer.command, tried);
    holder.close(answer.ticket);
    const view = await openTrialView(room, programs);
    try {
      const places = { root: project.root, view: view.root, upper: room.upper, store, startMs };
      return { id: room.id, status, ...readTrialChanges(places) };
    } finally {
      view.close();
    }
  } finally {
    holder.end(project.id, sessionId);
    removeTrialRoom(room);
  }
}

/** Effects that a trial lets happen: nothing that could not be thrown away. */
function localEffects({ effects }: Decision, root: string): readonly Effect[] {
  return effects.filter((effect) => {
    if (["read", "execute", "unknown"].includes(effect.kind)) return true;
    if (effect.kind !== "write" && effect.kind !== "delete") return false;
    return effect.target.kind === "path" && isWithin(root, effect.target.path);
  });
}

/** WHY bash: the profile's own script is sourced by it, as by the client's shell. */
async function run(command: string, { cwd, output }: Tried): Promise<number> {
  const child = spawn("/bin/bash", ["-c", command], {
    cwd,
    stdio:
      output === "none"
        ? "ignore"
        : ["ignore", output === "both" ? "inherit" : process.stderr, "inherit"],
  });
  return await new Promise((resolve, reject) => {
    child.once("error", ({ message }) =>
      reject(new Failure("trial", `the command was not started: ${printable(message)}`)),
    );
    child.once("close", (code, signal) => resolve(code ?? endedBySignal(signal ?? "SIGKILL")));
  });
}
