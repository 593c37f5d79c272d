// Committed scripts of a repository that are no pipelines: shell scripts, tasks of package.json, Makefiles and the like.
import { platformOf } from "../../pipeline/read-pipeline.ts";
import { filesMatching, type SeenFile, type AuditInputs } from "../../inputs/audit-inputs.ts";
import { isOfOthers } from "../../inputs/of-others.ts";

/** Files that hold commands, by their names. */
export const SCRIPT_NAMES =
  /(?:\.(?:sh|bash|zsh|fish|ps1|bat|cmd|mk|just)|(?:^|\/)(?:package\.json|deno\.jsonc?|composer\.json|[Mm]akefile|GNUmakefile|[Jj]ustfile|\.justfile|Rakefile|[Tt]askfile\.ya?ml|Procfile|Dockerfile[^/]*|docker-compose[^/]*\.ya?ml|compose\.ya?ml|devcontainer\.json|\.devcontainer\.json|tasks\.json|\.husky\/[^/]+|\.envrc|pyproject\.toml|tox\.ini|noxfile\.py|mise\.toml|\.mise\.toml|[^/]+\.dockerfile))$/;

/** Such files of the repository itself; those of dependencies and test data are not its own. */
export function scriptFiles(
  { repository }: AuditInputs,
  names: RegExp = SCRIPT_NAMES,
): readonly SeenFile[] {
  return filesMatching(repository, names).filter(
    ({ path }) => platformOf(path) === undefined && !isOfOthers(repository, path),
  );
}
