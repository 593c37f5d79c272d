// What the client's own settings of a guarded project are to refuse by the policy in force, and whether they still say so.
import { clientRefusals } from "#govern/compile/client-refusals.ts";
import { FIXED_RULES, FIXED_SWITCHES } from "#govern/settings/fixed-entries.ts";
import type { Insertion } from "#govern/settings/hook-entries.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { rulesIn } from "#govern/settings/settings-edit.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import type { ManagedPlace } from "../policy/layers.ts";
import { type JudgingPolicy, judgingPolicy } from "./judging-policy.ts";

/** Rules and switches of the client for a project, or for every project of a person. */
export type ClientEntries = Required<Pick<Insertion, "rules" | "switches">>;

/**
 * The entries by the policy that judges there. Nothing is refused where calls are only observed. WHY no switch in a person's own
 * settings: a repository's stands above it.
 */
export function clientEntries(
  { scope, mode }: Pick<ProjectEntry, "scope" | "mode">,
  { policy, exceptions }: Pick<JudgingPolicy, "policy" | "exceptions">,
): ClientEntries {
  const rules =
    mode === "observe" ? [] : [...clientRefusals(policy, scope, exceptions), ...FIXED_RULES];
  return { rules: [...new Set(rules)], switches: scope === "project" ? FIXED_SWITCHES : [] };
}

/** How the client's rules that were written differ from those that the policy in force gives. */
export type RefusalDrift = { readonly lacking: number; readonly over: number };

/**
 * The difference, or undefined where there is none. A rule that a person wrote themselves is not lacking. Throws a Failure when
 * the policy or the settings cannot be read.
 */
export async function refusalDrift(
  entry: ProjectEntry,
  places: { readonly directories: Directories; readonly managed?: ManagedPlace },
): Promise<RefusalDrift | undefined> {
  const { directories, managed } = places;
  const judged = await judgingPolicy(entry.root, undefined, {
    root: directories.root,
    isLasting: true,
    ...(managed === undefined ? {} : { managed }),
  });
  const { rules } = clientEntries(entry, judged);
  const text = readPrivateFile(entry.settingsFile, { secret: false });
  const present = new Set(text === undefined ? [] : rulesIn(text, entry.settingsFile));
  const wanted = new Set(rules);
  const lacking = rules.filter((rule) => !present.has(rule)).length;
  const over = (entry.undo.rules ?? []).filter((rule) => !wanted.has(rule)).length;
  return lacking + over === 0 ? undefined : { lacking, over };
}
