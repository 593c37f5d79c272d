// Scripts that an audit saw: shell and other scripts, tasks of packages and makefiles, as files and as single command lines.
import { filesIn } from "./looking.ts";
import type { SeenFile, Sights } from "./sights.ts";
import { memberOf, placeIn } from "#govern/settings/json-text.ts";

const SCRIPTS =
  /\.(?:sh|bash|zsh|ksh|fish|ps1|psm1|bat|cmd)$|(?:^|\/)(?:Makefile|GNUmakefile|justfile|Justfile|Rakefile)$|(?:^|\/)[Tt]askfile\.ya?ml$|(?:^|\/)(?:\.husky|\.githooks|githooks|\.git\/hooks)\/[\w-]+$|(?:^|\/)(?:scripts|bin|hooks|\.claude\/hooks)\/[\w./-]+(?:\.(?:py|js|mjs|cjs|ts|rb|pl))?$/;

/** Scripts of the repository. Samples that git puts there are none. */
export function scriptFiles({ repository }: Sights): readonly SeenFile[] {
  return filesIn([repository], SCRIPTS).filter(
    ({ path }) => !path.endsWith(".sample") && !/\.(?:md|json|txt)$/.test(path),
  );
}

/** A command of a `package.json`, and where it stands. */
export type PackageScript = {
  readonly file: SeenFile;
  readonly name: string;
  readonly command: string;
  readonly line: number;
};

/** The scripts of all packages of the repository. */
export function packageScripts({ repository, json }: Sights): readonly PackageScript[] {
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
