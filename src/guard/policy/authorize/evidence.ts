// What a judgement of a call rests on, and what comes of it.
import type { Derived } from "../../effects/derive.ts";
import type { Finding } from "../../content/detection/finding.ts";
import type { Effect } from "../../vocabulary/effect.ts";
import type { KeyUse } from "../../facts/key-use.ts";
import type { FactReader } from "../../facts/fact-reader.ts";
import type { Facts } from "../../facts/facts.ts";
import type { ToolCall } from "../../toolcall/tool-call.ts";
import type { Approved, Question, Reason, Verdict, Waiting } from "../decision.ts";
import type { PlaceTests } from "../condition-places.ts";
import type { PolicyException } from "../policy.ts";
import type { RememberedAnswers } from "../remembered/answers.ts";
import type { ShellUse } from "./session-holds.ts";

/** The verdict with its reasons, strictest first. INVARIANT: at least one reason. */
export type Authorization = { readonly verdict: Verdict; readonly reasons: readonly Reason[] };
/** The same with the exceptions that it rests on: none where it is a deny. */
export type Authorized = Authorization & {
  readonly exceptions: readonly string[];
  readonly questions: readonly Question[];
  readonly waits: readonly Waiting[];
  readonly approvals: readonly string[];
  /** Files that are loaded, and of which the call is shown views. */
  readonly views: readonly string[];
  /** Keys that a person is asked about. */
  readonly keys: readonly KeyUse[];
};

/** What is known of a call when it is judged. */
export type Judged = {
  readonly effects: readonly Effect[];
  readonly shell: ShellUse;
  /** The programs that run, and which effect comes from where; nothing where a call has no commands. */
  readonly commands?: Derived["commands"];
  readonly origins?: Derived["origins"];
  readonly unseen?: Derived["unseen"];
};

/** What a judgement rests on. `places` are anchored where the session is. */
export type Evidence = {
  readonly facts: Facts;
  readonly reader: FactReader;
  readonly places: PlaceTests;
  /** Exceptions that hold in this situation. */
  readonly exceptions?: readonly PolicyException[];
  /** What is judged; without it nothing counts as contained, and no answer is remembered. */
  readonly call?: ToolCall | undefined;
  /** What detectors found in it. */
  readonly findings?: readonly Finding[];
  /** What a person said yes to in this session. */
  readonly remembered?: RememberedAnswers | undefined;
  /** What other people approved of this very call. */
  readonly approved?: readonly Approved[] | undefined;
  /** The person's own rule that lets the client run this command, in words. */
  readonly ownRule?: string | undefined;
  readonly digest?: ((text: string) => string) | undefined;
};
