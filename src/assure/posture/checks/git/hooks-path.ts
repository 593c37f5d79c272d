// The folder that git is told to take hooks from: by its configuration, or by what a script of the repository sets.
import { keptFor } from "#base/lazily.ts";
import { joinPath } from "#base/path.ts";
import { filesIn, linesOf } from "../../looking.ts";
import { operationFiles, packageScripts } from "../../scripts-seen.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { readIni } from "../../texts/ini.ts";

/** What names the folder, and where. */
type HooksPath = { readonly file: SeenFile; readonly line: number; readonly value: string };

/** The folder by git's configuration: of the repository with what it includes, then of the home directory. */
export function hooksPath({ repository, home }: AuditInputs): HooksPath | undefined {
  const own = filesIn([repository], /(?:^|\/)\.git\/config(?:\.worktree)?$/);
  const included = own.flatMap((file) =>
    readIni(file.text ?? "")
      .filter(({ section, key }) => /^include(?:if)?$/.test(section) && key === "path")
      .flatMap(({ value }) => {
        const path = joinPath(`/${file.path.replace(/\/?[^/]*$/, "")}`, value).slice(1);
        const found = repository.files.get(path);
        return found === undefined ? [] : [found];
      }),
  );
  return [
    ...own.toReversed(),
    ...included,
    ...filesIn([home], /^\.gitconfig$|^\.config\/git\/config$/),
  ].flatMap((file) =>
    readIni(file.text ?? "")
      .filter(({ section, key }) => section === "core" && key === "hookspath")
      .map(({ value, line }) => ({ file, value, line })),
  )[0];
}

const SETS =
  /\bgit\s+config\s+(?:set\s+)?(?:--(?:local|replace-all|worktree)\s+)*core\.hooksPath\s+["']?(?:\$\(git rev-parse --show-toplevel\)\/|\$\{?(?:PWD|ROOT|REPO_ROOT|GIT_ROOT)\}?\/|\$\{containerWorkspaceFolder\}\/)?(?!\/dev\/null)([\w./-]+)/i;

/** A folder that a script, a task or a container of the repository tells git of. WHY kept: each of its lines is looked at. */
export const declaredHooksPath = keptFor((auditInputs: AuditInputs): HooksPath | undefined => {
  const settings = filesIn(
    [auditInputs.repository],
    /(?:^|\/)(?:\.?devcontainer\.json|\.?mise\.toml|\.vscode\/tasks\.json|pyproject\.toml|composer\.json|\.envrc|\.gitpod\.yml)$/,
  );
  const found = [
    ...packageScripts(auditInputs).map(({ file, line, command }) => ({
      file,
      line,
      text: command,
    })),
    ...[...operationFiles(auditInputs), ...settings].flatMap((file) =>
      linesOf(file).map(({ line, text }) => ({ file, line, text })),
    ),
  ].flatMap(({ file, line, text }) => {
    // A list of arguments as the words of a command line.
    const words = text.replaceAll(/["']\s*,\s*["']/g, " ").replaceAll('\\"', '"');
    const value = /^\s*(?:#|\/\/)/.test(text) ? undefined : SETS.exec(words)?.[1];
    // Husky makes its own folder when it is installed.
    return value === undefined || value.startsWith(".husky/_") ? [] : [{ file, line, value }];
  });
  return found[0];
});
