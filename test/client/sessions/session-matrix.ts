// Which ordinary sessions are had: every kind of project in every mode of the client, over both transports, in both shells.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { newestClient } from "../client-binary.ts";
import { clientPath, whyMissing } from "../machine.ts";
import { project as go } from "./go-project.ts";
import { project as infrastructure } from "./infrastructure-project.ts";
import { project as java } from "./java-project.ts";
import { project as node } from "./node-project.ts";
import type { OrdinaryProject, SessionForm } from "./ordinary-session.ts";
import { project as python } from "./python-project.ts";
import { project as rust } from "./rust-project.ts";

/** One session of the table. */
export type MatrixRow = {
  readonly kind: string;
  readonly project: OrdinaryProject;
  readonly form: SessionForm;
  /** The release of the client on the registry instead of the pinned one. */
  readonly isNewest: boolean;
};

export const KINDS: Readonly<Record<string, OrdinaryProject>> = {
  node,
  python,
  go,
  rust,
  java,
  infrastructure,
};

const MODES = ["default", "acceptEdits", "bypassPermissions"] as const;
const TRANSPORTS = ["http", "command"] as const;

/** The session that every run of the tests has. */
export const ONE: MatrixRow = {
  kind: "node",
  project: node,
  form: { mode: "default", transport: "http", shell: "bash" },
  isNewest: false,
};

/**
 * The others. WHY not every shell and client with everything: each kind meets each mode over each transport, and shell and
 * client change from row to row so that each kind meets both.
 */
export function otherRows(): readonly MatrixRow[] {
  const rows = Object.entries(KINDS).flatMap(([kind, project], at) =>
    MODES.flatMap((mode, ofMode) =>
      TRANSPORTS.map((transport, ofTransport): MatrixRow => {
        const turn = at + ofMode + ofTransport;
        return {
          kind,
          project,
          form: { mode, transport, shell: turn % 2 === 0 ? "bash" : "zsh" },
          isNewest: (at + ofMode) % 3 === 2,
        };
      }),
    ),
  );
  return rows.filter(({ kind, form }) => !isOne(kind, form));
}

/** Those that CI has beside the one of every run. WHY not all: they take half an hour of a slow machine, and CI's time is bounded. */
export function rowsOfCi(): readonly MatrixRow[] {
  return otherRows().filter(({ kind, form: { mode, transport } }) =>
    [
      kind === "python" && mode === "bypassPermissions" && transport === "command",
      kind === "go" && mode === "default" && transport === "http",
    ].some(Boolean),
  );
}

function isOne(kind: string, { mode, transport, shell }: SessionForm): boolean {
  const { form } = ONE;
  return (
    kind === ONE.kind && mode === form.mode && transport === form.transport && shell === form.shell
  );
}

/** Why a session cannot be had on this machine, as a sentence; undefined where it can. */
export async function whyNot({ project, form, isNewest }: MatrixRow): Promise<string | undefined> {
  const lacking = project.programs.find((program) => !isThere(program));
  if (lacking !== undefined) return `${lacking} is not installed, which this kind of project needs`;
  const missing = await whyMissing(form.shell === "zsh" ? ["client", "zsh"] : ["client"]);
  if (missing !== undefined || !isNewest) return missing;
  const newest = await newestClient();
  return newest.kind === "missing" ? newest.reason : undefined;
}

/** Whether the client finds it. */
export function isThere(program: string): boolean {
  const places = program.startsWith("/")
    ? [program]
    : clientPath.split(":").map((directory) => join(directory, program));
  return places.some((path) => existsSync(path));
}
