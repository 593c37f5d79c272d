// Calls of one session that are under way: where their path led when it was judged, and which agents they started.
import { dropOldest } from "#base/drop-oldest.ts";
import { createHash } from "node:crypto";
import type { JudgedPath } from "#guard/protocol/pinned-path.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { ChangedFiles } from "./changed-files.ts";
import { openRecords, type SessionRecord, type StoredCall } from "./session-record.ts";

/** Calls under way at the same time in one session, those of its agents included; the oldest are forgotten first. */
const OPEN_CALLS_MAX = 256;
const AGENTS_MAX = 1_024;

/** Calls of a session between their judgement and their result, and the agents that they started. */
export type OpenCalls = {
  /** Remembers a judged call. `judged` is where its path led, for file tools; `ticket` that of a held command. */
  open(
    call: ToolCall,
    judged: JudgedPath | undefined,
    changes?: ChangedFiles,
    ticket?: string,
  ): void;
  /** Forgets the call; gives what was known of it. */
  close(callId: string): StoredCall | undefined;
  isOpen(callId: string): boolean;
  /** The id of the one call under way that looks like this one; undefined for none and for several. */
  find(call: ToolCall): string | undefined;
  noteAgent(agentId: string, callId: string): void;
  /** The call that started an agent. */
  parentOf(agentId: string): string | undefined;
};

/** The calls that an earlier process left, or none; `note` hears of what changes, `sum` tells all. */
export function createOpenCalls(
  stored?: {
    readonly open: ReadonlyMap<string, StoredCall>;
    readonly agents: ReadonlyMap<string, string>;
  },
  note: (record: SessionRecord) => void = () => undefined,
): OpenCalls & { sum(): SessionRecord } {
  const calls = new Map<string, StoredCall>(stored?.open);
  const agents = new Map<string, string>(stored?.agents);
  return {
    open(call, judged, changes, ticket) {
      if (call.id === "") return;
      const kept = { digest: digestOf(call, judged), judged, changes, ticket };
      calls.set(call.id, kept);
      dropOldest(calls, OPEN_CALLS_MAX);
      note(openRecords(new Map([[call.id, kept]])));
    },
    close(callId) {
      const known = calls.get(callId);
      if (calls.delete(callId)) note({ closed: [callId] });
      return known;
    },
    isOpen: (callId) => calls.has(callId),
    find(call) {
      const digest = digestOf(call, undefined);
      const [first, ...others] = [...calls].filter(([, open]) => open.digest === digest);
      return others.length > 0 ? undefined : first?.[0];
    },
    noteAgent(agentId, callId) {
      if (callId === "") return;
      agents.set(agentId, callId);
      dropOldest(agents, AGENTS_MAX);
      note({ agents: [[agentId, callId]] });
    },
    parentOf: (agentId) => agents.get(agentId),
    sum: () => ({ ...openRecords(calls), agents: [...agents] }),
  };
}

/** Tells calls apart by what they are given; a pinned path counts as the one that the client then speaks of. */
export function digestOf(call: ToolCall, judged: JudgedPath | undefined): string {
  const input = judged === undefined ? call.input : { ...call.input, path: judged.real };
  return createHash("sha256")
    .update(JSON.stringify([call.tool, input]))
    .digest("base64");
}
