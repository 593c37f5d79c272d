// Settings that only keep: they open nothing and begin no rules of their own, so no rules are asked for beside them.
import { textsIn } from "./looking.ts";
import type { AuditInputs } from "./inputs/audit-inputs.ts";
import { denyRules, parseIgnoreFile } from "#govern/ignores/ignore-file.ts";

/** Modes in which the client asks, or does less. */
const ASKING = /^(?:default|plan)$/;

/**
 * Whether all settings do is to keep: a lock, a mode that asks, the sandbox, denies that say what ignore files say. A repository
 * without settings is not asked for rules, so one that has made such a line is not either.
 */
export function isPlain(auditInputs: AuditInputs): boolean {
  const { settings, settingsFiles } = auditInputs;
  if (settings.length < settingsFiles.length) return false;
  const mirrored = mirroredRules(auditInputs);
  return settings.every(({ root, layer }) => {
    if (layer !== "project" || root.kind !== "object") return false;
    return root.members.every(({ key, value }) => {
      if (key === "$schema" || key === "sandbox") return true;
      if (key !== "permissions" || value.kind !== "object") return false;
      return value.members.every(({ key: own, value: said }) => {
        if (own === "disableBypassPermissionsMode") return true;
        if (own === "defaultMode") return textsIn(said).some((mode) => ASKING.test(mode));
        return own === "deny" && textsIn(said).every((rule) => mirrored.has(rule));
      });
    });
  });
}

/** Denies that ignore files of the repository have behind them, as `sallyport ignores write` writes them: they speak of files here. */
export function mirroredRules({ repository }: AuditInputs): ReadonlySet<string> {
  const texts = [".gitignore", ".claudeignore"].map((path) => repository.files.get(path)?.text);
  return new Set(texts.flatMap((text) => parseIgnoreFile(text ?? "").flatMap(denyRules)));
}
