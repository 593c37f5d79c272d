// What the daemon and a thread for heavy work say to each other.
import type { Redacted } from "#guard/content/redact.ts";
import type { FactAnswer, FactQuery } from "#guard/facts/facts.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy, Requirement } from "#guard/policy/policy.ts";
import type { Finding } from "#guard/content/detection/finding.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { PromptVerdict } from "../content/prompt-verdict.ts";
import type { JudgeInput } from "../facts/judge.ts";

/** What a thread is started with. */
export type HeavyThread = {
  /** Directory of the keys, of which marks are made. */
  readonly keys: string;
};

/** What is judged, as far as it can be sent; the policy goes by its digest. */
export type SentCall = Pick<JudgeInput, "call" | "session" | "shell"> &
  Partial<
    Pick<
      JudgeInput,
      | "environment"
      | "writtenPaths"
      | "holds"
      | "mcp"
      | "exceptions"
      | "remembered"
      | "ownRule"
      | "approved"
    >
  > & {
    readonly policy: string;
  };

/** Kinds of work: what each is given, and what it gives. */
export type HeavyWorks = {
  readonly judge: { readonly given: SentCall; readonly gives: Decision };
  readonly redact: {
    readonly given: {
      readonly response: Json;
      readonly path: string | undefined;
      readonly requires: readonly Requirement[];
      readonly sessionId: string;
    };
    readonly gives: Redacted<Json>;
  };
  readonly prompt: {
    readonly given: { readonly text: string; readonly requires: readonly Requirement[] };
    readonly gives: PromptVerdict;
  };
  readonly left: {
    readonly given: {
      readonly answers: readonly string[];
      readonly requires: readonly Requirement[];
    };
    readonly gives: readonly Finding[];
  };
};
export type HeavyKind = keyof HeavyWorks;

/** One piece of work. */
export type HeavyTask = {
  [Kind in HeavyKind]: { readonly kind: Kind; readonly given: HeavyWorks[Kind]["given"] };
}[HeavyKind];

/** To the thread: one piece of work at a time, with a policy that it does not have yet; or answers that it asked for. */
export type ToHeavy =
  | { readonly kind: "task"; readonly task: HeavyTask; readonly policy: Policy | undefined }
  | { readonly kind: "facts"; readonly answers: ReadonlyMap<string, FactAnswer> };

/** From the thread. `ready`: it has its program. `asks`: it waits until it is answered. */
export type FromHeavy =
  | { readonly kind: "ready" }
  | { readonly kind: "asks"; readonly queries: readonly FactQuery[] }
  | { readonly kind: "done"; readonly value: unknown }
  | { readonly kind: "failed"; readonly code: string | undefined; readonly why: string };
