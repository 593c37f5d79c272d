// What the daemon's server is given: functions that judge, record and look things up, so that tests pass their own.
import type { Clock } from "#base/clock.ts";
import type { Waits } from "#base/waits.ts";
import type { Change, Revision } from "../facts/git/seen-changes.ts";
import type { PermissionMode } from "#guard/facts/facts.ts";
import type { Finding } from "#guard/content/detection/finding.ts";
import type { HookNotes } from "#guard/events/hook-notes.ts";
import type { PromptChange } from "#record/event/call-events.ts";
import type { Doubt } from "#record/event/event.ts";
import type { Suggestion } from "#guard/toolcall/permission-suggestion.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import type { KeyKind, KeyUse } from "#guard/facts/key-use.ts";
import type { FairContentPorts } from "../heavy/fair-content.ts";
import type { ControlState, InspectControls } from "../projects/controls.ts";
import type { Judge, Judgement } from "../evaluation/judge-port.ts";
import type { Assign, Observes, Project } from "../projects/project.ts";
import type { BudgetPort } from "../budgets/budget-port.ts";
import type { UndoPort } from "../undo/undo-port.ts";
import type { HoldPort, HoldSession } from "../hold/hold-port.ts";
import type { PromptAlone } from "../hold/prompt-alone.ts";
import type { HeldRefusalKind } from "../hold/refused.ts";
import type { InstallCall, InstallHolder } from "../gateway/open-installs.ts";
import type { ApprovalBook } from "../approvals/approval-book.ts";
import type { ApprovalNews } from "../approvals/approval-news.ts";
import type { QuestionNews } from "../questions/question-news.ts";
import type { WaitingRoom } from "../questions/waiting-room.ts";
import type { Receipt } from "../exceptions/receipts.ts";
import type { Release } from "#govern/retention/hold.ts";
import type { HoldReceipt } from "../exceptions/holds.ts";
import type { RawReceipt } from "../exceptions/raw-approvals.ts";
import type { StatementReceipt } from "../exceptions/statements.ts";
import type { DeploymentReceipt } from "../deploy/deployment-receipt.ts";
import type { SeenMod } from "../mods/agreed-mods.ts";
import type { SeenExtension } from "../mods/seen-extensions.ts";
import type { HeldSessions } from "../sessions/held-sessions.ts";
import type { ModsPort } from "./mods-held.ts";
import type { OffPeriod } from "../installation/off-switch.ts";
import type { PolicyNews } from "../policy/site-policy.ts";

/** Who sent an event, as far as it is known. */
export type Submitter = {
  readonly project: Project;
  readonly sessionId: string;
  readonly agentId: string | undefined;
  readonly cwd: string;
  /** What speaks against the event; none when nothing does. */
  readonly doubts?: readonly Doubt[];
};

/** Why a request was turned away before it was an event. Stable words, never a value of the request. */
export type RejectionCode =
  | "token-missing"
  | "token-unknown"
  | "host"
  | "browser"
  | "too-large"
  | "slow"
  | "aborted"
  | "busy"
  | "rate"
  | "malformed-http"
  | "connections";

/** Something that happened, before it is redacted and becomes a log entry. */
export type Observation =
  | {
      readonly kind: "decision";
      readonly submitter: Submitter;
      readonly call: ToolCall;
      readonly judgement: Judgement;
      readonly mode: PermissionMode;
      readonly durationMs: number;
      readonly payloadBytes: number;
      /** Id of the time off because of which the verdict was not enforced. */
      readonly off?: string | undefined;
      /** The project is observed only, so the verdict was not answered. */
      readonly observed?: boolean;
      /** One of our own probes, and no call of a session. */
      readonly canary?: boolean;
      /** It was judged before under this id, with another input, and has not ended. */
      readonly rewritten?: boolean;
      /** The command was put into a profile: where it runs, it runs held. */
      readonly held?: boolean;
      /** What it did to the questions of a person, where that is known. */
      readonly prompt?: PromptChange | undefined;
    }
  | {
      readonly kind: "result";
      readonly submitter: Submitter;
      readonly call: ToolCall;
      readonly outcome: "success" | "failure";
      /** Size of the response or the error text, in UTF-16 units. */
      readonly chars: number;
      readonly durationMs: number | undefined;
      /** The agent that the call started. */
      readonly launched: string | undefined;
      readonly background: boolean;
      /** Ports of this machine that held calls of the session were connected to since the result before. */
      readonly machinePorts?: readonly number[];
      /** What was found in the answer, and the marks of what was replaced in it. */
      readonly found?: {
        readonly findings: readonly Finding[];
        readonly marks: readonly string[];
        readonly isTruncated: boolean;
      };
      /** What orders to the model in its answer would do. */
      readonly orders?: readonly string[];
    }
  /** Files that a call changed; `unchanged` counts those that it would have, `omitted` those that were not looked at. */
  | {
      readonly kind: "change";
      readonly submitter: Submitter;
      readonly call: ToolCall;
      readonly files: readonly Change[];
      readonly unchanged: number;
      readonly omitted: number;
      /** Of the repository that holds the call's directory. */
      readonly revision: Revision | undefined;
    }
  /** What the profile of a held command refused it, as far as its output tells. */
  | {
      readonly kind: "held-refusal";
      readonly submitter: Submitter;
      readonly call: ToolCall;
      readonly what: HeldRefusalKind;
    }
  /** A commit or tag that a held command made was signed with the person's key. */
  | {
      readonly kind: "signature";
      readonly submitter: Submitter;
      readonly call: ToolCall;
      readonly what: "commit" | "tag";
      /** The name of its tree, or of what the tag is of. */
      readonly object: string;
    }
  /** A remote of git was reached for a held command. */
  | {
      readonly kind: "remote";
      readonly submitter: Submitter;
      readonly call: ToolCall;
      readonly what: "fetch" | "push";
      readonly remote: string;
      /** What was to become of references: `update refs/heads/main`. */
      readonly refs: readonly string[];
    }
  /** A key of a hidden file went out for a held command, to a host that it belongs to. */
  | ({
      readonly kind: "credential";
      readonly submitter: Submitter;
      readonly call: ToolCall;
      readonly what: KeyKind;
      readonly requests: number;
      /** Id of what a person signed for it. */
      readonly grant?: string;
    } & Omit<KeyUse, "kind">)
  /** A file tool's path led elsewhere after the call than when it was judged. */
  | {
      readonly kind: "drift";
      readonly submitter: Submitter;
      readonly call: ToolCall;
      readonly how: "moved" | "turned" | "unjudged-path";
      readonly judged: string;
      readonly now: string;
    }
  /** A call ran although it was refused, or otherwise than it was judged. */
  | {
      readonly kind: "breach";
      readonly submitter: Submitter;
      readonly call: ToolCall;
      readonly how: "ran-refused" | "ran-otherwise";
    }
  /**
   * Calls that the model asked for in one message. `unjudged` are those that never came as a PreToolUse; it is not
   * `certain` when the daemon may have missed them by being down.
   */
  | {
      readonly kind: "batch";
      readonly submitter: Submitter;
      readonly calls: readonly ToolCall[];
      readonly malformed: number;
      readonly unjudged: readonly ToolCall[];
      readonly certain: boolean;
      /** What ended the turn, because it stood in what the model would have seen. */
      readonly left?: readonly Finding[];
    }
  /** A call that ended without a PreToolUse. */
  | {
      readonly kind: "unjudged";
      readonly submitter: Submitter;
      readonly call: ToolCall;
      readonly certain: boolean;
    }
  /** A snapshot of the user's shell is not as it was when an earlier call of the session was judged. */
  | {
      readonly kind: "shell-change";
      readonly submitter: Submitter;
      readonly how: "changed" | "gone";
    }
  | {
      readonly kind: "session-start";
      readonly submitter: Submitter;
      readonly source: string;
      readonly controls: ControlState;
      /** The client's version, where it says it. */
      readonly clientVersion?: string;
      /** Code in the client that was found; none where nobody looked. */
      readonly mods?: readonly SeenMod[];
      /** Extensions with code that were found. */
      readonly extensions?: readonly SeenExtension[];
    }
  | {
      readonly kind: "config-change";
      readonly submitter: Submitter;
      readonly source: string;
      readonly controls: ControlState;
      /** The project is observed only, so the change took place. */
      readonly observed?: boolean;
    }
  | {
      readonly kind: "permission-request";
      readonly submitter: Submitter;
      readonly tool: string;
      /** The call that is asked about, where it is certain. */
      readonly callId: string | undefined;
      readonly suggestions: readonly Suggestion[];
    }
  | {
      readonly kind: "other-event";
      readonly submitter: Submitter;
      readonly eventName: string;
      readonly notes: HookNotes;
      /** What a person wrote, where the policy has it recorded. */
      readonly text?: string;
      /** Of the end of a session: since it was first seen. */
      readonly durationMs?: number;
    }
  /** The guard failed or was given bad input. `code` and `where` are words of ours. */
  | {
      readonly kind: "failure";
      readonly submitter: Submitter | undefined;
      readonly eventName: string | undefined;
      readonly code: string;
      readonly where: string;
    }
  /** Requests turned away for one reason; a flood of them is one observation with a count. */
  | { readonly kind: "rejected"; readonly code: RejectionCode; readonly count: number }
  /** The guard was switched off or on, the time off was over, or one was found that another process had begun. */
  | {
      readonly kind: "off";
      readonly what: "start" | "resume" | "end" | "expire";
      readonly by: "operator" | "daemon";
      readonly id: string;
      readonly minutes: number;
      readonly reason: string | null;
      /** Null for all projects. */
      readonly projectRoot: string | null;
    }
  /** Every call is refused from here on, or no longer; by `daemon` when its file was gone without an order. */
  | {
      readonly kind: "lockdown";
      readonly what: "start" | "end";
      readonly by: "operator" | "daemon";
      readonly reason: string | null;
    }
  /** A person granted an exception or revoked it. */
  | { readonly kind: "exception"; readonly what: "grant" | "revoke"; readonly receipt: Receipt }
  /** A person stated something that counts for a while, or withdrew it. */
  | {
      readonly kind: "statement";
      readonly what: "state" | "withdraw";
      readonly receipt: StatementReceipt;
    }
  /** A call waits for another person, or what became of that. */
  | { readonly kind: "approval"; readonly news: ApprovalNews }
  /** A person may answer a question elsewhere, or what became of that. */
  | { readonly kind: "question"; readonly news: QuestionNews }
  /** A person ordered that data are kept, or released them. */
  | { readonly kind: "hold"; readonly what: "set"; readonly receipt: HoldReceipt }
  | {
      readonly kind: "hold";
      readonly what: "release";
      readonly receipt: HoldReceipt;
      readonly release: Release;
    }
  /** A person approved that raw texts are kept, or ended that. */
  | {
      readonly kind: "raw";
      readonly what: "enabled" | "disabled";
      readonly receipt: RawReceipt;
    }
  /** What a person approved is about to be written to the client's settings, or was not. */
  | {
      readonly kind: "deployment";
      readonly what: "begin" | "failed";
      readonly receipt: DeploymentReceipt;
    }
  /** A policy file changed, broke, was repaired or removed. */
  | { readonly kind: "policy"; readonly news: PolicyNews }
  /** The wall clock jumped by so many milliseconds, negative when it went back. */
  | { readonly kind: "clock"; readonly jumpMs: number }
  | { readonly kind: "daemon"; readonly what: "start" | "stop"; readonly version: string };

/**
 * Appends an observation to the log. With `durable` the promise resolves when it is safe on disk, without when it is
 * queued; it rejects when the log cannot be written. An entry that took longer than `answeredAfterMs` is marked as late:
 * its answer went out before it.
 */
export type Append = (
  observation: Observation,
  options: { readonly durable: boolean; readonly answeredAfterMs?: number },
) => Promise<void>;

/** Resolves symlinks of an existing path; the path itself when that fails. Must not throw. */
export type ResolvePath = (path: string) => string;

/** While an install is open the gateway lets registries be read. `open` is false where the gateway cannot be told. */
export type InstallWindows = {
  open(call: InstallCall): boolean;
  close(call: InstallCall): void;
  /** Ends those that one agent, or a session outside of any, waited for. */
  closeBefore(holder: InstallHolder): void;
  /** It goes on in the background. */
  keep(call: InstallCall): void;
};

/** Everything that answering a hook needs. */
export type HookPorts = FairContentPorts & {
  readonly clock: Clock;
  /** How long what hangs is waited for; as long as the client lets us unless given. */
  readonly waits?: Waits;
  readonly judge: Judge;
  /** Holds commands call by call; without it none are held. */
  readonly hold?: HoldPort;
  /** A session begins whose commands may be held. Answers at once, and never throws. */
  readonly prepareHold?: (project: Project, session: HoldSession) => void;
  /** What sessions spend, where a policy has budgets; without it nothing is counted. */
  readonly budgets?: BudgetPort;
  /** Copies what calls change in projects; without it nothing can be taken back. */
  readonly undo?: UndoPort;
  /** What orders to the model in a tool's answer would do; without it nobody looks. */
  readonly ordersIn?: (answer: Json) => readonly string[];
  /** Without it each event is the submitter's own. */
  readonly assign?: Assign;
  readonly append: Append;
  /** True while the log cannot write what it was given to queue. */
  readonly isLogFailing: () => boolean;
  readonly inspectControls: InspectControls;
  /** The time in force during which no verdict is enforced in this project; without it there is none. Must not throw. */
  readonly off?: (project: Project) => OffPeriod | undefined;
  /** Whether calls of this project are judged and recorded, and nothing else; without it they are not. Must not throw. */
  readonly observes?: Observes;
  /** Sessions that are held whole; without it none can be. */
  readonly held?: HeldSessions;
  /** Looks for code in the client; without it nobody does. */
  readonly mods?: ModsPort;
  readonly resolvePath: ResolvePath;
  /** Asks other people to approve calls; without it nobody is asked. Must not throw. */
  readonly approvals?: Pick<ApprovalBook, "ask" | "find">;
  /** Lets questions wait for people who are elsewhere; without it none does. */
  readonly questions?: WaitingRoom;
  /** Whether the client of this project keeps its own question open for an answer from elsewhere. Must not throw. */
  readonly asksElsewhere?: (project: Project) => boolean;
  /** Whether the client alone would have asked about a call; without it nobody knows. */
  readonly promptAlone?: PromptAlone;
  /** Tells the gateway which installs run; without it nobody is told. Must not throw. */
  readonly installs?: InstallWindows;
  /** What the client's settings set for commands of a project now; without it nothing is known. Must not throw. */
  readonly settingsVariables?: (project: Project) => Readonly<Record<string, string>>;
  /** Whether the client keeps a transcript of the event's session where the event says. Must not throw. */
  readonly hasTranscript: (event: Pick<HookEvent, "sessionId" | "transcriptPath">) => boolean;
  /** The guarded project that holds a directory. Must not throw. */
  readonly projectAt: (directory: string) => Pick<Project, "id" | "root"> | undefined;
};
