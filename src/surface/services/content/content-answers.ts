// What is done with secrets, personal and health data in prompts, in files of instructions and in the answers of tools.
import { printable } from "#base/printable.ts";
import type { Finding } from "#guard/content/detection/finding.ts";
import { findingTitle } from "#guard/content/finding-class.ts";
import { isOwnNetwork } from "#guard/effects/network/destination.ts";
import { type Redacted, redactJson } from "#guard/content/redact.ts";
import { countFindings, scanText } from "#guard/content/scan.ts";
import { isOutputWithheld, isPromptBlocked, isPromptTold } from "#guard/policy/content-policy.ts";
import { REQUIREMENTS, type Requirement } from "#guard/policy/policy.ts";
import type { HookAnswer } from "#guard/protocol/hook-io.ts";
import type { HookNotes } from "#guard/events/hook-notes.ts";
import type { Json, ToolCall } from "#guard/toolcall/tool-call.ts";
import type { ContentPorts } from "./content-ports.ts";
import type { Project } from "../projects/project.ts";
import type { PromptVerdict } from "./prompt-verdict.ts";

/** What the policy in force requires. Where it cannot be read, everything that there is to require. */
export async function requirementsOf(
  ports: Pick<ContentPorts, "requirements">,
  project: Project,
): Promise<readonly Requirement[]> {
  if (ports.requirements === undefined) return [];
  return ports.requirements(project).catch(() => REQUIREMENTS);
}

/** Looks through a prompt. A prompt that is too large to be looked through is held back where any is. */
export function judgePrompt(text: string, requires: readonly Requirement[]): PromptVerdict {
  const { findings, isTruncated } = scanText(text, "prompt");
  const blocked = findings.filter((finding) => isPromptBlocked(finding, requires));
  if (blocked.length > 0) {
    const message = `sallyport: your prompt was not sent. It holds ${inWords(blocked, text)}.\nTake it out, and let programs read it from their environment or a secret store.\nIf you have sent it before, make it invalid.`;
    return { action: "block", message };
  }
  const unchecked = isTruncated ? uncheckedPrompt(requires) : undefined;
  if (unchecked?.action === "block") return unchecked;
  const told = findings.filter(isPromptTold);
  if (told.length === 0) return { action: "pass", message: "" };
  return {
    action: "tell",
    message: `sallyport: your prompt was sent, and it holds ${inWords(told, text)}. If that is real, make it invalid.`,
  };
}

/** What becomes of a prompt that could not be looked through in full. */
export function uncheckedPrompt(requires: readonly Requirement[]): PromptVerdict {
  if (!requires.includes("prompts-without-secrets")) return { action: "pass", message: "" };
  return {
    action: "block",
    message:
      "sallyport: your prompt was not sent. It is too large to be checked for secrets.\nPut the text into a file of the project, and name the file.",
  };
}

/** Notes with what became of the text. */
export function notesWith(notes: HookNotes, word: "blocked" | "told" | "recorded"): HookNotes {
  return { ...notes, words: { ...notes.words, content: word } };
}

/** A file that would go along, and what in it is kept out. `words` name kinds and lines, never a value. */
export type HeldFile = {
  readonly path: string;
  readonly words: string;
  /** The policy refuses to have it read, whatever is found in it. */
  readonly isRefused?: true;
};

/** The first files that hold what the policy keeps out of prompts. `read` gives a text or nothing. */
export function heldFiles(
  paths: readonly string[],
  read: (path: string) => string | undefined,
  requires: readonly Requirement[],
): readonly HeldFile[] {
  if (!requires.some((one) => one.startsWith("prompts-"))) return [];
  return filesWith(paths, read, (finding) => isPromptBlocked(finding, requires));
}

/** Files with something certain in them that the policy keeps from the model, be it in prompts or in answers of tools. */
export function withheldFiles(
  paths: readonly string[],
  read: (path: string) => string | undefined,
  requires: readonly Requirement[],
): readonly HeldFile[] {
  return filesWith(
    paths,
    read,
    (finding) =>
      isPromptBlocked(finding, requires) ||
      (finding.tier === "high" && isOutputWithheld(finding, requires)),
  );
}

function filesWith(
  paths: readonly string[],
  read: (path: string) => string | undefined,
  isKept: (finding: Finding) => boolean,
): readonly HeldFile[] {
  const held: HeldFile[] = [];
  for (const path of paths) {
    if (held.length >= FILES_TOLD_MAX) break;
    const text = read(path);
    if (text === undefined) continue;
    const kept = scanText(text, "file", { path }).findings.filter(isKept);
    if (kept.length > 0) held.push({ path, words: inWords(kept, text) });
  }
  return held;
}

/** Why a session is not summed up: the client would send files, or what a failed tool said, that no hook sees. */
export function heldSummary(held: readonly HeldFile[]): string {
  const said = held.find(({ path }) => path === "");
  if (said !== undefined)
    return `sallyport: the session was not summed up. A tool that failed printed ${said.words}, and Claude Code would send it.\nBegin a new session: \`/clear\`.`;
  return `sallyport: the session was not summed up. Claude Code would send these files as they are: ${filesInWords(held)}.\nTake the values out, or begin a new session: \`/clear\`.`;
}

/** Why a prompt is not sent because of what would go along with it. A failed tool's words have no path. */
export function heldPrompt(held: readonly HeldFile[]): string {
  const said = held.find(({ path }) => path === "");
  if (said !== undefined)
    return `sallyport: your prompt was not sent. A tool that failed printed ${said.words} earlier in this session, and Claude Code would send it along.\nBegin a new session: \`/clear\`.`;
  return `sallyport: your prompt was not sent. Claude Code would send these files along: ${filesInWords(held)}.\nTake the values out, and write there only where they are kept.\nThen begin a new session, \`/clear\`, because Claude Code keeps what it has read.`;
}

/** Why a call is refused because of files that the client would send after it. */
export function heldCall(held: readonly HeldFile[]): string {
  return `Claude Code would send more files because of this call: ${filesInWords(held)}`;
}

function filesInWords(held: readonly HeldFile[]): string {
  return held.map(({ path, words }) => `\`${printable(path)}\` holds ${words}`).join("; ");
}

/** What a file of instructions holds, for the person and for the record; nothing where it holds nothing. */
export function judgeInstructions(
  text: string,
  path: string,
): { readonly message: string; readonly counts: Readonly<Record<string, number>> } | undefined {
  const told = scanText(text, "instructions", { path }).findings.filter(isPromptTold);
  if (told.length === 0) return undefined;
  const counts = Object.entries(countFindings(told)).map(([id, count]) => [`found.${id}`, count]);
  return {
    message: `sallyport: \`${printable(path)}\` is sent with every request, and holds ${inWords(told, text)}.\nTake it out, make it invalid, and write there only where it is kept.`,
    counts: Object.fromEntries(counts),
  };
}

/**
 * Why a page is not fetched: the client (2.1.328) gives it to the model, to be answered from, before any hook of ours has seen it. Where
 * answers are to be without secrets, pages of one's own network are read by a command, whose output can be looked through.
 */
export function heldFetch(
  { input }: ToolCall,
  requires: readonly Requirement[],
): string | undefined {
  if (input.kind !== "fetch" || !requires.some((one) => one.startsWith("outputs-")))
    return undefined;
  if (!URL.canParse(input.url) || !isOwnNetwork(new URL(input.url).hostname)) return undefined;
  return "it is a page of this machine or its network, and Claude Code would send it to the model unchecked";
}

/** A tool's answer with what the policy withholds replaced. Undefined where there is nothing to replace with. */
export function redactResponse(
  response: Json,
  path: string | undefined,
  how: {
    readonly ports: Pick<ContentPorts, "mark">;
    readonly requires: readonly Requirement[];
    readonly sessionId: string;
  },
): Redacted<Json> | undefined {
  const { ports, requires, sessionId } = how;
  const mark = ports.mark?.(sessionId);
  if (mark === undefined) return undefined;
  return redactJson(response, {
    isWithheld: (finding) => isOutputWithheld(finding, requires),
    mark,
    ...(path === undefined ? {} : { path }),
  });
}

/** The answer that replaces a tool's own. */
export function replacedOutput(
  { value, marks }: Pick<Redacted<Json>, "value" | "marks">,
  beside?: string,
): HookAnswer {
  const count = new Set(marks).size;
  return {
    hookSpecificOutput: {
      hookEventName: "PostToolUse",
      updatedToolOutput: value,
      additionalContext: `sallyport withheld ${count === 1 ? "a value" : `${count} values`} of this output: \`[[SP:kind:mark]]\` stands for a value, the same mark for the same value. Do not write it back: leave lines that hold one as they are, and let programs read the value where it is kept.${beside === undefined ? "" : `\n${beside}`}`,
    },
  };
}

/**
 * What is certain and still stands in what the model is about to see: in what a failed tool said, which the client lets nobody replace, or
 * because a hook of ours was not called.
 */
export function leftInAnswers(
  answers: readonly string[],
  requires: readonly Requirement[],
): readonly Finding[] {
  if (!requires.some((one) => one.startsWith("outputs-"))) return [];
  return answers.flatMap((text) =>
    scanText(text, "answer").findings.filter(
      (finding) => finding.tier === "high" && isOutputWithheld(finding, requires),
    ),
  );
}

/** Ends the turn before the model is asked again. The person decides what becomes of the session, whose transcript has the value. */
export function endedTurn(left: readonly Finding[]): HookAnswer {
  const text = `sallyport: the turn was ended. A tool that failed printed ${kindsIn(left)}, which could not be taken out; it was not sent.\nBegin a new session, \`/clear\`: prompts of this one are held back, because its transcript has the value.`;
  return { continue: false, stopReason: text, systemMessage: text };
}

/** Titles of what was found, each once. */
export function kindsIn(findings: readonly Finding[]): string {
  const kinds = [...new Set(findings.map(({ detector }) => findingTitle(detector)))];
  return kinds.slice(0, KINDS_MAX).join(", ");
}

const KINDS_MAX = 4;
/** Files that are named to a person at once. */
const FILES_TOLD_MAX = 8;

/** Kinds with the lines on which they stand. */
function inWords(findings: readonly Finding[], text: string): string {
  const lines = new Map<string, Set<number>>();
  for (const { detector, start } of findings) {
    const line = text.slice(0, start).split("\n").length;
    lines.set(detector, (lines.get(detector) ?? new Set()).add(line));
  }
  const kinds = [...lines].map(([detector, on]) => {
    const some = [...on].slice(0, KINDS_MAX);
    const more = on.size > some.length ? " and more" : "";
    return `${findingTitle(detector)} (line ${some.join(", ")}${more})`;
  });
  const rest = kinds.length - KINDS_MAX;
  return kinds.slice(0, KINDS_MAX).join(", ") + (rest > 0 ? ` and ${rest} other kinds` : "");
}
