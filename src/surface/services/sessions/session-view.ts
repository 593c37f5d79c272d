// What is remembered of a session, as whoever judges a call of it sees it.
import type { Holds, PermissionMode, SessionChain } from "#guard/facts/facts.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Requested } from "#detect/session/requested.ts";
import type { Roots } from "#record/event/effect-names.ts";
import type { EnvironmentReport } from "../facts/environment-report.ts";
import type { Approved } from "./session-answers.ts";

/** What the daemon remembers of a session when a call of it is judged. */
export type SessionView = {
  readonly sessionId: string;
  readonly cwd: string;
  readonly mode: PermissionMode;
  readonly transcriptPath: string | undefined;
  readonly writtenPaths: ReadonlySet<string>;
  readonly holds: Holds;
  /** When the daemon first saw the session; wall time. */
  readonly seenMs: number;
  /** What the client's commands inherit, where our start command told. */
  readonly environment?: EnvironmentReport | undefined;
  /** The client's configuration directory, where the path of the transcript does not say it. */
  readonly configDirectory?: string | undefined;
  /** Labels that were found for earlier calls. */
  readonly labels?: ReadonlySet<string>;
  /** The chains of the session that a call would end, were it answered so; none where nobody follows the session. */
  readonly ends?: (call: ToolCall, decision: Decision, roots: Roots) => readonly SessionChain[];
  /** What of a call the person's newest request spoke of; missing where nobody follows the session. */
  readonly requested?: (call: ToolCall, decision: Decision, roots: Roots) => readonly Requested[];
  /** The call cannot be put into a profile: nothing that would hold it counts. */
  readonly isUnheld?: true;
  /** Further working trees beside the project that calls of the session made, as they were judged. */
  readonly worktrees?: ReadonlySet<string>;
  /** What a person said yes to. */
  readonly approved?: readonly Approved[];
};
