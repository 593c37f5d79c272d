// What held calls met: what those in the background were refused since, and which commits and tags were signed.
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { MadeSignature } from "../hold/signing/make-signature.ts";
import { holdSession } from "./answer-call.ts";
import { type HookRequest, note } from "./hook-request.ts";

/**
 * Records what calls that go on in the background were refused and had signed, and says so to the agent with whatever result comes next.
 * `at`: the call of that result, where it is not known which one lost something.
 */
export async function metLater(
  request: HookRequest,
  event: HookEvent,
  at?: ToolCall,
): Promise<readonly string[]> {
  const met = request.services.ports.hold?.metLater(holdSession(request, event)) ?? [];
  for (const { met: one, call = at } of met)
    if (call !== undefined)
      await note(request, {
        ...({ kind: "held-refusal", submitter: request.submitter } as const),
        ...{ call, what: one.kind },
      });
  const signed = request.services.ports.hold?.signedLater(holdSession(request, event)) ?? [];
  for (const { call, made } of signed) await noteSigned(request, call, made);
  return met.map(({ met: { text } }) => text);
}

/** Records what was signed for a held call. */
export async function noteSigned(
  request: HookRequest,
  call: ToolCall,
  made: readonly MadeSignature[] = [],
): Promise<void> {
  for (const { kind: what, object } of made)
    await note(request, { kind: "signature", submitter: request.submitter, call, what, object });
}
