// What an installation has beside its log and that evidence speaks of: statements, policies now, posture now, detections, the order about retention.
import type { CheckOutcome } from "#assure/evidence/assess.ts";
import type { Attested } from "#assure/evidence/attested-state.ts";
import type { RetentionFacts } from "#assure/evidence/collectors/record.ts";
import type { AuditReport } from "#assure/posture/report/report.ts";
import { Failure } from "#base/failure.ts";
import { FRAMEWORKS, periodsUnder } from "#govern/retention/periods.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { loadRecordClasses } from "../../foundation/product/shipped-data.ts";
import { judgingPolicy } from "../evaluation/judging-policy.ts";
import { openRetentionFile } from "../exceptions/retention-file.ts";
import { openStatements } from "../exceptions/statements.ts";
import { runAudit } from "../posture/audit.ts";
import { readProjectRegister } from "../projects/project-register-file.ts";

/** Projects whose posture and policy are looked at. */
const PROJECTS_MAX = 20;
const SAYS_CHARS_MAX = 400;

/** Attestations, objections to them and waivers, withdrawn ones too. Throws a Failure `statements` where the list is not what the operator signed. */
export function attestedIn(directories: Directories, nowMs: number): readonly Attested[] {
  return openStatements(directories)
    .all(nowMs)
    .flatMap(({ receipt: { statement }, state }) => {
      const { id, kind, about, owner, approver, digest, scope, createdMs, expiresMs } = statement;
      if (kind !== "attestation" && kind !== "objection" && kind !== "waiver") return [];
      return [
        {
          id,
          kind,
          about,
          owner,
          approver,
          document: digest,
          createdMs,
          expiresMs,
          where: scope.of === "all" ? "everywhere" : `one ${scope.of}`,
          isWithdrawn: state === "withdrawn",
        },
      ];
    });
}

/** The order about retention beside what a framework asks for. */
export function retentionFacts(directories: Directories, framework: string): RetentionFacts {
  const order = openRetentionFile(directories).current();
  const own = FRAMEWORKS.find((one) => one === framework);
  // Catalogues say nothing of periods.
  const [longest] = (own === undefined ? [] : periodsUnder(loadRecordClasses(), [own]))
    .filter(({ is }) => is === "evidence")
    .toSorted((one, other) => other.days - one.days);
  return {
    framework,
    order:
      order === undefined ? undefined : { hereDays: order.hereDays, frameworks: order.frameworks },
    needed:
      longest === undefined
        ? undefined
        : {
            days: longest.days,
            what: longest.title.toLowerCase(),
            source: longest.source ?? longest.reason,
          },
  };
}

/** Projects that are looked at: the one that was named, else those that are guarded. */
export function projectsOf(directories: Directories, named: string | undefined): readonly string[] {
  if (named !== undefined) return [named];
  return readProjectRegister(directories.projectsFile)
    .map(({ root }) => root)
    .slice(0, PROJECTS_MAX);
}

/** The policy that judges in a project now. */
export type PolicyNow = {
  readonly project: string;
  readonly id: string;
  readonly digest: string;
  readonly from: string;
  readonly layers: readonly string[];
  readonly rules: number;
};

/** The policies that judge now; `missing` says of which projects that cannot be told and why. */
export async function policiesNow(
  directories: Directories,
  projects: readonly string[],
): Promise<{ readonly policies: readonly PolicyNow[]; readonly missing: readonly string[] }> {
  const policies: PolicyNow[] = [];
  const missing: string[] = [];
  for (const project of projects) {
    try {
      const { policy, from, layers } = await judgingPolicy(project, undefined, {
        root: directories.root,
      });
      const { id, digest, rules } = policy;
      policies.push({ project, id, digest, from, layers, rules: rules.length });
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      missing.push(`${project}: ${cause.message}`);
    }
  }
  return { policies, missing };
}

/** What the named checks say in projects now. `onProject` hears which one is looked at. */
export async function postureNow(
  directories: Directories,
  projects: readonly string[],
  asked: {
    readonly checks: readonly string[];
    readonly nowMs: number;
    readonly onProject: (project: string) => void;
  },
): Promise<readonly CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  const families = [...new Set(asked.checks.map((id) => id.slice(0, id.indexOf("/"))))];
  if (families.length === 0) return [];
  for (const project of projects) {
    asked.onProject(project);
    try {
      const { report } = await runAudit({
        directory: project,
        environment: process.env,
        data: directories.root,
        profile: undefined,
        families,
        nowMs: asked.nowMs,
        onProgress: () => undefined,
      });
      outcomes.push(...asked.checks.map((check) => outcomeOf(check, project, report)));
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      const says = cause.message.slice(0, SAYS_CHARS_MAX);
      outcomes.push(
        ...asked.checks.map((check) => ({ check, project, outcome: "unseen" as const, says })),
      );
    }
  }
  return outcomes;
}

function outcomeOf(check: string, project: string, report: AuditReport): CheckOutcome {
  const of = (found: AuditReport["waived"]) =>
    found.find(({ id, also }) => id === check || also.some((one) => one.id === check));
  const said = (outcome: CheckOutcome["outcome"], says: string): CheckOutcome => ({
    check,
    project,
    outcome,
    says: says.slice(0, SAYS_CHARS_MAX),
  });
  const finding = of(report.findings);
  if (finding !== undefined) return said("fail", finding.title);
  const waived = of(report.waived);
  if (waived !== undefined)
    return said("waived", `${waived.title}; accepted until ${waived.waived?.until ?? "a day"}`);
  const unseen = [...report.unseen, ...report.attest].find(({ id }) => id === check);
  if (unseen !== undefined) return said("unseen", unseen.why);
  const ran = report.checks.find(({ id }) => id === check);
  if (ran === undefined) return said("unseen", "it did not run");
  return said("pass", ran.outcome === "pass" ? "nothing found" : "nothing that it could be about");
}
