// What the gateway refused and found, summed and written into the log as other commands write: with or without a daemon.
import { userName } from "#platform/user.ts";
import { mcpEvent } from "#record/event/mcp-events.ts";
import type { SpoolRecorder } from "../../foundation/record/spool-recorder.ts";
import type { GateOutcome } from "./said.ts";

const FLUSH_MS = 1_000;
/** Outcomes told apart within that time: a client that asks for more is told of as one. */
const SUMS_MAX = 256;

export type GatewayRecord = {
  add(outcome: GateOutcome): void;
  /** Writes what is summed, for the last time. */
  close(): Promise<void>;
};

/** Opens it. `say` hears when nothing can be written. */
export function openGatewayRecord(
  recorder: SpoolRecorder,
  {
    server,
    root,
    say,
  }: { readonly server: () => string; readonly root: string; readonly say: (line: string) => void },
): GatewayRecord {
  const user = userName();
  let sums = new Map<string, GateOutcome & { times: number }>();
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    const told = [...sums.values()];
    sums = new Map();
    timer = undefined;
    const events = told.map((one) =>
      mcpEvent(recorder.stamp(), { ...one, server: server(), root, user }),
    );
    if (events.length > 0)
      last = last
        .then(() => recorder.append(events))
        .catch(() =>
          say("what was refused cannot be written into the log; look at the data directory"),
        );
    return last;
  };
  return {
    add(outcome) {
      const { what, rule } = outcome;
      const tool = sums.size < SUMS_MAX ? outcome.tool : "";
      const key = [what, rule, tool].join("\n");
      sums.set(key, { what, rule, tool, times: (sums.get(key)?.times ?? 0) + 1 });
      timer ??= setTimeout(() => void flush(), FLUSH_MS);
    },
    close() {
      clearTimeout(timer);
      return flush();
    },
  };
}
