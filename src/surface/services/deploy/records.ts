// Deployments of an installation on disk: for each its signed record, and its files as they were and as they became.
import { lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { type Deployment, DEPLOYMENTS_MAX, textDigest } from "#govern/deploy/deployment.ts";
import type { FileChange } from "#govern/deploy/write-all.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { isSignedDeployment, operatorKey } from "../exceptions/operator-signature.ts";
import {
  type DeploymentReceipt,
  deploymentReceiptSchema,
  signDeployment,
} from "./deployment-receipt.ts";

const ID = /^[0-9a-f]{16}$/;
const RECORD = "record.json";

/** What is kept of deployments. */
export type DeploymentRecords = {
  /** All, in the order in which they were made. Throws a Failure where one was not signed by the operator. */
  all(): readonly Deployment[];
  /** Signs a deployment and keeps it with its files, before anything is written elsewhere. */
  keep(deployment: Deployment, changes: readonly FileChange[]): DeploymentReceipt;
  /** A file as it was before a deployment or became by it; undefined where it was altered or there was none. */
  textOf(deployment: Deployment, path: string, when: "before" | "after"): string | undefined;
};

/** Opens the records of an installation; each question looks at the disk. */
export function openDeployments(directories: Directories): DeploymentRecords {
  const { deployments: root } = directories;
  return {
    all() {
      const names = namesIn(root);
      if (names.length === 0) return [];
      const key = operatorKey(directories);
      const found = names.flatMap((name) => {
        const text = readPrivateFile(join(root, name, RECORD), { secret: true });
        // A folder without a record was left when the program ended before it wrote anything.
        if (text === undefined) return [];
        const receipt = parseReceipt(text);
        if (receipt?.deployment.id === name && isSignedDeployment(receipt, key))
          return [receipt.deployment];
        throw new Failure(
          "deployment",
          `\`${join(root, name)}\` was not signed by this installation's operator; move it away and look who wrote it`,
        );
      });
      return found.toSorted((one, other) => one.createdMs - other.createdMs);
    },
    keep(deployment, changes) {
      if (namesIn(root).length >= DEPLOYMENTS_MAX)
        throw new Failure(
          "deployment",
          `there are ${DEPLOYMENTS_MAX} deployments: move old ones out of \`${root}\``,
        );
      const receipt = signDeployment(deployment, operatorKey(directories));
      const folder = join(root, deployment.id);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      for (const [index, { before, after }] of changes.entries()) {
        if (before !== undefined) writePrivateFile(join(folder, `${index}.before`), before.text);
        if (after !== undefined) writePrivateFile(join(folder, `${index}.after`), after.text);
      }
      writePrivateFile(join(folder, RECORD), `${JSON.stringify(receipt)}\n`);
      return receipt;
    },
    textOf({ id, files }, path, when) {
      const index = files.findIndex((file) => file.path === path);
      const text = readPrivateFile(join(root, id, `${index}.${when}`), { secret: true });
      const digest = files[index]?.[when]?.digest;
      return text !== undefined && textDigest(text) === digest ? text : undefined;
    },
  };
}

function parseReceipt(text: string): DeploymentReceipt | undefined {
  try {
    return v.parse(deploymentReceiptSchema, JSON.parse(text));
  } catch {
    return undefined;
  }
}

function namesIn(root: string): readonly string[] {
  if (lstatSync(root, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(root).filter((name) => ID.test(name));
}
