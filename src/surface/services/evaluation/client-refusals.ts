// What the client's own settings of a guarded project are to refuse by the policy in force, and whether they still say so.
import { clientQuestions, clientRefusals } from "#govern/compile/client-refusals.ts";
import { FIXED_SWITCHES } from "#govern/settings/fixed-entries.ts";
import type { Insertion } from "#govern/settings/hook-entries.ts";
import { RULE_LISTS } from "#govern/settings/rule-lists.ts";
import type { ProjectEntry } from "#govern/settings/project-register.ts";
import { rulesIn } from "#govern/settings/settings-edit.ts";
import { readPrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import type { ManagedPlace } from "../policy/layers.ts";
import { type JudgingPolicy, judgingPolicy } from "./judging-policy.ts";

/** Rules and switches of the client for a project, or for every project of a person. */
export type ClientEntries = Required<Pick<Insertion, "rules" | "asks" | "switches">>;

/**
 * The entries by the policy that judges there. Nothing is refused where calls are only observed. WHY no switch in a person's own
 * settings: a repository's stands above it.
 */
export function clientEntries(
  { scope, mode }: Pick<ProjectEntry, "scope" | "mode">,
  { policy, exceptions }: Pick<JudgingPolicy, "policy" | "exceptions">,
): ClientEntries {
  const isObserved = mode === "observe";
  return {
    rules: isObserved ? [] : clientRefusals(policy, scope, exceptions),
    asks: isObserved ? [] : clientQuestions(policy, scope, exceptions),
    switches: scope === "project" ? FIXED_SWITCHES : [],
  };
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
  const entries = clientEntries(entry, judged);
  const text = readPrivateFile(entry.settingsFile, { secret: false });
  let lacking = 0;
  let over = 0;
  for (const { list, of } of RULE_LISTS) {
    const present = new Set(text === undefined ? [] : rulesIn(text, entry.settingsFile, list));
    const wanted = new Set(entries[of]);
    lacking += entries[of].filter((rule) => !present.has(rule)).length;
    over += (entry.undo[of] ?? []).filter((rule) => !wanted.has(rule)).length;
  }
  return lacking + over === 0 ? undefined : { lacking, over };
}
