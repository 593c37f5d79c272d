// Judging under exceptions: each use is taken before the answer, and what cannot be taken is judged again without it.
import { createHash } from "node:crypto";
import type { Decision } from "#guard/policy/decision.ts";
import type { PolicyException } from "#guard/policy/policy.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Circumstances, ExceptionStore } from "./store.ts";

/** Decides under the exceptions that count and have a use left for this call. */
export async function judgeUnder(
  store: ExceptionStore,
  now: Circumstances & { readonly call: string },
  judge: (lifts: readonly PolicyException[]) => Promise<Decision>,
): Promise<Decision> {
  let lifts = store.inForce(now);
  for (;;) {
    const decision = await judge(lifts);
    const spent = (decision.exceptions ?? []).filter((id) => !store.take(id, now.call, now.given));
    if (spent.length === 0) return decision;
    lifts = lifts.filter(({ id }) => !spent.includes(id));
  }
}

/** Names one call of a session, telling nobody what it is; empty where the client gave it no id. */
export function callKey(sessionId: string, { id, input }: ToolCall): string {
  if (id === "") return "";
  return createHash("sha256")
    .update(JSON.stringify([sessionId, id, input]))
    .digest("hex");
}
