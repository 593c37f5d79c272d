// Which policy judges calls in a directory: the named one, else the guarded project's as it is in force, else the built-in one.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import type { PolicyException, Policy } from "#guard/policy/policy.ts";
import { homeDirectory } from "#platform/user.ts";
import { stackPolicies } from "#govern/policy/policy-stack.ts";
import { type ChosenPolicy, DEFAULT_PACK } from "#govern/settings/project-register.ts";
import { openProjectBook } from "../projects/projects.ts";
import { deciderAndProject } from "../projects/session-project.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../foundation/files/directories.ts";
import { openBlocks } from "../incidents/blocks.ts";
import { openExceptions } from "../exceptions/store.ts";
import { type ManagedPlace, policiesOf } from "../policy/layers.ts";
import { responsesIn } from "../policy/policies.ts";
import { layerInWords, lookNow, upperStatus } from "../policy/policy-status.ts";
import { loadPack, loadPolicy } from "../policy/policy-source.ts";

/** A policy, in words where it comes from, and what stands above the chosen one. */
export type JudgingPolicy = {
  readonly policy: Policy;
  readonly from: string;
  /** Whether sallyport guards the directory, so that this policy answers there. */
  readonly isGuarded: boolean;
  /** Each layer above the chosen policy in words, the highest first. */
  readonly layers: readonly string[];
  /** The project that calls there belong to. */
  readonly root: string;
  /** Exceptions that count there now. */
  readonly exceptions: readonly PolicyException[];
};

/**
 * The policy for calls in `directory`, with the layers above it. Reads the register and changes nothing; of a file that is
 * broken the last good version is given. Throws a Failure when the named policy cannot be loaded, or no version of the
 * project's was ever good.
 */
export async function judgingPolicy(
  directory: string,
  named: string | undefined,
  places: {
    readonly root?: string;
    readonly managed?: ManagedPlace;
    /** The call that is judged, as `callKey` names it: what it has used already it has not used up. */
    readonly call?: string;
    /** Stands where the policy that was chosen for the directory stands; the layers above it stay. */
    readonly instead?: Policy;
    /** Leaves out what answers an incident for a while. */
    readonly isLasting?: boolean;
  } = {},
): Promise<JudgingPolicy> {
  const directories = directoriesIn(places.root ?? dataDirectory());
  const real = realOf(directory);
  const book = openProjectBook(directories.projectsFile);
  const { entry, project } = deciderAndProject(book, real, homeDirectory());
  const { root } = project;
  if (named !== undefined)
    return {
      policy: loadPolicy(named),
      from: "named with `--policy`",
      layers: [],
      root,
      exceptions: [],
      isGuarded: false,
    };
  const chosen: ChosenPolicy = entry?.policy ?? { pack: DEFAULT_PACK, digest: null };
  const upper = await upperStatus(root, chosen, directories, places.managed);
  const { policy, isLastGood } =
    places.instead === undefined
      ? await chosenNow(chosen, directories)
      : { policy: places.instead, isLastGood: false };
  const layers = upper.map(layerInWords);
  const more =
    places.isLasting === true ? [] : responsesIn(root, openBlocks(directories), loadPack);
  const stacked = stackPolicies([...upper.flatMap(policiesOf), ...more, policy]);
  const { call } = places;
  const now = {
    nowMs: Date.now(),
    policy: stacked.digest,
    root,
    given: stacked.exceptions ?? [],
    ...(call ? { call } : {}),
  };
  const exceptions = openExceptions(directories).inForce(now);
  const shared = { policy: stacked, layers, root, exceptions, isGuarded: entry !== undefined };
  if (entry === undefined)
    return { ...shared, from: "built in; no guarded project holds this directory" };
  const of = entry.scope === "user" ? "all projects of this person" : `\`${entry.root}\``;
  const version = isLastGood
    ? `, the last good version, because \`${"file" in chosen ? chosen.file : ""}\` is broken`
    : "";
  return { ...shared, from: `in force for ${of}${version}` };
}

/** The policy that was chosen, as it is in force. */
async function chosenNow(
  chosen: ChosenPolicy,
  directories: Directories,
): Promise<{ readonly policy: Policy; readonly isLastGood: boolean }> {
  if ("pack" in chosen) return { policy: loadPack(chosen.pack), isLastGood: false };
  const { file } = chosen;
  const { policy, trouble } = await lookNow({ file, layer: "user" }, directories.policies);
  if (policy !== undefined) return { policy, isLastGood: trouble !== null };
  throw new Failure(
    trouble?.code ?? "policy-unreadable",
    `${trouble?.message ?? "there is no policy"}; every call is refused until a person repairs it`,
    { at: { file, ...(trouble?.line ? { line: trouble.line } : {}) } },
  );
}

function realOf(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return resolve(directory);
  }
}
