// What is read of a hook's code, in whatever language: where its input comes from, what it looks for, what it prints and how it ends.
import type { PatternForm } from "./languages/forms.ts";

/** A place in the code, counted from 0 in characters, and what stands there. */
export type At = { readonly at: number; readonly text: string };

/** What a value of the payload is about. */
export type Subject = "command" | "path" | "payload" | "content" | "tool" | "other";

/** A text that the code prints. Parts that only running tells are \u0001, those that hold input \u0002. */
export type Printed = At & {
  /** Its place among everything that is done, where a function's text stands elsewhere than its call. */
  readonly order: number;
  /** 1: to the client, 2: to standard error, `file`: into a file. */
  readonly to: 1 | 2 | "file";
  /** The branches around it: two prints where one's are the beginning of the other's happen in one run. */
  readonly branches: readonly string[];
  /** Whether a program for JSON wrote it, so that quotes in values do no harm. */
  readonly isBuilt: boolean;
  readonly subjects: readonly Subject[];
};

/** An end of the program with a status. */
export type Ended = At & {
  /** As of what is printed. */
  readonly order: number;
  readonly status: number | undefined;
  readonly branches: readonly string[];
  /** Whether a condition on the input stands before it. */
  readonly onInput: boolean;
};

/** A pattern that input is held against. */
export type Matched = At & {
  readonly pattern: string;
  readonly form: PatternForm;
  /** The tool already sees to whole words or lines. */
  readonly isWhole: boolean;
  readonly subject: Subject;
};

/** The whole of it. */
export type HookReading = {
  /** Why the code cannot be read, when it cannot. */
  readonly problem: At | undefined;
  /** Variables that are read and never set. */
  readonly unset: readonly At[];
  /** Fields of the payload that are read, from its root. */
  readonly fields: readonly At[];
  readonly printed: readonly Printed[];
  readonly ended: readonly Ended[];
  readonly matched: readonly Matched[];
  /** Input without quotes, executed as code, sent away; code that is fetched and run. */
  readonly unquoted: readonly At[];
  readonly executed: readonly At[];
  readonly sent: readonly At[];
  readonly fetched: readonly At[];
  /** Files that are written or added to. */
  readonly logs: readonly (At & { readonly subjects: readonly Subject[] })[];
  /** Whether broken input leads to an end by which the call does not run, as far as the text tells. */
  readonly refusesBroken: boolean;
  /** What may read standard input. */
  readonly readers: readonly At[];
};

/** What a jq program or a path of names asks of the payload. */
export function subjectOf(path: string): Subject {
  if (/tool_input\W*\.?\W*command|\bcommand\b/.test(path)) return "command";
  if (/file_path|notebook_path|\bpath\b|filePath/.test(path)) return "path";
  if (
    /content|new_string|old_string|new_source|prompt|tool_response|tool_output|tool_result/.test(
      path,
    )
  )
    return "content";
  if (/tool_name/.test(path)) return "tool";
  if (/tool_input/.test(path)) return "payload";
  return "other";
}

/** Line and column, from 1, of a place in a text. */
export function placeAt(
  text: string,
  at: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  const start = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: at - start + 1 };
}

/** Words by which code says that it stops something. */
export const STOPS =
  /\b(?:block(?:ed|ing|s)?|den(?:y|ied|ies)|refus(?:e|ed|ing)|forbid(?:den)?|not allowed|not permitted|prohibited|reject(?:ed)?|disallow(?:ed)?|unsafe|dangerous|detected|violation|sensitive|protected|cannot|must not)\b/i;
