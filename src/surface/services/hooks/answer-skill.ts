// The answers before the client runs shell lines of skills and commands: nobody calls them, and no answer can put another command in their place.
import { assert } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { parentPath } from "#base/path.ts";
import { INSTRUCTIONS_BYTES_MAX } from "#base/limits.ts";
import { argumentNames, filledTexts, shellOf } from "#guard/effects/tools/skill-text.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { reasonText } from "#guard/protocol/reason-text.ts";
import { type HookAnswer, neutralAnswer, refusal } from "#guard/protocol/hook-io.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import { holdFailure } from "../hold/hold-port.ts";
import type { Judgement, Moment } from "../evaluation/judge-port.ts";
import { agentsOfText, bringsStrangeHooks, whyAgentsHeld } from "./agents-held.ts";
import { holdSession, isAudited, unheldDecision, unrecorded } from "./answer-call.ts";
import { publishDecision } from "./live-decisions.ts";
import { type HookRequest, isLifted, noteFailure, renewHold } from "./hook-request.ts";
import { judge } from "./judge-call.ts";
import { refusedFiles, refusedPrompt } from "./refused-files.ts";

/** Shell lines of one text that are judged; one with more is refused. */
const LINES_MAX = 32;

/**
 * A shell line is about to run. It may where the policy allows it, held as any command where that is needed, and where a person said
 * yes to the call that loaded its text. Without an opinion of ours the client's own rules decide, as they have before.
 */
export async function answerSkillShell(
  request: HookRequest,
  event: HookEvent & { kind: "skill-shell" },
): Promise<HookAnswer> {
  renewHold(request);
  const { parent } = event;
  // WHY both: a call that was allowed unasked says nothing of a line that its text did not have then.
  const wasAsked = parent !== undefined && request.services.asked.has(parent);
  const approved = wasAsked && request.session.calls?.isOpen(parent);
  const [judged] = await judgeLines(request, event, [event.call]);
  assert(judged !== undefined, "each line is judged");
  const line = await holdLine(request, event, { ...judged, approved });
  const decision = await recordLine(request, event, line);
  if (!isRefused(decision, approved) || isLifted(request.services, request.project))
    return neutralAnswer(event.eventName);
  const where = await placeOf(request, event);
  return refusal(event.eventName, `${where}${reasonText({ ...decision, verdict: "deny" })}`);
}

/**
 * Why what was typed is not expanded: the first shell line or mention of the command's text that is refused, with its file and line.
 * WHY here although newer clients tell of each line: older ones do not.
 */
export async function refusedExpansion(
  request: HookRequest,
  event: HookEvent & { kind: "prompt" },
  files: readonly string[],
): Promise<string | undefined> {
  const { cwd, expands } = event;
  if (expands === undefined) return undefined;
  renewHold(request);
  const refused = await refusedFiles(
    request,
    event,
    files.map((path) => ({ path })),
  );
  if (refused.length > 0) return refusedPrompt(refused);
  const { sentFiles } = request.services.ports;
  const moment: Moment = { answers: new Map() };
  // WHY not one after the other: nothing runs before all of them are on record.
  const onRecord: Promise<string | undefined>[] = [];
  for (const path of files) {
    const text = request.services.ports.readInstructions?.(path);
    if (text === undefined) continue;
    if (Buffer.byteLength(text) >= INSTRUCTIONS_BYTES_MAX)
      return notExpanded(`${path}:1`, "it is too large to be judged before it is sent");
    if (bringsStrangeHooks(request, event, { path, text }))
      return notExpanded(
        `${path}:1`,
        "It brings hooks that nobody agreed to: read it, and type `sallyport mods agree`",
      );
    const agents = agentsOfText(text);
    const held =
      agents === "any" || agents.length > 0 ? whyAgentsHeld(request, event, agents) : undefined;
    if (held !== undefined)
      return notExpanded(`${path}:1`, `It starts an agent that may not run, because ${held}`);
    const names = argumentNames(text);
    const fill = { args: expands.args, directory: parentPath(path), names };
    const lines = shellOf(text, fill);
    if (lines.length > LINES_MAX)
      return notExpanded(`${path}:1`, "it has more shell lines than are judged");
    const mentioned = filledTexts(text, fill).flatMap(
      (filled) => sentFiles?.mentioned(filled, cwd, path) ?? [],
    );
    const named = await refusedFiles(request, event, mentioned);
    if (named.length > 0) return refusedPrompt(named);
    const written = lines.flatMap(({ readings, line }) =>
      readings.map((command) => ({ line, call: bashCall(command, cwd) })),
    );
    const calls = written.map(({ call }) => call);
    const judged = await judgeLines(request, event, calls, moment);
    for (const [index, one] of judged.entries()) {
      const held = await holdLine(request, event, { ...one, approved: false });
      const isStopped = isRefused(held.judgement.decision, false);
      const recorded = recordLine(request, event, held).then((decision) =>
        isRefused(decision, false)
          ? notExpanded(
              `${path}:${written[index]?.line}`,
              reasonText({ ...decision, verdict: "deny" }),
            )
          : undefined,
      );
      if (isStopped) return recorded;
      onRecord.push(recorded);
    }
  }
  return (await Promise.all(onRecord)).find((message) => message !== undefined);
}

function bashCall(command: string, cwd: string): ToolCall {
  const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
  return { id: "", tool: "Bash", cwd, input };
}

function notExpanded(where: string, why: string): string {
  return `sallyport: your prompt was not sent, because of \`${printable(where)}\`. ${why}`;
}

/** A question cannot be asked there: what a person did not say yes to before is refused. */
function isRefused({ verdict }: Decision, approved: boolean | undefined): boolean {
  return verdict === "deny" || (verdict === "ask" && approved !== true);
}

/** A shell line that was judged; nothing can hold it where it is `isUnheld`. */
type JudgedLine = {
  readonly call: ToolCall;
  readonly judgement: Judgement;
  readonly isUnheld: boolean;
};
/** And whether a person said yes to the call that loaded its text. */
type LineToRun = JudgedLine & { readonly approved: boolean | undefined };

/** Judges shell lines. WHY the first alone: what it asks of the machine, the others need not, and these are judged in one go. */
async function judgeLines(
  request: HookRequest,
  event: HookEvent,
  [first, ...others]: readonly ToolCall[],
  moment: Moment = { answers: new Map() },
): Promise<readonly JudgedLine[]> {
  if (first === undefined) return [];
  const { hold } = request.services.ports;
  const { cwd, mode, agentId } = event;
  const isUnheld = hold?.holdsLines(holdSession(request, event)) !== true;
  const judgeOne = async (call: ToolCall): Promise<JudgedLine> => {
    const judgement = await judge(request, { cwd, mode, agentId, call, isUnheld, moment });
    return { call, judgement, isUnheld };
  };
  return [await judgeOne(first), ...(await Promise.all(others.map(judgeOne)))];
}

/** Has a judged line run held, where anything can hold it. */
async function holdLine(
  request: HookRequest,
  event: HookEvent,
  line: LineToRun,
): Promise<LineToRun> {
  const { hold } = request.services.ports;
  const { call, approved, judgement } = line;
  const { decision: given, policy, interactive = true } = judgement;
  if (hold === undefined || line.isUnheld || isRefused(given, approved)) return line;
  const decided = (decision: Decision) => ({ ...line, judgement: { ...judgement, decision } });
  try {
    const session = holdSession(request, event);
    const judged = { session, call, given: { command: commandOf(call) }, mode: event.mode };
    return decided(
      (await hold.putLine({ ...judged, decision: given, policy, interactive })).decision,
    );
  } catch (cause) {
    await noteFailure(request, event.eventName, "hold-failed");
    return decided(unheldDecision(holdFailure(cause)));
  }
}

/** Puts a judged line on record. What cannot be is refused. */
async function recordLine(
  request: HookRequest,
  { mode }: HookEvent,
  { call, approved, judgement }: LineToRun,
): Promise<Decision> {
  const { services, submitter, session, project } = request;
  const { decision } = judgement;
  const isRefusal = isRefused(decision, approved);
  const isEnforced = !isLifted(services, project);
  const observation = {
    kind: "decision",
    submitter,
    call,
    judgement,
    mode,
    durationMs: services.ports.clock.monotonicMs() - request.startedMs,
    payloadBytes: request.payloadBytes,
    off: services.ports.off?.(project)?.id,
    observed: services.ports.observes?.(project) === true,
  } as const;
  const durable = isRefusal || isAudited(judgement);
  const recorded = await services.recorder
    .record(observation, { durable, isRefusal: isRefusal && isEnforced })
    .then(
      () => decision,
      (cause: unknown) => unrecorded(cause),
    );
  session.noteJudged(call.id, call.id);
  publishDecision(request, call, recorded, {
    off: services.ports.off?.(project),
    observed: observation.observed,
  });
  return recorded;
}

function commandOf({ input }: ToolCall): string {
  return input.kind === "bash" ? input.command : "";
}

/** The file and line of a shell line, where the text of its skill is found. */
async function placeOf(
  { services, project }: HookRequest,
  event: HookEvent & { kind: "skill-shell" },
): Promise<string> {
  const { sentFiles, readInstructions } = services.ports;
  const { cwd, transcriptPath, skill, call } = event;
  const paths = sentFiles?.ofCommand({ cwd, root: project.root, transcriptPath }, skill) ?? [];
  for (const path of paths) {
    const lines = shellOf(readInstructions?.(path) ?? "", {
      args: "",
      directory: parentPath(path),
    });
    const [only] = lines;
    const found = lines.find(({ readings }) => readings.includes(commandOf(call)));
    const line = found?.line ?? (lines.length === 1 ? only?.line : undefined);
    if (lines.length > 0) return `${printable(path)}${line === undefined ? "" : `:${line}`}: `;
  }
  return skill === "" ? "" : `in the skill \`${printable(skill)}\`: `;
}
