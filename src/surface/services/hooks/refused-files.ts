// Files that the client would put into the context by itself and that the policy refuses to be read: judged as a call of Read would be.
import { statSync, type Stats } from "node:fs";
import { dropOldest } from "#base/drop-oldest.ts";
import { printable } from "#base/printable.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { homeDirectory } from "#platform/user.ts";
import type { HeldFile } from "../content/content-answers.ts";
import type { SentFile } from "../content/attached-files.ts";
import { otherNames } from "../facts/paths/other-names.ts";
import type { Moment } from "../evaluation/judge-port.ts";
import { judge } from "./judge-call.ts";
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
  const moment: Moment = { answers: new Map() };
  for (const file of files) {
    if (refused.length >= TOLD_MAX) break;
    const status = statusOf(file.path);
    if (status === undefined || status.isDirectory()) continue;
    const key = [
      project.root,
      digest,
      event.cwd,
      file.path,
      resolvePath(file.path),
      identity(status),
    ].join("\0");
    if (digest !== undefined && mayBeRead.has(key)) continue;
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
