// Copies of what a call may change, made before it is answered, and a line about what has none.
import { counted } from "#base/counted.ts";
import { printable } from "#base/printable.ts";
import type { Decision } from "#guard/policy/decision.ts";
import { type HookAnswer, withLine } from "#guard/protocol/hook-io.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { notCopied } from "../undo/not-copied.ts";
import { type Answer, type HookRequest, isCanary } from "./hook-request.ts";

/** Has what the call may change in its project copied; gives what it takes away of which there is no copy. */
export async function copyBefore(
  { services, project, submitter }: HookRequest,
  { call }: HookEvent & { kind: "pre-tool-use" },
  { effects, verdict }: Decision,
): Promise<readonly string[]> {
  const { undo, resolvePath } = services.ports;
  if (undo === undefined || isCanary(submitter.sessionId)) return [];
  const root = resolvePath(project.root);
  const of = { project: { id: project.id, root }, sessionId: submitter.sessionId };
  await undo.begin({ ...of, call, effects, isAsked: verdict === "ask", resolvePath });
  return notCopied(root, effects);
}

/** Names that are told of files without a copy. */
const NAMES_MAX = 3;

/** The answer, with a line where the call takes away what `sallyport undo` could not bring back: in the question, else to the person. */
export function withoutCopy(answer: HookAnswer, lost: readonly string[], isAsked: boolean): Answer {
  if (lost.length === 0) return answer;
  const names = lost.slice(0, NAMES_MAX).map((name) => `\`${printable(name)}\``);
  const more = lost.length - names.length;
  const what = `${names.join(", ")}${more > 0 ? ` and ${counted(more, "other file")}` : ""}`;
  const line = `No copy of ${what}: larger than 64 MiB, so \`sallyport undo\` cannot bring it back.`;
  if (isAsked) return withLine(answer, line);
  return { ...answer, systemMessage: `sallyport: ${line}` } as Answer;
}
