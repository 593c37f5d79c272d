// The answer to a tool call: a verdict with the reasons that made it.
import type { Finding } from "../content/detection/finding.ts";
import type { Effect } from "../vocabulary/effect.ts";
import type { GitSettings } from "../vocabulary/git-settings.ts";
import type { SignatureUse } from "../vocabulary/signature-use.ts";
import type { KeyUse } from "../facts/key-use.ts";
import type { RemoteUse } from "../vocabulary/remote-use.ts";
import type { Approval } from "./approval.ts";

/** deny > ask > allow; `abstain` is no opinion: the client's own flow goes on. */
export type Verdict = "deny" | "ask" | "allow" | "abstain";

/** Verdicts from the strictest to the mildest. `abstain` stands before `allow`: allowing answers in the user's place. */
export const VERDICTS_BY_STRICTNESS = [
  "deny",
  "ask",
  "abstain",
  "allow",
] as const satisfies readonly Verdict[];

/**
 * Why: the rule (`<layer>:<policy>/<rule id>`, or `guard/<id>` for a rule built into the guard), the effect it judged
 * (an index into `Decision.effects`, undefined for rules about the whole call), and words for a person.
 */
export type Reason = {
  readonly verdict: Verdict;
  readonly rule: string;
  readonly effect: number | undefined;
  readonly text: string;
  /** What to do instead, in words the agent can act on. */
  readonly instead: string | undefined;
  /** The existing path that made the rule match, where it is another than the effect names. */
  readonly place?: string;
  /** `text` in the words of a person who decides in a hurry; of reasons that refuse or ask. */
  readonly told?: Told;
};

/** What would happen, as the rest of a sentence that begins with "this", and why that matters. */
export type Told = { readonly what: string; readonly why: string };

/** A safer form of a refused Bash command, which was judged by the same policy and facts. Never recorded: it is the user's text. */
export type Alternative = { readonly command: string; readonly verdict: Exclude<Verdict, "deny"> };

/** What a question was about: the rule that asked, the effect with its place and class of data, and words for people. */
export type Question = {
  readonly rule: string;
  /** Missing where no yes may be remembered. */
  readonly key?: string;
  readonly what: string;
  /** What a lasting yes to it covers, where that is more. */
  readonly lasting?: { readonly key: string; readonly what: string };
  /** No yes to it may outlast the session. */
  readonly isShort?: true;
};

/** A decision. INVARIANT: it has at least one reason; record/event asserts it again on write. */
export type Decision = {
  readonly verdict: Verdict;
  /** The strictest first; `reasons[0]` made the verdict. */
  readonly reasons: readonly Reason[];
  readonly effects: readonly Effect[];
  readonly findings: readonly Finding[];
  /** Programs whose names are modelled and therefore not personal: safe to record in clear. */
  readonly programs: readonly string[];
  /** Names of all programs and builtins that run, without directories; of those that are known at all. */
  readonly ran?: readonly string[];
  /** What it does with signatures of version control; left out where that is nothing. */
  readonly signatures?: readonly SignatureUse[];
  /** Whose settings git may write by what it is told; left out where that is nobody. */
  readonly gitSettings?: readonly GitSettings[];
  /** Remotes that git reaches over ssh or http, each with what may change there; left out where there are none. */
  readonly remotes?: readonly RemoteUse[];
  /** Keys (`queryKey`) of the fact answers that evaluation looked at. */
  readonly factsUsed: readonly string[];
  /** Set where the effects are complete only because code of another language was read and understood: a fact, and no reason. */
  readonly provenBy?: "reading-code";
  /** Evaluation steps spent, a measure that does not depend on the machine. */
  readonly steps: number;
  /** For people and agents beside the reasons; it changes no verdict. */
  readonly alternative?: Alternative;
  /** What a person is asked, or would be by the client; of a call that is asked about or left to the client. */
  readonly questions?: readonly Question[];
  /** Files that the call loads, real paths: it may because it is held and shown views of them. */
  readonly views?: readonly string[];
  /** Keys of such files that go to their own hosts once a person says yes: the question names each. Only of a call that is asked about. */
  readonly keys?: readonly KeyUse[];
  /** Ids of the exceptions that it rests on; none where there is none. */
  readonly exceptions?: readonly string[];
  /** What another person has to say yes to, where nothing else refuses the call. */
  readonly waits?: readonly Waiting[];
  /** Ids of the requests whose approval by another person it rests on. */
  readonly approvals?: readonly string[];
};

/** A rule (`<layer>:<policy>/<rule id>`) whose question waits for another person: what it asks of people, and about what. */
export type Waiting = { readonly rule: string; readonly approval: Approval; readonly told: Told };

/** Rules that other people said yes to for this very call, by the id of their request. */
export type Approved = { readonly id: string; readonly rules: readonly string[] };
