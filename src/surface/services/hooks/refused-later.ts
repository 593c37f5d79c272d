// What held calls met: what those in the background were refused since, and what was done outside for them.
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { MadeOutside } from "../hold/hold-port.ts";
import { holdSession } from "./answer-call.ts";
import { type HookRequest, note } from "./hook-request.ts";

/**
 * Records what calls that go on in the background were refused and had done outside, and says so to the agent with whatever result comes next.
 * `at`: the call of that result, where it is not known which one lost something.
 */
export async function metLater(
  request: HookRequest,
  event: HookEvent,
  at?: ToolCall,
): Promise<readonly string[]> {
  const met = (await request.services.ports.hold?.metLater(holdSession(request, event))) ?? [];
  for (const { met: one, call = at } of met)
    if (call !== undefined)
      await note(request, {
        kind: "held-refusal",
        submitter: request.submitter,
        call,
        what: one.kind,
      });
  const later = request.services.ports.hold?.madeLater(holdSession(request, event)) ?? [];
  for (const { call, made } of later) await noteMade(request, call, made);
  return met.map(({ met: { text } }) => text);
}

/** Records what was signed for a held call, which remotes were reached for it, and which keys went out. */
export async function noteMade(
  request: HookRequest,
  call: ToolCall,
  made: MadeOutside | undefined,
): Promise<void> {
  const { submitter } = request;
  for (const { kind: what, object } of made?.signatures ?? [])
    await note(request, { kind: "signature", submitter, call, what, object });
  for (const contact of made?.contacts ?? [])
    await note(request, { kind: "remote", submitter, call, ...contact });
  for (const { kind: what, ...exchange } of made?.exchanges ?? [])
    await note(request, { kind: "credential", submitter, call, what, ...exchange });
}
