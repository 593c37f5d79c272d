// The guard in the jail: a project as `init` leaves it, what stands for a look at the machine, and a hold that foresees nothing.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Effect } from "#guard/vocabulary/effect.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { readProjectRegister } from "#surface/services/projects/project-register-file.ts";
import { guardProject } from "#surface/cli/guard/guard-project.ts";
import { ensureInstall, type Install } from "#surface/services/installation/install.ts";
import { openCallHolder } from "#surface/services/hold/call-holder.ts";
import type { HoldStatus } from "#surface/services/hold/hold-status.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";
import { UNHELD_POLICY } from "../../surface/hook/hook-stand.ts";
import { DATA, HOME, PROJECT } from "./ground.ts";
import { silent } from "../../surface/silent-terminal.ts";

/** What every command is started with, beside the client's key. */
export const ENVIRONMENT = {
  PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
  HOME,
  USER: "ada",
  LOGNAME: "ada",
  SHELL: "/bin/bash",
  LANG: "C.UTF-8",
  TERM: "dumb",
  SSH_AUTH_SOCK: "/srv/sockets/agent.sock",
};

/**
 * WHY not looked at: the machine's programs belong to nobody in the jail, because its administrator has no number there, and
 * the look asks for them to be the administrator's.
 */
export const standing = async (): Promise<HoldStatus> => ({
  works: true,
  programs: {
    bwrap: "/usr/bin/bwrap",
    join: { nsenter: "/usr/bin/nsenter", unshare: "/usr/bin/unshare" },
  },
});

export type GuardedHere = {
  readonly install: Install;
  readonly project: { readonly id: string; readonly root: string };
};

/** Guards the project; `isHeld` false: the policy says that no call is held. */
export async function guardHere(isHeld: boolean): Promise<GuardedHere> {
  const unheld = "/opt/unheld.yaml";
  writeFileSync(unheld, UNHELD_POLICY);
  const install = await ensureInstall({ root: DATA });
  await guardProject({
    directory: PROJECT,
    yes: true,
    data: DATA,
    transport: "http" as const,
    environment: ENVIRONMENT,
    ...(isHeld ? {} : { profile: unheld }),
    terminal: silent,
  });
  const entry = readProjectRegister(install.directories.projectsFile).find(
    ({ root }) => root === PROJECT,
  );
  if (entry === undefined) throw new Error("the project is not guarded");
  return { install, project: { id: entry.id, root: PROJECT } };
}

/** What nobody foresees: the profile gives nothing beyond the project. */
const UNFORESEEN: Effect = {
  kind: "execute",
  program: "x",
  origin: "project",
  reach: "unbounded",
  via: [],
  at: undefined,
};
const ALLOWED: Decision = {
  verdict: "allow",
  reasons: [],
  effects: [UNFORESEEN],
  findings: [],
  programs: [],
  ran: [],
  factsUsed: [],
  steps: 0,
};

/** A hold of which every call is allowed and nothing foreseen: what still does not happen, the hold alone has stopped. */
export function openHoldAlone() {
  const desk = openCallHolder({ data: DATA, home: HOME, nowMs: () => Date.now(), standing });
  const policy = loadPack("team");
  return {
    /** The line that runs the command held. Throws where it cannot be. */
    async line(sessionId: string, command: string): Promise<string> {
      const answer = await desk.hold({
        projectId: "project",
        projectRoot: PROJECT,
        sessionId,
        command,
        cwd: PROJECT,
        decision: ALLOWED,
        policy,
        transcriptPath: undefined,
        configDirectory: join(HOME, ".claude"),
      });
      if (answer.kind === "not-held") throw new Error(`not held: ${answer.why}`);
      return answer.command;
    },
    /** Directories of a session that its next call reads too. */
    scratch: (sessionId: string): readonly string[] => {
      const room = desk.scratchOf("project", sessionId);
      return [room, `${room}.var`];
    },
    end: (sessionId: string): void => desk.end("project", sessionId),
  };
}
