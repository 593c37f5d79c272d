// Whether a project is enforced or observed only: the choice of a person, and what stands against observing.
import { printable } from "#base/printable.ts";
import { Failure } from "#base/failure.ts";
import type { GuardMode, ProjectEntry } from "#govern/settings/project-register.ts";
import { userName } from "#platform/user.ts";
import { modeEvent } from "#record/event/guard-events.ts";
import { whoEnforces } from "../../services/evaluation/observing.ts";
import { openProjectBook } from "../../services/projects/projects.ts";
import { decidingEntry } from "../../services/projects/session-project.ts";
import { openSpoolRecorder } from "../../foundation/record/spool-recorder.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../foundation/files/directories.ts";
import { type ManagedPlace, managedPlace } from "../../services/policy/layers.ts";
import { typedAtTerminal } from "../../foundation/terminal/controlling-terminal.ts";

/** `--observe` and `--enforce`. */
export const modeOptions = {
  observe: {
    type: "boolean",
    description: "judge and record calls, and refuse or ask about nothing (see `sallyport report`)",
  },
  enforce: { type: "boolean", description: "end observing: refuse and ask from now on" },
} as const;

/** Reads the options; undefined leaves the mode as it is. Throws a Failure `usage` for both at once. */
export function readMode(args: {
  readonly observe?: boolean | undefined;
  readonly enforce?: boolean | undefined;
}): GuardMode | undefined {
  if (args.observe === true && args.enforce === true)
    throw new Failure("usage", "`--observe` and `--enforce` are two ways; name one");
  if (args.observe === true) return "observe";
  return args.enforce === true ? "enforce" : undefined;
}

/** Shows lines and has a person type a word; resolves to whether it was typed. */
export type Typed = (lines: readonly string[]) => Promise<boolean>;

/**
 * Throws a Failure where a policy above the person's choice enforces: observing would say that nothing is refused, and things
 * would be.
 */
export function refuseObserving(
  entry: Pick<ProjectEntry, "policy">,
  root: string,
  directories: Directories,
  managed: ManagedPlace = managedPlace(),
): void {
  const [file] = whoEnforces(entry, root, { directories, managed });
  if (file === undefined) return;
  throw new Failure(
    "enforced",
    `\`${printable(file)}\` enforces a policy here, so this project cannot be observed only; nothing was written`,
  );
}

/** Puts on record that a project is observed only, or enforced again. Throws a Failure when it cannot be written. */
export async function recordMode(
  directories: Directories,
  { root, mode, policy }: Pick<ProjectEntry, "root" | "mode" | "policy">,
): Promise<void> {
  const recorder = await openSpoolRecorder(directories);
  const event = modeEvent(recorder.stamp(), {
    what: mode === "observe" ? "observed" : "enforced",
    inForce: policy.digest ?? undefined,
    root,
    user: userName(),
  });
  await recorder.append([event]);
}

/** What to say beside anything that speaks of how safe a project is, where it is observed only. */
export function observingNote(root: string, data: string | undefined): string | undefined {
  try {
    const { projectsFile } = directoriesIn(data ?? dataDirectory());
    const deciding = decidingEntry(openProjectBook(projectsFile), undefined, root);
    return deciding?.mode === "observe"
      ? "sallyport: observing, nothing is refused here; `sallyport init --enforce` ends that"
      : undefined;
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

/** Whether observing loosens something: the project, or what holds it, is enforced until now. */
export function isLoosening(mode: GuardMode, root: string, directories: Directories): boolean {
  if (mode === "enforce") return false;
  const deciding = decidingEntry(openProjectBook(directories.projectsFile), undefined, root);
  return deciding !== undefined && deciding.mode === "enforce";
}

/**
 * Has a person type a word, which no program answers, before a project that was enforced is observed only. WHY a word although
 * there is a `--yes`: a session of a project that is observed may run this very command, and nothing refuses it there.
 */
export function typedForObserving(root: string, typed: Typed = typedAtTerminal): Promise<boolean> {
  return typed([
    `sallyport stops refusing and asking in ${printable(root)}, until \`sallyport init --enforce\`.`,
    "Calls are still judged and recorded, and so is this.",
  ]);
}
