// What calls in the background were refused since, told with the next result.
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { holdSession } from "./answer-call.ts";
import { type HookRequest, note } from "./hook-request.ts";

/**
 * Records what the proxy refused calls that go on in the background, and says so to the agent with whatever result comes next.
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
  return met.map(({ met: { text } }) => text);
}
