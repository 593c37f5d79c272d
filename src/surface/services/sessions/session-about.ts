// Whose memory a stored session is: its id, its project, and how the client runs it.
import * as v from "valibot";
import { PERMISSION_MODES } from "#guard/facts/facts.ts";
import type { HookEvent } from "#guard/events/normalize.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import type { Project } from "../projects/project.ts";

const TEXT_CHARS_MAX = 4_096;
const text = v.pipe(v.string(), v.maxLength(TEXT_CHARS_MAX));

export const sessionAboutSchema = v.strictObject({
  session: text,
  /** Id of the project. */
  project: text,
  mode: v.picklist(PERMISSION_MODES),
  /** The client's configuration directory, where it is known. */
  config: v.exactOptional(text),
});
/** Kept sealed with the rest of a session's memory; its file is named by a pseudonym. */
export type SessionAbout = Readonly<v.InferOutput<typeof sessionAboutSchema>>;

/** What is known after an event. WHY the mode of calls alone: other events often name none. */
export function aboutAfter(
  event: Pick<HookEvent, "kind" | "sessionId" | "mode" | "transcriptPath">,
  project: Pick<Project, "id">,
  before: SessionAbout | undefined,
): SessionAbout {
  const config = configDirectoryOf(event.transcriptPath) ?? before?.config;
  const isCall = event.kind === "pre-tool-use";
  const mode = isCall || event.mode !== "unknown" ? event.mode : (before?.mode ?? "default");
  if (before?.mode === mode && before.config === config) return before;
  return {
    session: event.sessionId.slice(0, TEXT_CHARS_MAX),
    project: project.id,
    mode,
    ...(config === undefined || config.length > TEXT_CHARS_MAX ? {} : { config }),
  };
}

/** Sessions of different projects are different ones, whatever ids their clients send. */
export function sessionKey(project: string, session: string): string {
  return `${project}\0${session}`;
}

/** Domains of the pseudonyms that files of sessions are named by: of the daemon's, and of command hooks'. */
export const SESSION_FILES = { daemon: "daemon-session", hook: "hook-session" } as const;
