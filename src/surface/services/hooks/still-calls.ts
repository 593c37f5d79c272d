// What a session runs stands still from before a file tool's call is judged until it is over, so that the file that was judged is the one that is used.
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { renewPicture } from "../../foundation/files/picture.ts";
import { showingPrograms } from "../hold/plain-shows.ts";
import type { StillCall } from "../hold/still-rooms.ts";
import type { Judgement } from "../evaluation/judge-port.ts";
import type { Project } from "../projects/project.ts";
import {
  type HookRequest,
  isCanary,
  isLifted,
  noteFailure,
  place,
  publish,
} from "./hook-request.ts";
import type { HookPorts } from "./ports.ts";
import { stillMoving } from "./refusals.ts";

/** Whether what the session runs was stopped for a call; `refusal`: it was not, and the call rests on it. */
export type Stillness = { readonly isStill: boolean; readonly refusal?: Judgement };

const MOVES: Stillness = { isStill: false };

/**
 * Stops what the session runs, where the call is one of a file tool, or of a command that only shows files. From here on the
 * disk is looked at anew.
 */
export async function standStill(
  request: HookRequest,
  { call, agentId }: { readonly call: ToolCall; readonly agentId?: string | undefined },
): Promise<Stillness> {
  const { services, project, submitter } = request;
  const { hold } = services.ports;
  const isChange = isChangeOf(call);
  if (hold === undefined || isChange === undefined) return MOVES;
  // WHY: what is not enforced stands in nobody's way, and our own probes open nothing.
  if (isCanary(submitter.sessionId) || isLifted(services, project)) return MOVES;
  const tooLong = (): void => {
    const summary = "a file tool waited so long that what the session runs went on beside it";
    publish(services, { ...place(request), what: "failure", summary });
    void noteFailure(request, "PreToolUse", "still-too-long");
  };
  const of = { project, sessionId: submitter.sessionId };
  const isStill = await hold.still(of, { id: call.id, agentId, isChange }, tooLong);
  renewPicture();
  // WHY: a command can be put into its sandbox instead.
  if (isStill || call.input.kind === "bash") return { isStill };
  await noteFailure(request, "PreToolUse", "still-failed");
  return { isStill, refusal: { decision: stillMoving(), policy: undefined } };
}

/** Lets what the session runs go on, as far as the event says that calls are over. */
export function goOnAfter(
  { hold }: Pick<HookPorts, "hold">,
  project: Project,
  event: HookEvent,
): void {
  const { sessionId, agentId } = event;
  const isOver = overBy(event);
  if (isOver !== undefined)
    hold?.goOn({ project, sessionId }, (call) => call.agentId === agentId && isOver(call));
}

/** The call is over, or never begins. */
export function goOn(
  { hold }: Pick<HookPorts, "hold">,
  project: Project,
  { sessionId, callId }: { readonly sessionId: string; readonly callId: string },
): void {
  hold?.goOn({ project, sessionId }, ({ id }) => id === callId);
}

/**
 * WHY also by other events: a call that a person said no to has none of its own. The client makes the changes of one agent
 * one after the other, and nothing beside them.
 */
function overBy(event: HookEvent): ((call: StillCall) => boolean) | undefined {
  switch (event.kind) {
    case "pre-tool-use": {
      const { call } = event;
      const isChange = isChangeOf(call) === true;
      return ({ id, isChange: wasChange }) => id !== call.id && (wasChange || isChange);
    }
    case "post-tool-batch":
    case "session-start":
      return () => true;
    case "prompt":
      // WHY not with a call: the end of a task in the background comes as a prompt too, at any moment.
      return event.notes.callId === undefined ? () => true : undefined;
    case "other": {
      const { callId } = event.notes;
      if (event.eventName === "PermissionDenied") return ({ id }) => id === callId;
      return ENDS.has(event.eventName) ? () => true : undefined;
    }
    default:
      return undefined;
  }
}

/** Events after which no call of the agent is under way. */
const ENDS = new Set(["Stop", "StopFailure", "SubagentStop"]);

/** Whether a call of a file tool changes files, or a command that only shows some; undefined for others. */
function isChangeOf({ input }: ToolCall): boolean | undefined {
  switch (input.kind) {
    case "bash":
      return showingPrograms(input.command) === undefined ? undefined : false;
    case "read":
    case "search":
      return false;
    case "edit":
    case "write":
      return true;
    default:
      return undefined;
  }
}
