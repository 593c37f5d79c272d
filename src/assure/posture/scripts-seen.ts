// Scripts that an audit saw: shell and other scripts, tasks of packages and makefiles, as files and as single command lines.
import { keptFor } from "#base/lazily.ts";
import { filesIn } from "./looking.ts";
import type { SeenFile, SeenTree, AuditInputs } from "./inputs/audit-inputs.ts";
import { isOfOthers } from "./inputs/of-others.ts";
import { memberOf, placeIn } from "#govern/settings/json-text.ts";

const SCRIPTS =
  /\.(?:sh|bash|zsh|ksh|fish|ps1|psm1|bat|cmd)$|(?:^|\/)(?:Makefile|GNUmakefile|justfile|Justfile|Rakefile)$|(?:^|\/)[Tt]askfile\.ya?ml$|(?:^|\/)(?:\.husky|\.githooks|githooks|\.git\/hooks)\/[\w-]+$|(?:^|\/)(?:scripts|bin|hooks|\.claude\/hooks)\/[\w./-]+(?:\.(?:py|js|mjs|cjs|ts|rb|pl))?$/;

/** Scripts of the repository. Samples that git puts there are none. */
export function scriptFiles({ repository }: Pick<AuditInputs, "repository">): readonly SeenFile[] {
  return scriptsIn(repository);
}

/** WHY kept, as below: a dozen checks look at the same scripts. */
const scriptsIn = keptFor((repository: SeenTree) =>
  filesIn([repository], SCRIPTS).filter(
    ({ path }) =>
      !path.endsWith(".sample") &&
      !/\.(?:md|json|txt)$/.test(path) &&
      !isOfOthers(repository, path),
  ),
);

/** Programs of operations that lie outside of folders for scripts: by a folder for such work, or by what their name says. */
const OPERATIONS =
  /(?:^|\/)(?:ops|tools?|deploy(?:ment)?|infra(?:structure)?|security|ci|\.ci|cron(?:\.d|tabs?)?|automation|jobs?|tasks?|bin|runbooks?|monitoring|incident(?:s|-response)?)\/[\w./-]+\.(?:py|js|mjs|cjs|ts|rb|pl)$|(?:^|\/)[\w.-]*(?:audit|rotat|retention|incident|lockdown|contain|forensic|evidence|archiv|alert|siem)[\w.-]*\.(?:py|js|mjs|cjs|ts|rb|pl)$|(?:^|\/)crontab$|\.cron$|(?:^|\/)cron\.d\/[\w.-]+$/i;

/** Scripts and programs by which people run a record, a deployment or an incident. Tests of them are none. */
export function operationFiles({
  repository,
}: Pick<AuditInputs, "repository">): readonly SeenFile[] {
  return operationsIn(repository);
}

const operationsIn = keptFor((repository: SeenTree) => {
  const more = filesIn([repository], OPERATIONS).filter(
    ({ path }) => !/(?:^|\/)(?:tests?|__tests__|spec|fixtures)\/|\.(?:test|spec)\.\w+$/.test(path),
  );
  return [...new Set([...scriptsIn(repository), ...more])];
});

/** A command of a `package.json`, and where it stands. */
export type PackageScript = {
  readonly file: SeenFile;
  readonly name: string;
  readonly command: string;
  readonly line: number;
};

/** The scripts of all packages of the repository. */
export function packageScripts({
  repository,
  json,
}: Pick<AuditInputs, "repository" | "json">): readonly PackageScript[] {
  return filesIn([repository], /(?:^|\/)package\.json$/).flatMap((file) => {
    const scripts = memberOf(json(file), "scripts");
    if (scripts?.kind !== "object") return [];
    return scripts.members.flatMap(({ key: name, start, value }) =>
      value.kind === "scalar" && typeof value.value === "string"
        ? [{ file, name, command: value.value, line: placeIn(file.text ?? "", start).line }]
        : [],
    );
  });
}
