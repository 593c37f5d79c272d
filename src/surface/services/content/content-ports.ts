// What handling content needs from the machine: the policy's requirements, marks under a session's key, files of instructions.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { openFlags } from "#platform/open-flags.ts";
import {
  INSTRUCTIONS_BYTES_MAX,
  READ_AGAIN_BYTES_MAX,
  TRANSCRIPT_BYTES_MAX,
} from "#base/limits.ts";
import { scanText } from "#guard/content/scan.ts";
import { markUnder } from "#record/event/value-mark.ts";
import type { Subject } from "#record/log/subject.ts";
import type { PolicyOf } from "../policy/policies.ts";
import type { Mark } from "#guard/content/detection/withheld.ts";
import type { Requirement } from "#guard/policy/policy.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Project } from "../projects/project.ts";
import { createSeenTexts } from "../../foundation/files/seen-texts.ts";
import { filesOfSession } from "./reread-files.ts";
import {
  broughtFiles,
  commandFiles,
  instructionFiles,
  instructionsBeside,
  listedFiles,
  mentionedFiles,
  namedFiles,
  sentTexts,
  type SentFile,
  type SentPlace,
} from "./attached-files.ts";

/** What looking through prompts, files and answers asks of the machine. */
export type ContentPorts = {
  /** Names the policy in force: another one has another name. Rejects where there is none. */
  readonly policyDigest?: (project: Project) => Promise<string>;
  /** What the policy in force requires; without it nothing beyond what every call has. Rejects where there is no policy. */
  readonly requirements?: (project: Project) => Promise<readonly Requirement[]>;
  /** What stands for a withheld value of a session, as `Mark` says; without it nothing is withheld. */
  readonly mark?: (sessionId: string) => Mark;
  /** The beginning of a file of instructions; undefined where it cannot be read. Must not throw. */
  readonly readInstructions?: (path: string) => string | undefined;
  /** Whether such a file was looked through as it is, and nothing was found in it that any policy withholds. Must not throw. */
  readonly isClean?: (path: string) => boolean;
  /** The beginning of a file that the client may read again; undefined where it cannot be read. Must not throw. */
  readonly readAgain?: (path: string) => string | undefined;
  /** Files that the client sends with a prompt, or because of a call, without asking anybody; without it none are known. Must not throw. */
  readonly sentFiles?: {
    readonly withPrompt: (place: SentPlace, prompt: string) => readonly SentFile[];
    /** Those of which it tells the model the beginning, though nobody calls them. */
    readonly listed: (place: SentPlace) => readonly SentFile[];
    /** Those that a text mentions, which stands in the file `by`. */
    readonly mentioned: (text: string, cwd: string, by: string) => readonly SentFile[];
    /** Those that may hold the text of a command or skill. */
    readonly ofCommand: (place: SentPlace, name: string) => readonly string[];
    /** `worked` are paths that the call reads or writes. */
    readonly withCall: (
      place: SentPlace,
      brings: {
        readonly call: ToolCall;
        readonly given: Json;
        readonly worked: readonly string[];
      },
    ) => readonly SentFile[];
    /** Those that it sends when it has summed up the session. */
    readonly withSummary: (place: SentPlace) => readonly string[];
  };
};

/**
 * Builds the ports. A mark is made of a keyed digest over session and value, so that a daemon that starts again gives the same and nobody
 * without the key can try values against it. No value is kept anywhere.
 */
export function contentPorts(
  policy: PolicyOf,
  subject: Pick<Subject, "pseudonym">,
): Required<ContentPorts> {
  const texts = sentTexts((path) => readText(path, INSTRUCTIONS_BYTES_MAX));
  // WHY remembered: a project's instructions go along with every prompt.
  const isClean = createSeenTexts((path) => {
    const text = texts.read(path);
    return text === undefined ? undefined : scanText(text, "file", { path }).findings.length === 0;
  });
  return {
    policyDigest: async (project) => (await policy(project)).digest,
    requirements: async (project) => (await policy(project)).requires ?? [],
    mark: markUnder(subject),
    readInstructions: texts.read,
    isClean: (path) => isClean(path) === true,
    readAgain: (path) => readText(path, READ_AGAIN_BYTES_MAX),
    sentFiles: {
      withPrompt: (place, prompt) => {
        const named = namedFiles(prompt, place, texts);
        const paths = named.map(({ path }) => path);
        return [
          ...instructionFiles(place, texts),
          ...named,
          ...(paths.length === 0 ? [] : instructionsBeside(paths, place, texts)),
        ];
      },
      listed: listedFiles,
      mentioned: mentionedFiles,
      ofCommand: (place, name) => commandFiles(name, place),
      withCall: (place, brings) => broughtFiles(brings, place, texts),
      withSummary: (place) => [
        ...instructionFiles(place, texts).map(({ path }) => path),
        ...filesOfSession(endOf(place.transcriptPath)),
      ],
    },
  };
}

function endOf(path: string | undefined): string {
  return path === undefined ? "" : (readText(path, TRANSCRIPT_BYTES_MAX, "end") ?? "");
}

/** WHY non-blocking: what has the name of a file may be a pipe that nobody writes to. */
function readText(
  path: string,
  most: number,
  part: "beginning" | "end" = "beginning",
): string | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, openFlags.readAny);
    const status = fstatSync(file);
    if (!status.isFile()) return undefined;
    const bytes = Buffer.alloc(Math.min(most, status.size));
    const at = part === "end" ? Math.max(0, status.size - most) : 0;
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, at)).toString("utf8");
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
