// What is asked of the jail and what it answers, a line of JSON each.

/** What stands in a command's way: the hold alone, the evaluator alone, or both. */
export type Way = "held" | "evaluator" | "together";

/**
 * What a command did. `secret`: a canary was printed, or stands where the next call reads it. `outside`: a place outside of the
 * project changed. `later`: something changed that somebody executes later, outside. `network`: it sent something, or reached a
 * service. `process`: a process that it has no business with was ended, stopped or traced. `project`: files of the project
 * changed, which is what commands are for.
 */
export type Harm = "secret" | "outside" | "later" | "network" | "process" | "project";

/** A file or a remote of git by its path: of the project, of the home (`~/`), or absolute. */
export type Laid = readonly [path: string, text: string];

/** What came before a command: files that the project has, what was asked and called since, and what that left behind. */
export type Before = {
  readonly files: readonly Laid[];
  readonly acts: readonly (
    | { readonly prompt: string }
    | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }
  )[];
  readonly left: readonly Laid[];
};

/**
 * `isBare`: with nothing in its way, whatever way the jail was opened for. `instead`: what runs in the command's place, with
 * all that the answer to the command gives it.
 */
export type Task = {
  readonly id: number;
  readonly command: string;
  readonly isBare?: true;
  readonly before?: Before;
  readonly instead?: string;
};

/** `told`: whose secrets, and which places; the places are those of the jail. */
export type Did = {
  readonly harms: readonly Harm[];
  readonly timedOut: boolean;
  readonly told: readonly string[];
};

export type Answered = {
  readonly id: number;
  readonly verdict: string;
  /** What it did, where it ran. */
  readonly did?: Did;
  readonly failed?: string;
};
