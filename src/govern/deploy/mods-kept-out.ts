// Whether managed settings let no code into the client but the organization's own.
import { MODS_PLUGIN } from "#govern/compile/settings-object.ts";
import type { LintSource } from "#govern/settings/lint/file.ts";

/** Whether managed settings let no code into the client but the organization's. */
export function keepsModsOut(sources: readonly LintSource[]): boolean {
  return sources.some(({ text }) => {
    try {
      const settings: unknown = JSON.parse(text ?? "");
      if (isOn(memberOf(settings, "allowManagedHooksOnly"))) return true;
      const plugin = memberOf(memberOf(settings, "pluginConfigs"), MODS_PLUGIN);
      return isOn(memberOf(memberOf(plugin, "options"), "allowManagedModsOnly"));
    } catch {
      return false;
    }
  });
}

/** WHY not only true: the client (2.1.330) takes every value but false for yes. */
function isOn(value: unknown): boolean {
  return value !== undefined && value !== false;
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([name]) => name === key)?.[1]
    : undefined;
}
