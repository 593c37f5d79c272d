// Installs of sessions whose sandbox reaches a registry gateway: told when they may begin and when they have ended.
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import {
  closeInstall as closeWindow,
  closeInstallsBefore as closeWindowsBefore,
  keepInstall as keepWindow,
  openInstall as openWindow,
} from "../gateway/open-installs.ts";
import type { HookPorts, InstallWindows, Submitter } from "./ports.ts";
import type { Judgement } from "../evaluation/judge-port.ts";

/** What is told of an install that the gateway could not be told of: it reaches no registry and does no harm. */
export const INSTALL_NOT_OPENED = {
  text: "the registry gateway could not be told of an install, which will reach no registry",
  event: { eventName: "PreToolUse", code: "install-not-opened", where: "gateway" },
} as const;

type Ports = Pick<HookPorts, "installs">;

/** Lets registries be read while the call runs, if it may run and installs. False where the gateway cannot be told. */
export function openInstall(
  { installs }: Ports,
  { sessionId, agentId }: Pick<Submitter, "sessionId" | "agentId">,
  { call, judgement }: { readonly call: ToolCall; readonly judgement: Judgement },
): boolean {
  const { id: callId, input } = call;
  const { decision, readsRegistries } = judgement;
  if (installs === undefined || readsRegistries !== true || decision.verdict === "deny")
    return true;
  const background = input.kind === "bash" && input.background;
  return callId !== "" && installs.open({ sessionId, agentId, callId, background });
}

/**
 * Ends what an event says has ended. WHY also for calls that never installed: which did is known only to the process that
 * judged them. A call that a person or the client said no to has no event: it is known to have ended by the next call of the
 * same agent, for the client makes those one after the other unless all of them only read. What goes on in the background
 * ends with its task, or grows too old.
 */
export function closeInstall({ installs }: Ports, event: HookEvent): void {
  if (installs === undefined) return;
  const { sessionId, agentId } = event;
  switch (event.kind) {
    case "pre-tool-use":
    case "session-end":
      return installs.closeBefore({ sessionId, agentId });
    case "post-tool-use":
      if (event.background) return installs.keep({ sessionId, agentId, callId: event.call.id });
      return installs.close({ sessionId, agentId, callId: event.call.id });
    case "post-tool-use-failure":
      return installs.close({ sessionId, agentId, callId: event.call.id });
    // The end of a task in the background comes as a prompt that names its call.
    case "prompt":
      return closeNoted({ installs }, event);
    case "other":
      if (event.eventName === "SubagentStop") installs.closeBefore({ sessionId, agentId });
      if (event.eventName === "PermissionDenied") closeNoted({ installs }, event);
      return;
    default:
  }
}

function closeNoted(
  { installs }: Ports,
  { sessionId, agentId, notes: { callId } }: HookEvent & { readonly kind: "prompt" | "other" },
): void {
  if (callId !== undefined && callId !== "") installs?.close({ sessionId, agentId, callId });
}

/** Windows that lie as files in the data directory, where the gateway looks. */
export function installWindows(data: string, nowMs: () => number): InstallWindows {
  return {
    open: (call) => openWindow(data, call, nowMs()),
    close: (call) => closeWindow(data, call),
    closeBefore: (holder) => closeWindowsBefore(data, holder),
    keep: (call) => keepWindow(data, call),
  };
}
