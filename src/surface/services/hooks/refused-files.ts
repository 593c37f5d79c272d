// Files that the client would put into the context by itself and that the policy refuses to be read: judged as a call of Read would be.
import { statSync, type Stats } from "node:fs";
import { dropOldest } from "#base/drop-oldest.ts";
import { FACT_QUERIES_MAX } from "#base/limits.ts";
import { printable } from "#base/printable.ts";
import { WAITS } from "#base/waits.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { homeDirectory } from "#platform/user.ts";
import { within } from "../../foundation/process/time-limit.ts";
import {
  type HeldFile,
  heldCall,
  heldFiles,
  heldFetch,
  requirementsOf,
} from "../content/content-answers.ts";
import type { SentFile } from "../content/attached-files.ts";
import { gatherFacts } from "../facts/gather.ts";
import { otherNames } from "../facts/paths/other-names.ts";
import type { Moment, Judgement } from "../evaluation/judge-port.ts";
import { workedPaths } from "../sessions/session-memory.ts";
import { judge } from "./judge-call.ts";
import { unseenHeld, contextHeld, fetchHeld } from "./refusals.ts";
import type { HookRequest } from "./hook-request.ts";

/** A file that is refused, and why. `by` is the file and line that bring it in. */
export type RefusedFile = SentFile & { readonly decision: Decision };

const KNOWN_MAX = 4_096;
/** Refused files that are told at once. */
const TOLD_MAX = 4;

/** The first of the files that may not be read. */
export async function refusedFiles(
  request: HookRequest,
  event: Pick<HookEvent, "cwd" | "mode" | "agentId">,
  files: readonly SentFile[],
): Promise<readonly RefusedFile[]> {
  const { services, project } = request;
  const { mayBeRead } = services;
  const { policyDigest, resolvePath } = services.ports;
  const refused: RefusedFile[] = [];
  if (files.length === 0) return refused;
  // Without a policy nothing is remembered, and judging says what is wrong.
  const digest = await policyDigest?.(project).catch(() => undefined);
  for (const file of files)
    if (file.unseen !== undefined && refused.length < TOLD_MAX)
      refused.push({ ...file, decision: unseenHeld(file.unseen) });
  const unjudged = files.flatMap((file) => {
    if (file.unseen !== undefined) return [];
    const status = statusOf(file.path);
    if (status === undefined || status.isDirectory()) return [];
    const place = [file.path, resolvePath(file.path), identity(status)];
    const key = [project.root, digest, event.cwd, ...place].join("\0");
    return digest !== undefined && mayBeRead.has(key) ? [] : [{ file, status, key }];
  });
  const moment: Moment = { answers: new Map() };
  for (const [at, { file, status, key }] of unjudged.entries()) {
    if (refused.length >= TOLD_MAX) break;
    if (at % FACT_QUERIES_MAX === 0)
      await lookAhead(request, moment, unjudged.slice(at, at + FACT_QUERIES_MAX));
    const decision = await refusalOf(request, { ...event, moment }, [
      file.path,
      ...(status.isFile()
        ? await otherNames(file.path, status, [project.root, event.cwd], homeDirectory())
        : []),
    ]);
    if (decision !== undefined) refused.push({ ...file, decision });
    else if (digest !== undefined) mayBeRead.add(key);
  }
  dropOldest(mayBeRead, KNOWN_MAX);
  return refused;
}

/**
 * Finds out where the files lead before they are judged. WHY: each judgement would find out by itself, in a wait and a second evaluation,
 * which among the 200 texts of a large project is half of the time. What is not told in time is asked again, and refused there.
 */
async function lookAhead(
  { services }: HookRequest,
  { answers }: Moment,
  unjudged: readonly { readonly file: SentFile }[],
): Promise<void> {
  const queries = unjudged.map(({ file: { path } }) => ({ kind: "path", path }) as const);
  const { judgeMs } = services.ports.waits ?? WAITS;
  const none = () => new Map<string, never>();
  const found = within(gatherFacts(queries, { home: homeDirectory() }), judgeMs, none);
  for (const [key, answer] of await found.catch(none)) answers.set(key, answer);
}

/** Why the first of the names may not be read; undefined where all of them may. What is asked about cannot be asked here. */
async function refusalOf(
  request: HookRequest,
  {
    cwd,
    mode,
    agentId,
    moment,
  }: Pick<HookEvent, "cwd" | "mode" | "agentId"> & { readonly moment: Moment },
  names: readonly string[],
): Promise<Decision | undefined> {
  for (const path of names) {
    const call = { id: "", tool: "Read", cwd, input: { kind: "read", path } } as const;
    const { decision } = await judge(request, { cwd, mode, agentId, call, moment });
    if (decision.verdict === "deny" || decision.verdict === "ask") return decision;
  }
  return undefined;
}

/** Why a call is refused because of files that the client would send after it. */
export function refusedCall(refused: readonly RefusedFile[]): string {
  return `Claude Code would send files because of this call that may not be read: ${refusedInWords(refused)}`;
}

/** Why a prompt is not sent because of them. */
export function refusedPrompt(refused: readonly RefusedFile[]): string {
  return `sallyport: your prompt was not sent. Claude Code would send files along that may not be read: ${refusedInWords(refused)}.\nTake the mention or the link out. Where a file of instructions named it, begin a new session as well, \`/clear\`: Claude Code keeps what it has read.`;
}

/** A file of instructions that is in the context by now, as one that a prompt would send along. */
export function refusedInstructions({ path, decision }: RefusedFile): HeldFile {
  const [reason] = decision.reasons;
  return {
    path,
    words: `what may not be read: ${printable(reason?.text ?? "")}`,
    isRefused: true,
  };
}

/** In words, for the person: which files, what brings them in, and why not. */
function refusedInWords(refused: readonly RefusedFile[]): string {
  return refused
    .map(({ path, by, decision }) => {
      const [reason] = decision.reasons;
      const from = by === undefined ? "" : ` (named in \`${printable(by)}\`)`;
      return `\`${printable(path)}\`${from}: ${printable(reason?.text ?? "it may not be read")} [${printable(reason?.rule ?? "")}]`;
    })
    .join("; ");
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function identity({ dev, ino, nlink }: Stats): string {
  return `${dev}:${ino}:${nlink}`;
}

/** A skill, an agent and a directory bring texts along that no answer of a tool holds, so that nothing could be replaced in them. */
export async function withoutContext(
  request: HookRequest,
  event: HookEvent & { kind: "pre-tool-use" },
  judgement: Judgement,
): Promise<Judgement> {
  const { services, project } = request;
  const { sentFiles, readInstructions } = services.ports;
  const { call, given, transcriptPath } = event;
  if (judgement.decision.verdict === "deny" || sentFiles === undefined) return judgement;
  if (call.input.kind === "fetch") {
    const text = heldFetch(call, await requirementsOf(services.ports, project));
    if (text === undefined) return judgement;
    return { ...judgement, decision: fetchHeld(judgement.decision, text) };
  }
  const place = { cwd: event.cwd, root: project.root, transcriptPath };
  const worked = workedPaths(judgement.decision.effects);
  const files = sentFiles.withCall(place, { call, given, worked });
  if (files.length === 0 || readInstructions === undefined) return judgement;
  const refused = await refusedFiles(request, event, files);
  if (refused.length > 0)
    return { ...judgement, decision: contextHeld(judgement.decision, refusedCall(refused)) };
  const paths = files.map(({ path }) => path);
  const held = heldFiles(paths, readInstructions, await requirementsOf(services.ports, project));
  if (held.length === 0) return judgement;
  return { ...judgement, decision: contextHeld(judgement.decision, heldCall(held)) };
}
