// Judging one call, as hooks ask for it and whatever stands behind answers.
import type { FactAnswer, SessionChain } from "#guard/facts/facts.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Requested } from "#detect/session/requested.ts";
import type { Roots } from "#record/event/effect-names.ts";
import type { SessionShell } from "../facts/session-shell.ts";
import type { Project } from "../projects/project.ts";
import type { SessionView } from "../sessions/session-view.ts";
import type { Circumstances } from "./circumstances.ts";

/** A decision, the policy in force (none when judging failed) and the session's shell. */
export type Judgement = {
  readonly decision: Decision;
  readonly policy: Policy | undefined;
  /** The shell as its snapshots define it, to be remembered: the client removes them at the end. */
  readonly shellSeen?: SessionShell;
  /** Labels of the session that were found in its repository, to be remembered. */
  readonly labels?: readonly string[];
  /** False where nobody could have answered a question. */
  readonly interactive?: boolean;
  /** It installs, in a session whose sandbox reaches a gateway of ours and nothing else. */
  readonly readsRegistries?: boolean;
  /** Where the paths of its effects are told from. */
  readonly roots?: Roots;
  /** Chains of the session that the call ends. */
  readonly chains?: readonly SessionChain[];
  /** What of the call the person's newest request spoke of. */
  readonly requested?: readonly Requested[];
};

/** Judges one call. May throw or hang: the server answers deny in its place. */
export type Judge = (request: {
  readonly project: Project;
  readonly call: ToolCall;
  readonly session: SessionView;
  /** The tool's input as the client sent it; without it no approval of another person counts. */
  readonly given?: Json;
  readonly moment?: Moment;
}) => Promise<Judgement>;

/** Calls of one session that are judged one after the other before any of them runs: what one asked of the machine, the next need not. */
export type Moment = {
  readonly answers: Map<string, FactAnswer>;
  gathered?: Promise<Circumstances>;
};
