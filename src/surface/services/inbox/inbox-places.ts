// Where the inbox looks: an installation, its projects, the client's folder, the daemon, and machines that report.
import { homeDirectory } from "#platform/user.ts";
import type { SeenHost } from "#record/fleet/host-report.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readProjectRegister } from "../projects/project-register-file.ts";
import type { Question } from "../questions/question-schema.ts";
import { configDirectoryIn } from "../../foundation/process/detached-environment.ts";

/** Where it looks. */
export type InboxPlaces = {
  readonly directories: Directories;
  readonly nowMs: number;
  /** Folders of the guarded projects. */
  readonly roots: readonly string[];
  /** The client's configuration directory. */
  readonly config: string;
  /** The daemon's questions. Rejects where it does not say. */
  readonly questions: () => Promise<readonly Question[]>;
  /** Machines that report to a store; missing where there is none. */
  readonly hosts?: (() => Promise<readonly SeenHost[]>) | undefined;
};

/** The places of an installation: its projects, and the client's own folder as the environment has it. */
export function placesOf(
  directories: Directories,
  given: Pick<InboxPlaces, "nowMs" | "questions" | "hosts"> & {
    readonly environment: NodeJS.ProcessEnv;
  },
): InboxPlaces {
  const { environment, ...rest } = given;
  const home = environment["HOME"] ?? homeDirectory();
  return {
    ...rest,
    directories,
    config: configDirectoryIn(environment, home),
    roots: readProjectRegister(directories.projectsFile).map(({ root }) => root),
  };
}
