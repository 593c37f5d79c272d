// Git of a call with code that nobody foresees: what it sets for a repository whose settings are kept goes into a copy of the call's own.
import { isAbsolute, join } from "node:path";
import { isWithin } from "#base/path.ts";
import { realPath } from "../../../foundation/files/path-status.ts";
import { INSIDE } from "../start/inside.ts";
import { isProgramFile, PROGRAM_PLACES } from "../start/person-settings.ts";

/** Where a call has the git that stands behind ours. */
const REAL = `${INSIDE}/real/git`;
/** Where it leaves what it set: the repository on the first line, and its settings. */
const LEFT = `${INSIDE}/settings`;
/** The file of a ticket that has it. */
export const SETTINGS_FILE = "settings";

/**
 * WHY a program in the place of git: git puts a new file in the place of its settings, and nothing can take the place of what is mounted.
 * WHY all but the settings by links: git keeps the rest where it is, as for a further working tree. Nothing here is trusted outside.
 */
export const GIT_SHIM = [
  "#!/bin/sh",
  "# Keeps what code of a held call sets in git's settings of the project in a copy.",
  `g=${REAL} d=${INSIDE}/repositories at=. skip= verb=`,
  'case ${0##*/} in git-*) exec "$g" "${0##*/git-}" "$@" ;; esac',
  "case ${GIT_COMMON_DIR-} in $d/*) unset GIT_COMMON_DIR ;; esac",
  "for w do",
  'if [ "$skip" = at ]; then skip=; case $w in /*) at=$w ;; *) at=$at/$w ;; esac',
  'elif [ "$skip" ]; then skip=',
  "else case $w in -C) skip=at ;; -c|--config-env) skip=x ;;",
  '--git-dir*|--work-tree*|--namespace*|--exec-path*|--bare) exec "$g" "$@" ;;',
  "-*) ;; *) verb=$w; break ;; esac; fi",
  "done",
  "case $verb in config|branch|remote|checkout|switch|push|pull|submodule|lfs|flow|sparse-checkout|maintenance) ;;",
  'rev-parse|worktree|clone|init|"") exec "$g" "$@" ;;',
  '*) [ -d "$d" ] || exec "$g" "$@" ;; esac',
  '[ -z "${GIT_DIR-}${GIT_COMMON_DIR-}${GIT_CONFIG-}" ] &&',
  'c=$("$g" -C "$at" rev-parse --path-format=absolute --git-common-dir 2>/dev/null) &&',
  '[ -f "$c/config" ] && ! ( : >>"$c/config" ) 2>/dev/null || exec "$g" "$@"',
  'own=$d/$(printf %s "$c" | cksum | tr " " _)',
  'if [ ! -e "$own/config" ]; then mkdir -p "$own"',
  'for e in "$c"/* "$c/packed-refs" "$c/shallow"; do',
  '[ "$e" = "$c/config" ] || ln -sn "$e" "$own/" 2>/dev/null; done',
  'cp "$c/config" "$own/config.$$" && chmod u+w "$own/config.$$" && ln "$own/config.$$" "$own/config"; rm -f "$own/config.$$"; fi 2>/dev/null',
  '[ -e "$own/config" ] || exec "$g" "$@"',
  'GIT_COMMON_DIR=$own "$g" "$@"; s=$?',
  `cmp -s "$c/config" "$own/config" || { printf '%s\\n' "$c"; cat "$own/config"; } >|${LEFT}`,
  "exit $s",
  "",
].join("\n");

/** What a call has of its own for that. `git` is the program that stands behind it, `folder` the call's ticket. */
export function settingsOwn(git: string, { shim, folder }: { shim: string; folder: string }) {
  return [
    { from: git, to: REAL, isWritable: false },
    { from: shim, to: git, isWritable: false },
    { from: join(folder, SETTINGS_FILE), to: LEFT, isWritable: true },
  ] as const;
}

/** The git that a call finds first; undefined where there is none, or the project brings it. */
export function gitOf(searchPath: string | undefined, projectRoot: string): string | undefined {
  const found = [...(searchPath ?? "").split(":"), ...PROGRAM_PLACES]
    .map((folder) => join(folder, "git"))
    .find((path) => isAbsolute(path) && isProgramFile(path));
  const real = found === undefined ? undefined : realPath(found);
  return real === undefined || isWithin(projectRoot, real) ? undefined : real;
}
