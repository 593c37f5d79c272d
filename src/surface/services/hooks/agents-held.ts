// Agents that a call starts or that it is made by: none runs whose definition brings code that nobody agreed to; skills loaded with it are judged.
import { printable } from "#base/printable.ts";
import { readFrontMatter } from "#base/front-matter.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { VERDICTS_BY_STRICTNESS } from "#guard/policy/decision.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import { commandFiles } from "../content/attached-files.ts";
import type { Judgement } from "../evaluation/judge-port.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import type { ModPlaces } from "../mods/find-mods.ts";
import type { SeenExtension, StartedAgents } from "../mods/seen-extensions.ts";
import { type HookRequest, isCanary } from "./hook-request.ts";
import { agentHeld } from "./refusals.ts";

/** Definitions that are named at once, and skills of one agent that are judged. */
const TOLD_MAX = 4;
const SKILLS_MAX = 32;
/** What the client (2.1.332) starts where a call names no agent; a file of the project may take its place. */
const USUAL_AGENT = "general-purpose";

type CallEvent = HookEvent & { readonly kind: "pre-tool-use" };
type JudgeSkill = (call: ToolCall, given: Json) => Promise<Judgement>;

/**
 * The judgement with what agents add to it. WHY also for each call that an agent makes: one may be started by no call, by `--agent`, by a
 * setting or by a typed command.
 */
export async function withAgents(
  request: HookRequest,
  event: CallEvent,
  judgement: Judgement,
  judgeSkill: JudgeSkill,
): Promise<Judgement> {
  const { call, agentType } = event;
  if (judgement.decision.verdict === "deny" || isCanary(event.sessionId)) return judgement;
  const begun = agentsBegun(request, event);
  const names =
    begun === "any" ? begun : [...begun, ...(agentType === undefined ? [] : [agentType])];
  const started = lookAtAgents(request, event, names);
  if (started === undefined) return judgement;
  const why = heldInWords(started);
  if (why !== undefined) return { ...judgement, decision: agentHeld(judgement.decision, why) };
  // Those of the agent that makes the call were loaded when it began.
  const loaded = begun.length === 0 ? undefined : lookAtAgents(request, event, begun);
  if (loaded === undefined) return judgement;
  if (loaded.skills === undefined || loaded.skills.length > SKILLS_MAX) {
    const text = `which skills are loaded with it cannot be told from the definition of the agent: write \`skills:\` as a plain list of at most ${SKILLS_MAX} names`;
    return { ...judgement, decision: agentHeld(judgement.decision, text) };
  }
  let strictest = judgement;
  for (const name of new Set(loaded.skills)) {
    const skill = { ...call, tool: "Skill", input: { kind: "skill", name, args: "" } } as const;
    strictest = stricter(strictest, await judgeSkill(skill, { skill: name }));
    if (strictest.decision.verdict === "deny") break;
  }
  return strictest;
}

/**
 * Why agents of these names must not run, as a sentence that goes on after "because"; undefined where they may. For whatever starts one
 * without a call: a typed command, the start of a session.
 */
export function whyAgentsHeld(
  request: HookRequest,
  event: Pick<HookEvent, "cwd" | "transcriptPath">,
  names: readonly string[] | "any",
): string | undefined {
  const started = lookAtAgents(request, event, names);
  return started === undefined ? undefined : heldInWords(started);
}

/** The agents that a command or skill runs as, by the heads of the files that it may be; undefined in place of a file that cannot be read. */
export function agentsOfText(text: string | undefined): readonly string[] | "any" {
  if (text === undefined) return "any";
  const head = readFrontMatter(text);
  if (!head.mayHave("context") && !head.mayHave("agent")) return [];
  const named = head.values("agent");
  if (named === undefined) return "any";
  return named.length === 0 ? [USUAL_AGENT] : named;
}

/** Whether a skill or command brings hooks that nobody agreed to: they run from when its text is loaded. */
export function bringsStrangeHooks(
  request: HookRequest,
  event: Pick<HookEvent, "cwd" | "transcriptPath">,
  { path, text }: { readonly path: string; readonly text: string },
): boolean {
  const { mods } = request.services.ports;
  if (mods === undefined || !readFrontMatter(text).mayHave("hooks")) return false;
  return !mods.extensions.isAgreed(placesOf(request, event, mods.home), request.project.root, path);
}

function lookAtAgents(
  request: HookRequest,
  event: Pick<HookEvent, "cwd" | "transcriptPath">,
  names: readonly string[] | "any",
): StartedAgents | undefined {
  const { mods } = request.services.ports;
  if (mods === undefined || names.length === 0) return undefined;
  const places = placesOf(request, event, mods.home);
  return mods.extensions.started(places, request.project.root, names);
}

function placesOf(
  { project }: HookRequest,
  { cwd, transcriptPath }: Pick<HookEvent, "cwd" | "transcriptPath">,
  home: string,
): ModPlaces {
  const directories = [project.root, project.directory, cwd].filter((one) => one !== undefined);
  const config = configDirectoryOf(transcriptPath) ?? `${home}/.claude`;
  return { directories: [...new Set(directories)], config };
}

/** The agents that a call starts. A workflow names its agents in a program, so it may be any. */
function agentsBegun(
  request: HookRequest,
  { call, given, cwd, transcriptPath }: CallEvent,
): readonly string[] | "any" {
  const { input } = call;
  if (input.kind === "workflow") return "any";
  if (input.kind === "agent") return [agentNamed(given) ?? USUAL_AGENT];
  if (input.kind !== "skill") return [];
  const { readInstructions } = request.services.ports;
  if (readInstructions === undefined) return [];
  const place = { cwd, root: request.project.root, transcriptPath };
  const found = commandFiles(input.name, place).flatMap((path) => {
    const text = readInstructions(path);
    return text === undefined ? [] : [agentsOfText(text)];
  });
  return found.includes("any") ? "any" : found.flat();
}

function agentNamed(given: Json): string | undefined {
  const isNamed = typeof given === "object" && given !== null && "subagent_type" in given;
  return isNamed && typeof given.subagent_type === "string" ? given.subagent_type : undefined;
}

function heldInWords({ strange, tooMany }: StartedAgents): string | undefined {
  const [folder] = tooMany;
  if (folder !== undefined)
    return `\`${printable(folder)}\` holds more files or deeper folders than are looked at, and the definition of an agent among them may bring hooks or servers`;
  return strange.length === 0 ? undefined : strangeInWords(strange);
}

function strangeInWords(strange: readonly SeenExtension[]): string {
  const named = strange.slice(0, TOLD_MAX).map(({ place, brings, standing: how, uncounted }) => {
    const changed = how === "unlike-agreed" ? ", and is not what a person agreed to any more" : "";
    const open = uncounted === undefined ? "" : `; nobody can agree to it, because ${uncounted}`;
    return printable(`${place} (brings ${brings.join(" and ")}${changed}${open})`);
  });
  const more = strange.length > TOLD_MAX ? ` and ${strange.length - TOLD_MAX} more` : "";
  return `Claude Code runs by itself what the definition of the agent brings, and no person agreed to it: ${named.join(", ")}${more}`;
}

/** What both do, by the verdict of the stricter one. */
function stricter(one: Judgement, other: Judgement): Judgement {
  const rank = ({ decision }: Judgement) => VERDICTS_BY_STRICTNESS.indexOf(decision.verdict);
  const effects = [...one.decision.effects, ...other.decision.effects];
  const { decision } = rank(other) < rank(one) ? other : one;
  return { ...one, decision: { ...decision, effects } };
}
