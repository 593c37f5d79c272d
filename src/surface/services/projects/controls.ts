// Whether what `init` put into a project still stands: its hooks and the environment of its sessions.
import type { Project } from "./project.ts";

/**
 * Whether the hooks and environment that `init` installed still stand. `code` is a stable word for the log, `what` says
 * the same to a person and may name files.
 */
export type ControlState =
  /** `note`: what a person is told of it when a session starts. */
  | { readonly kind: "intact"; readonly note?: string }
  | { readonly kind: "altered"; readonly code: AlterationCode; readonly what: string };

export type AlterationCode =
  | "project-unknown"
  | "settings-missing"
  | "settings-void"
  | "hook-altered"
  | "variable-altered"
  | "rule-altered"
  | "switch-altered"
  | "hooks-off"
  | "repository-runs-code"
  | "repository-redirects-trust"
  | "not-inspected";
/** Which variables of a repository a client takes nothing from, by its version. */
export type IgnoredBy = (clientVersion?: () => string | undefined) => (name: string) => boolean;
/** `clientVersion`: of the client whose session it is, where that is known. Without it every variable of a repository counts. */
export type InspectControls = (
  project: Project,
  clientVersion?: () => string | undefined,
) => ControlState;
