// A channel that runs: its state and connection, and how long it rests after something that was not delivered.
import type { Flow } from "#detect/notice/flow.ts";
import {
  BACK_OFF_MS_MAX,
  BACK_OFF_MS_MIN,
  RETRY_AFTER_MS_MAX,
} from "#record/delivery/delivery-state.ts";
import type { ChannelConnection } from "./channel-ports.ts";
import type { Channel } from "./channels/channel.ts";

/** A channel with its state, its connections, and until when it waits. */
export type Running = {
  channel: Channel;
  connection: ChannelConnection;
  readonly flow: Flow;
  waitUntilMs: number;
  backOffMs: number;
};

/** Has it wait, longer each time; `afterMs` is what the other side asked for, `chance` a number from 0 to below 1. */
export function rest(
  running: Running,
  { afterMs, nowMs, chance }: Record<"afterMs" | "nowMs" | "chance", number>,
): void {
  const backOffMs = Math.min(BACK_OFF_MS_MAX, Math.max(BACK_OFF_MS_MIN, running.backOffMs * 2));
  // Half of it is chance, so that many machines do not come back at the same moment.
  const ownMs = backOffMs / 2 + (chance * backOffMs) / 2;
  const askedMs = Math.min(RETRY_AFTER_MS_MAX, Math.max(0, afterMs));
  running.backOffMs = backOffMs;
  running.waitUntilMs = nowMs + Math.max(ownMs, askedMs);
}
