// The tier of a project, as its own policy or the one that was chosen for it names it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readPack } from "#govern/library/pack-extends.ts";
import type { Tier } from "#govern/library/pack-schema.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPolicyText } from "../policy/policy-file.ts";
import { PROJECT_POLICY_PATH } from "../policy/layers.ts";
import { policyNamed, shippedPack } from "../policy/policy-source.ts";
import { openProjectBook } from "../projects/projects.ts";
import { decidingEntry } from "../projects/session-project.ts";

/** A tier, and in words who names it. */
export type NamedTier = { readonly tier: Tier; readonly by: string };

/**
 * The tier of a project, the repository's own policy first; undefined where nobody names one. Throws a Failure where a policy
 * cannot be read: a milder tier must not be guessed.
 */
export function projectTier(
  project: string,
  { projectsFile }: Directories,
  named?: string,
): NamedTier | undefined {
  const own = join(project, PROJECT_POLICY_PATH);
  const entry = decidingEntry(openProjectBook(projectsFile), undefined, project);
  const chosen = entry?.policy;
  const sources =
    named === undefined
      ? [
          ...(existsSync(own) ? [own] : []),
          ...(chosen === undefined ? [] : ["pack" in chosen ? chosen.pack : chosen.file]),
        ]
      : [named];
  for (const source of sources) {
    const policy = source === own ? ({ kind: "file", path: own } as const) : policyNamed(source);
    const pack = policy.kind === "pack" ? shippedPack(policy.name) : undefined;
    const { text, file } = pack ?? { text: readPolicyText(source).text, file: source };
    const { tier } = readPack(text, file, shippedPack);
    if (tier !== undefined) return { tier, by: `the policy \`${source}\`` };
  }
  return undefined;
}
