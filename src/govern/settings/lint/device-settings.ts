// Managed settings that device management puts into a registry or into preferences: where they stand, and which source counts.
import { CLIENT_BYTES_MAX, type LintSource } from "./file.ts";

/** The key, below a hive, and the one value of Windows that the client reads (X.29; read in its program). */
export const REGISTRY_KEY = "SOFTWARE\\Policies\\ClaudeCode";
export const REGISTRY_VALUE = "Settings";
/** The domain of preferences from which the client reads managed settings on macOS (documented; not measured). */
export const PREFERENCES_DOMAIN = "com.anthropic.claudecode";

/** Places of managed preferences, the one of this account first: it stands above the one of the machine (documented). */
export function preferencePlaces(user: string): readonly string[] {
  const folder = "/Library/Managed Preferences";
  const own = /^[^/\0]+$/.test(user) && user !== "." && user !== ".." ? [`${folder}/${user}`] : [];
  return [...own, folder].map((one) => `${one}/${PREFERENCES_DOMAIN}.plist`);
}

/**
 * The text of the value in what `reg query KEY /v VALUE` printed; empty where the value is there and is no text, which the
 * client takes for no settings. Undefined where the output tells of no such value.
 */
export function registryText(output: string): string | undefined {
  // The first line that looks like it is the value's own: whatever follows belongs to its text.
  const found = /^[ \t]{4}(\S+)[ \t]{4}(REG_[A-Z_]+)(?:[ \t]{4}|$)/im.exec(output);
  if (found === null || found[1]?.toLowerCase() !== REGISTRY_VALUE.toLowerCase()) return undefined;
  if (found[2] !== "REG_SZ" && found[2] !== "REG_EXPAND_SZ") return "";
  return output.slice(found.index + found[0].length).replace(/(?:\r?\n){1,2}$/, "");
}

/** Sources of managed settings: those that the client reads, and those that are there and have no say. */
export type ManagedSources = {
  readonly inForce: readonly LintSource[];
  readonly overruled: readonly LintSource[];
};

/**
 * Which sources count. `ranks`: each source with its files, the highest first. Documented: the first that says anything
 * stands alone unless it sets `managedSourcesBehavior` to `merge`. `lowest`, which a person can write, counts where nobody
 * else says anything. Sources that hold nothing stay among those in force, so that whoever reads them finds that.
 */
export function managedInForce(
  ranks: readonly (readonly LintSource[])[],
  lowest: readonly LintSource[],
): ManagedSources {
  const first = ranks.findIndex((sources) => sources.some(saysAnything));
  if (first < 0) return { inForce: [...ranks.flat(), ...lowest], overruled: [] };
  const above = ranks.slice(0, first + 1).flat();
  const below = ranks.slice(first + 1).flat();
  return (ranks[first] ?? []).some(isMerging)
    ? { inForce: [...above, ...below], overruled: lowest }
    : { inForce: above, overruled: [...below, ...lowest] };
}

function saysAnything(source: LintSource): boolean {
  return Object.keys(settingsIn(source)).length > 0;
}

function isMerging(source: LintSource): boolean {
  return settingsIn(source)["managedSourcesBehavior"] === "merge";
}

/** WHY read as loosely as the client does: of a key that is there twice it takes the last. */
function settingsIn({ text = "", bytes }: LintSource): Readonly<Record<string, unknown>> {
  if (bytes > CLIENT_BYTES_MAX) return {};
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
