// Repairs that an audit makes by itself: the team profile, modes of files, ignore and deny lines. Shown first, taken back by `uninstall`.
import { createHash } from "node:crypto";
import { chmodSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Repair } from "#assure/posture/check.ts";
import type { AuditReport } from "#assure/posture/report.ts";
import { isWithin } from "#base/path.ts";
import { homeDirectory } from "#platform/user.ts";
import { guardProject } from "../cli/commands/init.ts";
import { type ChangeRequest, seekConsent } from "../cli/consent.ts";
import { dataDirectory, directoriesIn } from "../directories.ts";
import { checkIgnores } from "../ignores/check-ignores.ts";
import { keepingIn } from "../ignores/kept.ts";
import { type IgnorePlan, planIgnores, writeIgnores } from "../ignores/write-ignores.ts";
import { modeLine, modeOf, placeOf, rememberRepairs, type RepairRecord } from "./repair-record.ts";

/** The profile that a repair guards with. */
const PROFILE = "team";
/** A script is for its owner to write, a secret for its owner alone. */
const NOT_OTHERS = 0o022;
const OWNER_ALONE = 0o600;

/** What became of it. */
export type RepairOutcome = {
  readonly kind: "repaired" | "nothing" | "planned" | "declined";
  /** What was, or would be, changed, in words. */
  readonly changes: readonly string[];
};

/** What is repaired: the report says what failed, `repairs` which checks have a safe repair. */
export type RepairRequest = ChangeRequest & {
  readonly root: string;
  readonly report: AuditReport;
  readonly repairs: ReadonlyMap<string, Repair>;
  /** Whether the directory is guarded already. */
  readonly isGuarded: boolean;
};

/** Plans every safe repair, shows all of it as one diff, asks once and makes it. Throws a Failure before anything is written. */
export async function repair(request: RepairRequest): Promise<RepairOutcome> {
  const { root, terminal, environment = process.env } = request;
  const directories = directoriesIn(request.data ?? dataDirectory(environment));
  const wanted = new Set(
    request.report.findings.flatMap(({ id }) => request.repairs.get(id) ?? []),
  );
  const home = environment["HOME"] ?? homeDirectory();
  const modes = wanted.has("modes") ? modesOf(request, home) : [];
  const ignores = wanted.has("ignore-lines")
    ? await ignorePlan(root, environment, { home, data: directories.root })
    : undefined;
  const silent = { ...terminal, print: () => undefined };
  const guarding = { directory: root, environment, data: request.data, profile: PROFILE };
  const guard =
    request.report.findings.length > 0 && !request.isGuarded
      ? await guardProject({ ...guarding, yes: true, dryRun: true, terminal: silent })
      : undefined;
  const changes = [
    ...(guard === undefined ? [] : [`guard with the policy \`${PROFILE}\``]),
    ...(ignores?.changes ?? []).map(({ path }) => path),
    ...modes.map(({ path }) => `mode of ${path}`),
  ];
  if (changes.length === 0) return { kind: "nothing", changes };
  const diff = [
    guard?.diff ?? "",
    ignores?.diff ?? "",
    ...modes.map(({ path, before, after }) => modeLine(path, before, after)),
  ].join("");
  const notes = [...(guard?.notes ?? []), ...(ignores?.notes ?? [])];
  const consent = await seekConsent(request, { diff, notes });
  if (consent !== "given") return { kind: consent, changes };
  // WHY remembered before: what a crash leaves half done can still be taken back.
  if (guard !== undefined) await guardProject({ ...guarding, yes: true, terminal: silent });
  rememberRepairs(directories, { root, modes: [...modes], files: fileRecords(root, ignores) });
  if (ignores !== undefined) await writeIgnores(root, ignores);
  for (const { path, after } of modes) chmodSync(placeOf(root, path), after);
  return { kind: "repaired", changes };
}

/** Files of findings whose mode is the fault, of the directory and of the person, plain and still as they were seen. */
function modesOf({ root, report, repairs }: RepairRequest, home: string): RepairRecord["modes"] {
  const shown = report.findings
    .filter(({ id }) => repairs.get(id) === "modes")
    .flatMap(({ faults }) => faults.flatMap(({ file }) => file ?? []));
  return [...new Set(shown)].flatMap((file) => {
    const path = file.startsWith("~/") ? join(home, file.slice(2)) : file;
    const place = placeOf(root, path);
    if (!isWithin(root, place) && !isWithin(home, place)) return [];
    const before = modeOf(root, path);
    if (before === undefined) return [];
    const isScript = (before & 0o111) !== 0;
    const after = isScript ? before & ~NOT_OTHERS : before & OWNER_ALONE;
    return after === before ? [] : [{ path, before, after }];
  });
}

async function ignorePlan(
  root: string,
  environment: NodeJS.ProcessEnv,
  places: { readonly home: string; readonly data: string },
): Promise<IgnorePlan> {
  const keeping = await keepingIn(root, places);
  return planIgnores(keeping, await checkIgnores(keeping, environment), undefined);
}

function fileRecords(root: string, plan: IgnorePlan | undefined): RepairRecord["files"] {
  return (plan?.changes ?? []).map(({ path, before, text }) => ({
    path,
    before: before?.text ?? null,
    after: createHash("sha256").update(text).digest("hex"),
    createdFolder: !existsSync(dirname(join(root, path))),
  }));
}
