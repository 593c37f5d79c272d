// The answers to prompts and to files of instructions that go along with them.
import { lstatSync } from "node:fs";
import { neutralAnswer } from "#guard/protocol/hook-io.ts";
import { keptText } from "#guard/policy/content-policy.ts";
import type { Requirement } from "#guard/policy/policy.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { judgePromptFairly } from "../heavy/fair-content.ts";
import {
  heldFiles,
  heldPrompt,
  judgeInstructions,
  type HeldFile,
  notesWith,
  requirementsOf,
  withheldFiles,
} from "../content/content-answers.ts";
import type { PromptVerdict } from "../content/prompt-verdict.ts";
import { whyAgentsHeld } from "./agents-held.ts";
import { promptOverBudget } from "./budgets-held.ts";
import { refusedExpansion } from "./answer-skill.ts";
import { refusedFiles, refusedInstructions, refusedPrompt } from "./refused-files.ts";
import {
  type Answer,
  REPAIR,
  type HookRequest,
  applyControls,
  inspect,
  isLifted,
  isObserved,
  note,
  place,
  publish,
  taint,
} from "./hook-request.ts";

/**
 * What the client would send with and after a summary of the session that the policy keeps from the model. It reads files again that
 * calls have read, and tells no hook of it; their answers had the values replaced, the files have them.
 */
export async function heldFromSummary(
  { services, project }: HookRequest,
  { cwd, transcriptPath, sessionId }: HookEvent,
): Promise<readonly HeldFile[]> {
  const { sentFiles, readAgain } = services.ports;
  if (sentFiles === undefined || readAgain === undefined) return [];
  if (isLifted(services, project)) return [];
  const requires = await requirementsOf(services.ports, project);
  const paths = sentFiles.withSummary({ cwd, root: project.root, transcriptPath });
  const kept = services.tainted.get(sessionId)?.values() ?? [];
  return [...kept, ...withheldFiles(paths, readAgain, requires)];
}

/** A prompt is held back where the repository decides who would read it, and where it holds what the policy keeps out. */
export async function answerPrompt(
  request: HookRequest,
  event: HookEvent & { kind: "prompt" },
): Promise<Answer> {
  const { services, project, session, submitter } = request;
  const { eventName, agentId, notes } = event;
  // Calls that a person ended tell nobody, and are over when they write again.
  if (eventName === "UserPromptSubmit") services.ports.undo?.settle(submitter.sessionId);
  const inForce = await requirementsOf(services.ports, project);
  const requires = isLifted(services, project) ? [] : inForce;
  const verdict = await promptVerdict(request, event, requires);
  const opened =
    verdict.action === "block" || isLifted(services, project)
      ? verdict
      : ((await closedDoor(request, event)) ?? verdict);
  const over =
    eventName === "UserPromptSubmit" ? await promptOverBudget(request, event) : undefined;
  const { action, message } = stricterPrompt(opened, over);
  const parent = agentId === undefined ? undefined : session.calls?.parentOf(agentId);
  const called = { ...notes, callId: notes.callId ?? parent };
  const word = action === "block" ? "blocked" : "told";
  const noted = action === "pass" ? called : notesWith(called, word);
  const isKept = eventName === "UserPromptSubmit" && keptText(inForce) === "sealed";
  const said = isKept ? { text: event.text } : {};
  if (eventName === "UserPromptSubmit") session.track?.prompted(event.text, isKept);
  await note(request, { kind: "other-event", submitter, eventName, notes: noted, ...said });
  const held = eventName === "UserPromptSubmit" ? redirectedPrompt(request) : undefined;
  if (held !== undefined) return held;
  if (action === "block") {
    publish(services, {
      ...place(request),
      what: "prompt",
      verdict: "blocked",
      summary: "holds what the policy keeps out",
    });
    return {
      decision: "block",
      reason: message,
      systemMessage: message,
      // WHY: the client would show the prompt again, and keep it in what it writes of the session.
      hookSpecificOutput: { hookEventName: eventName, suppressOriginalPrompt: true },
    };
  }
  return action === "tell" && eventName === "UserPromptSubmit"
    ? { systemMessage: message }
    : neutralAnswer(eventName);
}

/** What holds a prompt back counts before what is only told with it. */
function stricterPrompt(one: PromptVerdict, other: PromptVerdict | undefined): PromptVerdict {
  if (other === undefined || one.action === "block") return one;
  if (other.action === "block" || one.action === "pass") return other;
  return { action: "tell", message: `${one.message}\n${other.message}` };
}

/** What the prompt says, and what goes along with it: that of the session's instructions which was held once stays in the client's memory. */
async function promptVerdict(
  { services, project }: HookRequest,
  event: HookEvent & { kind: "prompt" },
  requires: readonly Requirement[],
): Promise<PromptVerdict> {
  const { ports } = services;
  const own = await judgePromptFairly(event.text, { ports, requires, sessionId: event.sessionId });
  const { sentFiles, readInstructions } = services.ports;
  const isOpen = !requires.some((one) => one.startsWith("prompts-"));
  if (own.action === "block" || isOpen || sentFiles === undefined || readInstructions === undefined)
    return own;
  const { cwd, transcriptPath, sessionId } = event;
  const place = { cwd, root: project.root, transcriptPath };
  const kept = new Map(services.tainted.get(sessionId));
  const files = sentFiles
    .withPrompt(place, event.text)
    .flatMap(({ path }) => (ports.isClean?.(path) === true ? [] : [path]));
  for (const one of heldFiles(files, readInstructions, requires)) kept.set(one.path, one);
  return kept.size === 0 ? own : { action: "block", message: heldPrompt([...kept.values()]) };
}

/**
 * What would come into the context with the prompt and may not: files that it, instructions or links bring in, and what the text of a
 * typed command makes the client read and run.
 */
async function closedDoor(
  request: HookRequest,
  event: HookEvent & { kind: "prompt" },
): Promise<PromptVerdict | undefined> {
  const { services, project } = request;
  const { sentFiles } = services.ports;
  const { cwd, transcriptPath, text, expands, agentType, agentId } = event;
  // WHY here too: without a request, what the agent's hooks do with calls and their ends is never begun.
  const why =
    agentType === undefined || agentId !== undefined
      ? undefined
      : whyAgentsHeld(request, event, [agentType]);
  if (why !== undefined) return { action: "block", message: heldAgent(why) };
  if (sentFiles === undefined) return undefined;
  const at = { cwd, root: project.root, transcriptPath };
  if (expands !== undefined) {
    const message = await refusedExpansion(request, event, sentFiles.ofCommand(at, expands.name));
    return message === undefined ? undefined : { action: "block", message };
  }
  const named = sentFiles.withPrompt(at, text);
  // WHY these as links alone: their own names are those of the client, and a policy that refuses these refuses the call.
  const listed = sentFiles
    .listed(at)
    .filter(({ path, unseen }) => unseen !== undefined || !isPlain(path));
  const refused = await refusedFiles(request, event, [...named, ...listed]);
  if (refused.length > 0) return { action: "block", message: refusedPrompt(refused) };
  const loaded = [...(services.tainted.get(event.sessionId)?.values() ?? [])];
  const kept = loaded.filter(({ isRefused }) => isRefused === true);
  return kept.length === 0 ? undefined : { action: "block", message: heldPrompt(kept) };
}

function heldAgent(why: string): string {
  return `sallyport: your prompt was not sent, because ${why}. Read it and type \`sallyport mods agree\`, or begin a session without this agent.`;
}

/** Neither a link nor one of several names, as far as can be seen. */
function isPlain(path: string): boolean {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false });
    return status === undefined || (!status.isSymbolicLink() && status.nlink < 2);
  } catch {
    return false;
  }
}

function redirectedPrompt(request: HookRequest): Answer | undefined {
  if (!request.session.holds().quarantined || isObserved(request.services, request.project))
    return undefined;
  const controls = inspect(request);
  applyControls(request, controls);
  if (controls.kind === "intact" || controls.code !== "repository-redirects-trust")
    return undefined;
  const reason = `sallyport: your prompt was not sent, because ${controls.what}. ${REPAIR}`;
  return { decision: "block", reason, systemMessage: reason };
}

/** A file of instructions is in the context by now: what it holds can only be told. */
export async function answerInstructions(
  request: HookRequest,
  event: HookEvent & { kind: "instructions" },
): Promise<Answer> {
  const { services, submitter } = request;
  const { eventName, path, notes } = event;
  if (path !== undefined) await noteLoaded(request, event, path);
  const text = path === undefined ? undefined : services.ports.readInstructions?.(path);
  const judged =
    text === undefined || path === undefined ? undefined : judgeInstructions(text, path);
  const noted =
    judged === undefined
      ? notes
      : notesWith({ ...notes, sizes: { ...notes.sizes, ...judged.counts } }, "told");
  await note(request, { kind: "other-event", submitter, eventName, notes: noted });
  return judged === undefined ? neutralAnswer(eventName) : { systemMessage: judged.message };
}

/** Remembers what a session has loaded, until it loads the file again without it. A daemon that starts again looks at the disk alone. */
async function noteLoaded(
  request: HookRequest,
  event: HookEvent & { kind: "instructions" },
  path: string,
): Promise<void> {
  const { services, project, submitter } = request;
  const { readInstructions } = services.ports;
  if (readInstructions === undefined || isLifted(services, project)) return;
  const requires = await requirementsOf(services.ports, project);
  const [refused] = await refusedFiles(request, event, [{ path }]);
  const [held] =
    refused === undefined
      ? heldFiles([path], readInstructions, requires)
      : [refusedInstructions(refused)];
  if (held === undefined) services.tainted.get(submitter.sessionId)?.delete(path);
  else taint(request).set(path, held);
}
