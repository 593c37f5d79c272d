// What an audit sees of code in the client: mods of the project, of nested projects, of the home and of plugins.
import { join, relative } from "node:path";
import type { GitInput, ModInput, Seen, SeenTree } from "#assure/posture/inputs/audit-inputs.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openStatements } from "../exceptions/statements.ts";
import { agreements, seenMods } from "../mods/agreed-mods.ts";
import { findMods, modsIn } from "../mods/find-mods.ts";
import { configDirectoryIn } from "../../foundation/process/detached-environment.ts";

const MANIFEST = /^(.*\/)?\.claude\/skills\/[^/]+\/\.claude-plugin\/plugin\.json$/;

/** Looks for mods, with what git and people say of each. */
export function modInputs(place: {
  readonly root: string;
  readonly home: string;
  readonly repository: SeenTree;
  readonly git: Seen<GitInput>;
  readonly directories: Directories;
  readonly environment: NodeJS.ProcessEnv;
  readonly nowMs: number;
}): Seen<readonly ModInput[]> {
  const { root, home, repository, git, directories, environment, nowMs } = place;
  const config = configDirectoryIn(environment, home);
  const nested = [...repository.files.keys()]
    .filter((path) => MANIFEST.test(path) && !path.startsWith(".claude/"))
    .map((path) => join(root, path, "..", ".."));
  const hasAgreed = agreements(openStatements(directories), () => nowMs);
  const found = [...findMods({ directories: [root], config }), ...modsIn(nested)];
  const value = seenMods(found, hasAgreed, root).map((mod): ModInput => {
    const { name, origin, file, digest, isLoaded, isAgreed } = mod;
    const path = relative(root, file);
    const isTracked = git.kind === "seen" && git.value.tracked(path) === true;
    const shown = origin === "project" ? path : file.replace(`${home}/`, "~/");
    return { name, origin, file: shown, digest, isLoaded, isAgreed, isTracked };
  });
  return { kind: "seen", value };
}
