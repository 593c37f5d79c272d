// Cases through the real client, as results beside those of the guard alone; and why there can be none.
import { join, resolve } from "node:path";
import type { CaseResult, Miss } from "#assure/redteam/case-run.ts";
import { type SeenStep, stepFault } from "#assure/redteam/client-outcome.ts";
import type { Attack, Family } from "#assure/redteam/suite.ts";
import { DEFAULT_PACK } from "#govern/settings/project-register.ts";
import { readTextSync } from "../../../foundation/files/text-file.ts";
import { clientsOnPath, isProgram } from "../../../services/canary/runtimes.ts";
import { PROJECT_POLICY_PATH } from "../../../services/policy/layers.ts";
import { readPolicyText } from "../../../services/policy/policy-file.ts";
import { policyNamed } from "../../../services/policy/policy-source.ts";
import { openProjectBook } from "../../../services/projects/projects.ts";
import { decidingEntry } from "../../../services/projects/session-project.ts";
import { whyNoCaseJail } from "../../../services/redteam/case-jail.ts";
import {
  type ClientCase,
  type ClientGuard,
  isForClient,
  runClientCases,
} from "../../../services/redteam/client-cases.ts";
import { tellProgress, type TeamContext } from "./team-context.ts";

/** A case with what became of it in its session. */
export type ClientResult = {
  readonly family: Family;
  readonly result: CaseResult;
  readonly seen: ClientCase;
};

/** The client that cases go through, or why they do not. */
export function clientHere(
  named: string | undefined,
): { readonly client: string } | { readonly why: string } {
  const client = named === undefined ? clientsOnPath(process.env["PATH"] ?? "")[0] : resolve(named);
  if (client === undefined) return { why: "there is no `claude` on PATH" };
  if (!isProgram(client)) return { why: `\`${client}\` is no program` };
  const why = whyNoCaseJail();
  return why === undefined ? { client } : { why };
}

/** Runs those of the cases that a model can make. */
export async function throughClient(
  team: TeamContext,
  { client, policy }: { readonly client: string; readonly policy: string | undefined },
): Promise<readonly ClientResult[]> {
  const cases = team.families.flatMap((family) =>
    family.cases.filter(isForClient).map((attack) => ({ family, attack })),
  );
  const guard: ClientGuard = {
    client,
    profile: profileOf(team, policy),
    files: ownFiles(team.root),
  };
  const ran = await runClientCases(cases, guard, (done) =>
    tellProgress(done, cases.length, "sessions"),
  );
  return ran.map((seen) => ({ family: seen.family, seen, result: resultOf(seen) }));
}

function profileOf(team: TeamContext, named: string | undefined): ClientGuard["profile"] {
  if (named !== undefined) {
    const found = policyNamed(named);
    return found.kind === "pack" ? { pack: found.name } : { text: readPolicyText(found.path).text };
  }
  const book = openProjectBook(team.directories.projectsFile);
  const chosen = decidingEntry(book, undefined, team.root)?.policy ?? { pack: DEFAULT_PACK };
  return "pack" in chosen ? { pack: chosen.pack } : { text: readPolicyText(chosen.file).text };
}

/** A policy of the repository's own comes along; that of the machine lies where it lies. */
function ownFiles(root: string): Readonly<Record<string, string>> {
  const text = readTextSync(join(root, PROJECT_POLICY_PATH));
  return text === undefined ? {} : { [PROJECT_POLICY_PATH]: text };
}

function resultOf({ family, attack, steps, fault }: ClientCase): CaseResult {
  const expected = steps.filter((step) => step.expected !== "step");
  const misses: readonly Miss[] =
    fault === undefined ? expected.flatMap(missOf) : [brokenIn(attack, fault)];
  const last = expected.at(-1);
  return {
    family: family.id,
    id: attack.id,
    title: attack.title,
    tried: expected.length,
    misses,
    said: last === undefined ? undefined : saidOf(last, ""),
  };
}

function missOf(seen: SeenStep): readonly Miss[] {
  const fault = stepFault(seen);
  if (fault === undefined) return [];
  const { step, text, expected } = seen;
  return [{ step, text, wrapping: undefined, expected, said: saidOf(seen, fault) }];
}

function saidOf({ evidence, did }: SeenStep, reason: string): Miss["said"] {
  return { verdict: evidence?.verdict ?? did, rule: evidence?.rule, reason };
}

function brokenIn({ steps }: Attack, reason: string): Miss {
  const at = steps.findIndex(({ expect }) => expect !== "step");
  const expected = steps[at]?.expect ?? "stopped";
  return {
    step: at,
    text: "the session",
    wrapping: undefined,
    expected,
    said: { verdict: "none", rule: undefined, reason },
  };
}
