// What is done about an incident: by a person, or by itself where a person's file says so. Each step is reversible and on record.
import { existsSync } from "node:fs";
import * as v from "valibot";
import { parse } from "yaml";
import { Failure } from "#base/failure.ts";
import { LEVELS } from "#detect/detection/detection.ts";
import type { Incident } from "#detect/incident/incident.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import type { HeldSessions } from "../sessions/held-sessions.ts";

/**
 * `quarantine`: every further call of its sessions is refused. `lockdown`: every call of every session. `block-destination`,
 * `block-server`: the host or the MCP server that the alert is about is cut off. `review`: the policy has to be read again before the
 * incident can be closed.
 */
export const RESPONSES = [
  "quarantine",
  "lockdown",
  "block-destination",
  "block-server",
  "review",
] as const;
export type Response = (typeof RESPONSES)[number];

const ruleSchema = v.strictObject({
  /** From this level on; any unless given. */
  level: v.optional(v.picklist(LEVELS)),
  /** Detections of which one is among its alerts; any unless given. */
  rules: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.minLength(1), v.maxLength(200)),
  ),
  do: v.pipe(v.array(v.picklist(RESPONSES)), v.minLength(1), v.maxLength(RESPONSES.length)),
});
const fileSchema = v.strictObject({
  version: v.literal(1),
  responses: v.pipe(v.array(ruleSchema), v.maxLength(64)),
});

/** What is done without a person. */
export type AutomaticResponses = v.InferOutput<typeof fileSchema>["responses"];

/** Reads `responses.yaml` of the data directory; nothing is automatic without it. Throws a Failure `responses-invalid` that says where. */
export function readResponses({
  responsesFile,
}: Pick<Directories, "responsesFile">): AutomaticResponses {
  if (!existsSync(responsesFile)) return [];
  let read: unknown;
  try {
    read = parse(readPrivateFile(responsesFile, { secret: false }) ?? "", { maxAliasCount: 0 });
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure("responses-invalid", `\`${responsesFile}\` is no YAML: ${firstLine(cause)}`);
  }
  const parsed = v.safeParse(fileSchema, read);
  if (parsed.success) return parsed.output.responses;
  const [issue] = parsed.issues;
  const where = issue?.path?.map(({ key }) => String(key)).join(".") ?? "";
  throw new Failure(
    "responses-invalid",
    `\`${responsesFile}\`, ${where === "" ? "the file" : `\`${where}\``}: ${issue?.message ?? "is not valid"}`,
  );
}

function firstLine(cause: unknown): string {
  return cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "it cannot be read";
}

/** What a person's file says about an incident, each response once. */
export function automaticFor(
  { level, alerts }: Incident,
  responses: AutomaticResponses,
): readonly Response[] {
  const isMeant = (one: AutomaticResponses[number]): boolean =>
    (one.level === undefined || LEVELS.indexOf(level) >= LEVELS.indexOf(one.level)) &&
    (one.rules === undefined || alerts.some(({ rule }) => one.rules?.includes(rule)));
  return [...new Set(responses.filter(isMeant).flatMap((one) => one.do))];
}

/** Holds sessions, named as the client does; gives those that were not held before. */
export function quarantine(
  { id, title }: Incident,
  sessions: readonly string[],
  { held, sinceMs }: { readonly held: Pick<HeldSessions, "hold">; readonly sinceMs: number },
): readonly string[] {
  const what = `the session is in quarantine because of the incident ${id} (${title})`;
  return sessions.filter((sessionId) =>
    held.hold({ sessionId, root: "", cause: "quarantine", digests: [], sinceMs, what }),
  );
}
