// Whether managed settings let no code into the client but the organization's own, and none that a definition of an agent brings.
import { MODS_PLUGIN } from "#govern/compile/settings-object.ts";
import type { LintSource } from "#govern/settings/lint/file.ts";

/** Whether managed settings let no code into the client but the organization's. */
export function keepsModsOut(sources: readonly Pick<LintSource, "text">[]): boolean {
  return objectsIn(sources).some((settings) => {
    if (isOn(memberOf(settings, "allowManagedHooksOnly"))) return true;
    const plugin = memberOf(memberOf(settings, "pluginConfigs"), MODS_PLUGIN);
    return isOn(memberOf(memberOf(plugin, "options"), "allowManagedModsOnly"));
  });
}

/**
 * Whether managed settings keep the client (2.1.332) from running what an agent's definition brings, also at the start of a session that
 * is made by `--agent`: of all settings these alone do (`test/client/doors/README.md`).
 */
export function keepsAgentCodeOut(sources: readonly Pick<LintSource, "text">[]): boolean {
  const settings = objectsIn(sources);
  const holds = (key: string) => settings.some((one) => isOn(memberOf(one, key)));
  const locked = settings.map((one) => memberOf(one, "strictPluginOnlyCustomization"));
  return (
    locked.some((one) => one === true || (Array.isArray(one) && one.includes("agents"))) ||
    (holds("allowManagedHooksOnly") && holds("allowManagedMcpServersOnly"))
  );
}

function objectsIn(sources: readonly Pick<LintSource, "text">[]): readonly unknown[] {
  return sources.flatMap(({ text }): readonly unknown[] => {
    try {
      return [JSON.parse(text ?? "")];
    } catch {
      return [];
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
