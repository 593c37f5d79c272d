// Which policy judges calls in a directory: the named one, else the guarded project's as it is in force, else the built-in one.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { productVersion } from "../daemon/product.ts";
import { openProjectBook } from "../daemon/projects.ts";
import { decidingEntry } from "../daemon/session-project.ts";
import { dataDirectory, directoriesIn } from "../directories.ts";
import { readPolicyCopy } from "../policy/policy-copy.ts";
import { lookInto } from "../policy/site-policy.ts";
import { compilePolicyFile, loadPack, loadPolicy } from "../policy-source.ts";

/** A policy, and in words where it comes from. */
export type JudgingPolicy = { readonly policy: Policy; readonly from: string };

/**
 * The policy for calls in `directory`. Reads the register and changes nothing; of a file that is broken the last good
 * version is given. Throws a Failure when the named policy cannot be loaded, or no version of the project's was ever good.
 */
export async function judgingPolicy(
  directory: string,
  named: string | undefined,
  root?: string,
): Promise<JudgingPolicy> {
  if (named !== undefined) return { policy: loadPolicy(named), from: "named with `--policy`" };
  const directories = directoriesIn(root ?? dataDirectory());
  const entry = decidingEntry(
    openProjectBook(directories.projectsFile),
    undefined,
    realOf(directory),
  );
  if (entry === undefined)
    return { policy: loadPolicy(), from: "built in; no guarded project holds this directory" };
  const of = entry.scope === "user" ? "all projects of this person" : `\`${entry.root}\``;
  if ("pack" in entry.policy)
    return { policy: loadPack(entry.policy.pack), from: `in force for ${of}` };
  const { file } = entry.policy;
  const { policy, trouble } = await lookInto(file, readPolicyCopy(directories.policies, file), {
    product: productVersion(),
    compile: compilePolicyFile,
    nowMs: () => Date.now(),
  });
  if (policy === undefined)
    throw new Failure(
      trouble?.code ?? "policy-unreadable",
      `${trouble?.message ?? "there is no policy"}; every call is refused until a person repairs it`,
      { at: { file, ...(trouble?.line ? { line: trouble.line } : {}) } },
    );
  const version = trouble === null ? "" : `, the last good version, because \`${file}\` is broken`;
  return { policy, from: `in force for ${of}${version}` };
}

function realOf(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return resolve(directory);
  }
}
