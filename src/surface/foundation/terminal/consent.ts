// A change to a project's files as a person meets it: asked for with the same options, shown whole, made only after a yes.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { consentOptions, dataOption } from "./options.ts";
import { wayside } from "./outcome.ts";
import { paintDiff, type Terminal } from "./terminal.ts";

/** Which project to change, and how to ask. */
export type ChangeRequest = {
  readonly directory: string;
  /** Answers the one question with yes. */
  readonly yes: boolean;
  /** Shows what would change in the project and stops. */
  readonly dryRun?: boolean;
  /** Shows the whole diff, where a summary would do. */
  readonly showsDiff?: boolean;
  readonly terminal: Terminal;
  readonly environment?: NodeJS.ProcessEnv;
  /** The data directory when it is not the one that the environment names. */
  readonly data?: string | undefined;
};

/** Options of every command that changes a project. */
export const changeOptions = {
  directory: { type: "positional", required: false, default: ".", description: "the project" },
  ...consentOptions,
  ...dataOption,
} as const;

/** `--diff`, for commands whose change has a summary. */
export const diffOption = {
  diff: { type: "boolean", description: "show every line that changes" },
} as const;

/** What a person reads before the question. */
export type Change = {
  readonly diff: string;
  readonly notes: readonly string[];
  /** Says in a few lines what the change means; the diff is then shown when it is wanted. */
  readonly summary?: readonly string[];
  /** The question; default `make this change?`. */
  readonly question?: string;
  /** What Enter takes; default no. */
  readonly isYesByDefault?: boolean;
};

/** The request that such options make. With `json` nothing but the outcome is printed, so nobody can be asked. */
export function changeRequest(
  args: {
    readonly directory?: string | undefined;
    readonly yes?: boolean | undefined;
    readonly "dry-run"?: boolean | undefined;
    readonly diff?: boolean | undefined;
    readonly json?: boolean | undefined;
    readonly data?: string | undefined;
  },
  terminal: Terminal,
): ChangeRequest {
  const yes = args.yes === true;
  const dryRun = args["dry-run"] === true;
  if (args.json === true && !yes && !dryRun) {
    throw new Failure("usage", "`--json` cannot ask; add `--yes` or `--dry-run`");
  }
  return {
    directory: args.directory ?? ".",
    yes,
    dryRun,
    showsDiff: args.diff === true,
    data: args.data,
    terminal: wayside(args, terminal),
  };
}

/**
 * Shows the change and asks once: the summary where there is one, the diff where there is none, or it is asked for, or nothing
 * more will happen. Throws a Failure where an answer is needed and nobody can be asked.
 */
export async function seekConsent(
  { terminal, yes, dryRun, showsDiff }: ChangeRequest,
  { diff, notes, summary = [], question = "make this change?", isYesByDefault }: Change,
): Promise<"given" | "planned" | "declined"> {
  const showDiff = () => {
    if (diff !== "") terminal.print(paintDiff(terminal, diff.trimEnd()));
  };
  const isShort = summary.length > 0 && showsDiff !== true && dryRun !== true;
  for (const line of summary) terminal.print(printable(line));
  if (!isShort) showDiff();
  for (const note of notes) terminal.print(`note: ${note}`);
  if (dryRun === true) return "planned";
  if (yes) return "given";
  requireAnswer({ terminal });
  const details = isShort && diff !== "" ? showDiff : undefined;
  const isYes = await terminal.confirm(question, {
    ...(isYesByDefault === undefined ? {} : { isYesByDefault }),
    details,
  });
  return isYes ? "given" : "declined";
}

/** Throws a Failure where an answer is needed and nobody can be asked: for work that would be done in vain. */
export function requireAnswer({
  terminal,
  yes,
  dryRun,
}: Pick<ChangeRequest, "terminal"> & Partial<Pick<ChangeRequest, "yes" | "dryRun">>): void {
  if (terminal.isInteractive || yes === true || dryRun === true) return;
  throw new Failure(
    "consent",
    "there is no terminal to ask at, so nothing was written; add `--yes` to make this change, or `--dry-run` to see it",
  );
}
