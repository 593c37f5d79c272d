// Which files a check could read of those that it names, and how much that was.
import { keptFor } from "#base/lazily.ts";
import { isClientSettings, isInstructions } from "#assure/scan/file-kinds.ts";
import type { AuditInputs, SeenFile } from "./audit-inputs.ts";

/** Why a file has no text of which nobody wants any. */
export const NAME_IS_ENOUGH = "its name is enough, and it is not read";
export const LEADS_OUT = "it leads out of the repository";
/** Why a program, a picture or a database has none. */
export const NO_TEXT = "it is no text";

/** Every file that was seen, by the name that people are shown. */
export const filesByName = keptFor((auditInputs: AuditInputs): ReadonlyMap<string, SeenFile> => {
  const { repository, home, managed, system, git, hooks } = auditInputs;
  const files = [
    ...[repository, home, managed, system].flatMap((tree) => [...tree.files.values()]),
    ...(git.kind === "seen" ? git.value.hooks : []),
    ...hooks.flatMap((hook) => [hook.file, ...hook.scripts]),
  ];
  return new Map(files.map((file) => [file.shown, file]));
});

/**
 * Whether a check lacks the text of a file. `hasOthers`: it read others; then a program among scripts is none that it is about. What the
 * client itself reads is missed whatever is in it.
 */
export function isMissed({ text, why, path }: SeenFile, hasOthers: boolean): boolean {
  if (text !== undefined || why === undefined || why === NAME_IS_ENOUGH || why === LEADS_OUT)
    return false;
  const isOfClient =
    isClientSettings(path) || isInstructions(path) || /(?:^|\/)\.claude\//.test(path);
  return why !== NO_TEXT || !hasOthers || isOfClient;
}
