// The choice of a policy by a person: a pack by name or a file by path, checked before anything is written.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { Failure } from "#base/failure.ts";
import { isWithin } from "#base/path.ts";
import {
  type ChosenPolicy,
  DEFAULT_PACK,
  type ProjectEntry,
} from "#govern/settings/project-register.ts";
import type { PolicyCopy } from "../../services/policy/policy-copy.ts";
import { lookNow } from "../../services/policy/policy-status.ts";
import {
  listPacks,
  loadPack,
  loadPolicy,
  packNamed,
  policyNamed,
} from "../../services/policy/policy-source.ts";
import type { Terminal } from "../../foundation/terminal/terminal.ts";

/** The policy that was chosen, and for a file its compiled copy, to be kept before the choice takes force. */
export type Profile = {
  readonly chosen: ChosenPolicy;
  readonly copy: PolicyCopy | undefined;
  readonly notes: readonly string[];
};

/** What a choice needs to know. */
export type ProfileRequest = {
  /** Name or path, as the person gave it. */
  readonly wanted: string | undefined;
  readonly before: ProjectEntry | undefined;
  readonly root: string;
  /** Where copies of policy files are kept. */
  readonly directory: string;
  readonly terminal: Terminal;
  /** Whether a question may be asked. */
  readonly mayAsk: boolean;
};

/**
 * The profile that is wanted, else the one that is in force, else what the person picks, else the default pack. Throws a
 * Failure with line and column for a file that is no policy, and one with near names where there is none.
 */
export async function chooseProfile(request: ProfileRequest): Promise<Profile> {
  const { before } = request;
  const wanted = request.wanted ?? (before === undefined ? await pick(request) : undefined);
  if (wanted === undefined) {
    const chosen = before?.policy ?? packChoice(DEFAULT_PACK);
    return { chosen, copy: undefined, notes: [] };
  }
  const notes = isSame(before?.policy, wanted) ? [] : [`the policy in force will be \`${wanted}\``];
  const named = policyNamed(wanted);
  if (named.kind === "pack") return { chosen: packChoice(named.name), copy: undefined, notes };
  const file = realpathSync(resolve(named.path));
  const { digest } = loadPolicy(file);
  const copy = await lookNow({ file, layer: "user" }, request.directory);
  const inside = isWithin(request.root, file)
    ? ["the policy file lies in the project: who can change the repository can change it"]
    : [];
  return { chosen: { file, digest }, copy, notes: [...notes, ...inside] };
}

/** Whether two choices name the same policy; a digest may have changed since. */
export function isSameChoice(one: ChosenPolicy | undefined, other: ChosenPolicy): boolean {
  if (one === undefined) return false;
  const nameOf = (choice: ChosenPolicy) => ("file" in choice ? choice.file : choice.pack);
  return nameOf(one) === nameOf(other);
}

function isSame(before: ChosenPolicy | undefined, wanted: string): boolean {
  const name = packNamed(wanted);
  if (before === undefined) return name === DEFAULT_PACK;
  return "pack" in before && before.pack === name;
}

function packChoice(name: string): ChosenPolicy {
  // WHY the pack's own name: the register is read by programs that know packs by their files alone.
  return { pack: packNamed(name) ?? name, digest: loadPack(name).digest };
}

/** Shows the profiles with one line each where there is a choice and somebody to make it. */
async function pick({ terminal, mayAsk }: ProfileRequest): Promise<string | undefined> {
  // WHY first: listing them reads every pack that ships, which takes longer than all else where nobody is asked.
  if (!mayAsk || !terminal.isInteractive || terminal.ask === undefined) return undefined;
  const packs = listPacks().filter(({ kind }) => kind === "profile");
  if (packs.length < 2) return undefined;
  const width = Math.max(...packs.map(({ name }) => name.length));
  terminal.print("Which policy judges the calls?");
  for (const { name, title } of packs) terminal.print(`  ${name.padEnd(width)}  ${title}`);
  terminal.print("  or another that `sallyport policy list` names, or the path of a file");
  const answer = await terminal.ask(`policy (Enter takes ${DEFAULT_PACK}):`);
  if (answer === undefined)
    throw new Failure("consent", "the question was ended without an answer; nothing was written");
  return answer === "" ? undefined : answer;
}
