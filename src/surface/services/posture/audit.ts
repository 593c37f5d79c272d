// One audit from a directory to its report: collected once, every check run, a check that fails by itself told and no pass.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Checklist, parseChecklist } from "#assure/posture/checklist/checklist.ts";
import { type Check, FAMILIES, type Repair, unseen } from "#assure/posture/check.ts";
import { type AuditReport, reportOf } from "#assure/posture/report/report.ts";
import { type CheckRun, lookAt } from "#assure/posture/run-checks.ts";
import type { AuditInputs } from "#assure/posture/inputs/audit-inputs.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { productVersion } from "../../foundation/product/product.ts";
import { dataDirectory } from "../../foundation/files/directories.ts";
import { type AuditPlace, collectInputs } from "./collect.ts";
import { loadCheckFamilies } from "./shipped-checks.ts";

const CHECKLISTS = new URL("../../../../data/checklists/", import.meta.url);

/** What is asked of an audit. */
export type AuditRequest = AuditPlace & {
  /** Id of a checklist whose items are shown, or undefined. */
  readonly profile: string | undefined;
  /** Families to be run; all without any. */
  readonly families: readonly string[];
  /** Whether the repository's own commands are judged: a summary that takes a while. */
  readonly judgesCommands?: boolean | undefined;
};

/** A report, the real path that it is about, and what may be repaired there. */
export type Audit = {
  readonly root: string;
  readonly report: AuditReport;
  /** Safe repairs by the id of the check. */
  readonly repairs: ReadonlyMap<string, Repair>;
  /** Whether the directory is guarded. */
  readonly isGuarded: boolean;
};

/** Checks for which everything that git follows is looked through. */
const SCANNED = new Set(["secrets/in-committed-file"]);

/** Carries out an audit. Throws a Failure `usage` for a directory, family or checklist that is none. */
export async function runAudit(request: AuditRequest): Promise<Audit> {
  const all = loadCheckFamilies().flatMap(({ checks }) => checks);
  const profile = profileNamed(request.profile, all);
  const checks = chosenChecks(all, request.families, profile);
  const scansAll = request.scansAll ?? checks.some(({ id }) => SCANNED.has(id));
  const { root, auditInputs: seen, leftOut } = await collectInputs({ ...request, scansAll });
  const auditInputs = profile === undefined ? seen : { ...seen, isAskedFor: true };
  const runs = checks.map((check) => runCheck(check, auditInputs));
  const target = request.directory;
  const data = request.data ?? dataDirectory(request.environment);
  // WHY loaded here: the guard with its models takes longer to load than a small audit takes.
  const capabilities =
    request.judgesCommands === true
      ? await (await import("./repository-commands.ts")).repositoryCommands(root, auditInputs, data)
      : undefined;
  const report = reportOf(runs, {
    auditInputs,
    leftOut,
    target,
    version: productVersion(),
    profile,
    capabilities,
  });
  const repairs = new Map(
    checks.flatMap(({ id, repair }) => (repair === undefined ? [] : [[id, repair] as const])),
  );
  const isGuarded = auditInputs.guard.kind === "seen" && auditInputs.guard.value.isGuarded;
  return { root, report, repairs, isGuarded };
}

/** The checklists that ship, in the order of their names. Throws the Failure of one that cannot be read. */
export function loadChecklists(checks: readonly Check[]): readonly Checklist[] {
  const home = fileURLToPath(CHECKLISTS);
  if (!existsSync(home)) return [];
  return readdirSync(home)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) =>
      parseChecklist(readFileSync(`${home}${file}`, "utf8"), {
        file: `${home}${file}`,
        name: file.slice(0, -5),
        checks,
      }),
    );
}

/** WHY caught: what others wrote may trip a check that nobody tried with it, and all the others still have to be told. */
function runCheck(check: Check, auditInputs: AuditInputs): CheckRun {
  try {
    return { check, result: lookAt(check, auditInputs) };
  } catch (error) {
    const debug = process.env["SALLYPORT_DEBUG"];
    if (debug !== undefined && debug !== "" && debug !== "0") throw error;
    return { check, result: unseen("the check itself failed: a defect of sallyport") };
  }
}

function chosenChecks(
  all: readonly Check[],
  families: readonly string[],
  profile: Checklist | undefined,
): readonly Check[] {
  const known: readonly string[] = FAMILIES;
  const strange = families.find((family) => !known.includes(family));
  if (strange !== undefined)
    throw new Failure(
      "usage",
      `there is no family \`${printable(strange)}\`; known are ${known.join(", ")}`,
    );
  const wanted = new Set(profile?.items.flatMap(({ checks, vetoes }) => [...checks, ...vetoes]));
  return all.filter(
    ({ id, family }) =>
      (families.length === 0 || families.includes(family)) &&
      (profile === undefined || wanted.has(id)),
  );
}

function profileNamed(name: string | undefined, checks: readonly Check[]): Checklist | undefined {
  if (name === undefined) return undefined;
  const all = loadChecklists(checks);
  const found = all.find(({ id }) => id === name);
  if (found !== undefined) return found;
  const known = all.map(({ id }) => id).join(", ") || "none yet";
  throw new Failure("usage", `there is no checklist \`${printable(name)}\`; known are ${known}`);
}
