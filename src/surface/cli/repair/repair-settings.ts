// Modes that a repair writes into a repository's settings: no flag switches questions off, and each session begins by asking.
import { nodeAt, setMember } from "#govern/settings/json-edit.ts";
import { parseJsonText } from "#govern/settings/json-text.ts";

/** Where the modes are written: the file that everybody who works here shares. */
export const SHARED_SETTINGS = ".claude/settings.json";

/** What answers a check, below `permissions`. Only what is not there is written: a value that stands is a person's choice. */
const MODES: Readonly<Record<string, readonly [key: string, value: string]>> = {
  "settings/bypass-not-disabled": ["disableBypassPermissionsMode", "disable"],
  "settings/no-mode": ["defaultMode", "default"],
};

/** The settings with the modes that answer these checks. Throws a Failure where the text is no JSON. */
export function withModes(text: string | undefined, checks: readonly string[]): string {
  let edited = text === undefined || text.trim() === "" ? "{}\n" : text;
  const has = (path: readonly string[]) =>
    nodeAt(parseJsonText(edited, SHARED_SETTINGS), path) !== undefined;
  for (const check of checks) {
    const [key, value] = MODES[check] ?? [];
    if (key === undefined || value === undefined || has(["permissions", key])) continue;
    if (!has(["permissions"])) edited = setMember(edited, ["permissions"], {});
    edited = setMember(edited, ["permissions", key], value);
  }
  return edited === "{}\n" ? (text ?? "") : edited;
}
