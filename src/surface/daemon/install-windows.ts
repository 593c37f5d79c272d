// Installs of sessions whose sandbox reaches a registry gateway: told when they may begin and when they have ended.
import type { HookEvent } from "#guard/toolcall/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import {
  closeInstall as closeWindow,
  openInstall as openWindow,
} from "../gateway/open-installs.ts";
import type { HookPorts, InstallWindows, Judgement, Submitter } from "./ports.ts";

/** What is told of an install that the gateway could not be told of: it reaches no registry and does no harm. */
export const INSTALL_NOT_OPENED = {
  text: "the registry gateway could not be told of an install, which will reach no registry",
  event: { eventName: "PreToolUse", code: "install-not-opened", where: "gateway" },
} as const;

type Ports = Pick<HookPorts, "installs">;

/** Lets registries be read while the call runs, if it may run and installs. False where the gateway cannot be told. */
export function openInstall(
  { installs }: Ports,
  { sessionId }: Submitter,
  { call: { id: callId }, judgement }: { readonly call: ToolCall; readonly judgement: Judgement },
): boolean {
  const { decision, readsRegistries } = judgement;
  if (installs === undefined || readsRegistries !== true || decision.verdict === "deny")
    return true;
  return callId !== "" && installs.open({ sessionId, callId });
}

/**
 * Ends what an event says has ended. WHY also for calls that never installed: which did is known only to the process that
 * judged them. What goes on in the background has not ended, and a call that a person said no to has no event: such a window
 * closes with the end of the task, or grows too old.
 */
export function closeInstall({ installs }: Ports, event: HookEvent): void {
  const callId = endedCall(event);
  if (callId !== undefined && callId !== "")
    installs?.close({ sessionId: event.sessionId, callId });
}

function endedCall(event: HookEvent): string | undefined {
  switch (event.kind) {
    case "post-tool-use":
      return event.background ? undefined : event.call.id;
    case "post-tool-use-failure":
      return event.call.id;
    case "other":
      return event.eventName === "PermissionDenied" ? event.notes.callId : undefined;
    // The end of a task in the background comes as a prompt that names its call.
    case "prompt":
      return event.notes.callId;
    default:
      return undefined;
  }
}

/** Windows that lie as files in the data directory, where the gateway looks. */
export function installWindows(data: string, nowMs: () => number): InstallWindows {
  return {
    open: (call) => openWindow(data, call, nowMs()),
    close: (call) => closeWindow(data, call),
  };
}
