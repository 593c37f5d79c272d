// A change to a project's files as a person meets it: asked for with the same options, shown whole, made only after a yes.
import { Failure } from "#base/failure.ts";
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

/** The request that such options make. With `json` nothing but the outcome is printed, so nobody can be asked. */
export function changeRequest(
  args: {
    readonly directory?: string | undefined;
    readonly yes?: boolean | undefined;
    readonly "dry-run"?: boolean | undefined;
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
    data: args.data,
    terminal: wayside(args, terminal),
  };
}

/** Shows the change and asks once. Throws a Failure where an answer is needed and nobody can be asked. */
export async function seekConsent(
  { terminal, yes, dryRun }: ChangeRequest,
  change: { readonly diff: string; readonly notes: readonly string[] },
): Promise<"given" | "planned" | "declined"> {
  if (change.diff !== "") terminal.print(paintDiff(terminal, change.diff.trimEnd()));
  for (const note of change.notes) terminal.print(`note: ${note}`);
  if (dryRun === true) return "planned";
  if (yes) return "given";
  if (!terminal.isInteractive) {
    throw new Failure("consent", "nobody can be asked here; add `--yes` to make this change");
  }
  return (await terminal.confirm("make this change?")) ? "given" : "declined";
}
