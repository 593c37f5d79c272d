// Carrying a deployment out: kept, put on record, written as one, read back.
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { APPROVAL_MS_MAX, type Deployment, textDigest } from "#govern/deploy/deployment.ts";
import { isChange, recordedFiles } from "#govern/deploy/plan.ts";
import { writeAll } from "#govern/deploy/write-all.ts";
import { removeFolderIfEmpty } from "#govern/settings/deploy.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import type { DeploymentReceipt } from "./deployment-receipt.ts";
import {
  type DeploymentPlan,
  type MachinePlaces,
  ownFolders,
  readAll,
  rootOf,
} from "./deployment-plan.ts";
import type { DeploymentRecords } from "./records.ts";

/** Who approved it, and why. */
export type Approval = Pick<Deployment, "reason" | "owner" | "approver" | "proof">;

/** The record of a plan that was approved now. */
export function approvedDeployment(
  { files, what, of, scope, place, policy, person, programs }: DeploymentPlan,
  approval: Approval,
  nowMs: number,
): Deployment {
  return {
    what,
    of,
    scope,
    place,
    policy,
    ...approval,
    id: randomBytes(8).toString("hex"),
    createdMs: nowMs,
    expiresMs: nowMs + APPROVAL_MS_MAX,
    files: recordedFiles(files),
    ...(programs === undefined || programs.length === 0 ? {} : { programs }),
    ...(person === undefined ? {} : { person: { home: person.home, data: person.data } }),
  };
}

/**
 * Keeps, records and writes a deployment that was approved. `tell` puts it on record, and rejects when it cannot: then
 * nothing is written. Throws a Failure where nothing was changed.
 */
export async function carryOut(
  deployment: Deployment,
  { files }: Pick<DeploymentPlan, "files">,
  at: {
    readonly machine: MachinePlaces;
    readonly directories: Directories;
    readonly records: DeploymentRecords;
    readonly tell: (what: "begin" | "failed", receipt: DeploymentReceipt) => Promise<void>;
  },
): Promise<void> {
  const { machine, directories, records, tell } = at;
  const root = rootOf(deployment, machine);
  const isShared = deployment.scope === "managed";
  const receipt = records.keep(deployment, files);
  const forget = () =>
    rm(join(directories.deployments, deployment.id), { recursive: true, force: true });
  try {
    await tell("begin", receipt);
  } catch (cause) {
    await forget();
    throw cause;
  }
  try {
    await writeAll(files.filter(isChange), { root, isShared });
  } catch (cause) {
    await forget();
    await tell("failed", receipt);
    throw cause;
  }
  if (deployment.what === "rollback")
    // What is mounted there stays, empty or not.
    for (const folder of ownFolders(deployment, machine))
      await removeFolderIfEmpty(folder).catch(() => undefined);
  await requireWritten(deployment, root);
}

/** WHY: a file without a byte is no policy for the client, and a disk that lies is only found by looking. */
async function requireWritten({ files }: Deployment, root: string): Promise<void> {
  const read = await readAll(
    files.map(({ path }) => path),
    root,
  );
  for (const { path, after } of files) {
    const now = read.get(path);
    if ((now === undefined ? undefined : textDigest(now.text)) !== after?.digest)
      throw new Failure(
        "deployment",
        `\`${path}\` is not what was written a moment ago; \`sallyport policy drift\` says how it differs`,
      );
  }
}
