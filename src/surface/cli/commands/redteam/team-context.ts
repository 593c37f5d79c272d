// What every command of the red team begins with: the project, the policy that is in force there, and the families of cases.
import { realpathSync } from "node:fs";
import { createHash } from "node:crypto";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { HONEST, type Family } from "#assure/redteam/suite.ts";
import type { OpenCase } from "#assure/redteam/case-run.ts";
import { incidentFamily } from "#assure/redteam/from-incident.ts";
import type { Context, Run } from "#assure/redteam/standing.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { productVersion } from "../../../foundation/product/product.ts";
import { loadFamilies } from "../../../foundation/product/shipped-data.ts";
import { policyOption } from "../../../foundation/terminal/options.ts";
import { judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import { openCaseRoom } from "../../../services/redteam/case-room.ts";
import { projectDigests, readCases, readRuns } from "../../../services/redteam/run-history.ts";
import { findClientVersion } from "../../../services/settings/client-version.ts";

export const teamOptions = {
  project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
  family: {
    type: "string",
    valueHint: "ID[,ID]",
    description: "only these families, as `redteam list` names them",
  },
  policy: policyOption.policy,
} as const;

export type TeamContext = {
  readonly directories: Directories;
  readonly root: string;
  readonly policy: { readonly id: string; readonly digest: string; readonly from: string };
  readonly families: readonly Family[];
  readonly isWhole: boolean;
  readonly open: OpenCase;
  readonly context: Context;
  /** The last run of all cases of this project, under the policy in force. */
  readonly last: Run | undefined;
};

type Asked = {
  readonly data?: string | undefined;
  readonly project?: string | undefined;
  readonly family?: string | undefined;
  readonly policy?: string | undefined;
};

/** Reads it all. Throws a Failure for a family that is none, or where no policy can be read. */
export async function openTeam(asked: Asked): Promise<TeamContext> {
  const directories = directoriesIn(asked.data ?? dataDirectory());
  const folder = realOf(asked.project ?? process.cwd());
  const judging = await judgingPolicy(folder, asked.policy, { root: directories.root });
  const { policy, exceptions, from, root } = judging;
  const incidents = incidentFamily(readCases(directories));
  const all = [...loadFamilies(), ...(incidents === undefined ? [] : [incidents])];
  const families = asked.family === undefined ? all : chosen(all, asked.family);
  const client = await findClientVersion(process.env);
  const runs = readRuns(directories).filter((run) => run.project === root);
  return {
    ...{ directories, root, families, isWhole: asked.family === undefined },
    policy: { id: policy.id, digest: policy.digest, from },
    open: (attack) => openCaseRoom(attack, { policy, exceptions }),
    context: {
      product: productVersion(),
      policy: policy.digest.slice(0, 64),
      exceptions: createHash("sha256")
        .update(JSON.stringify(exceptions.map(({ id }) => id).sort()))
        .digest("hex")
        .slice(0, 16),
      ...projectDigests(root),
      client: client.kind === "found" ? client.version : "unknown",
    },
    last: runs.findLast(({ isWhole }) => isWhole),
  };
}

function chosen(all: readonly Family[], names: string): readonly Family[] {
  return names.split(",").map((name) => {
    const found = all.find(({ id }) => id === name.trim());
    if (found !== undefined) return found;
    const known = all.map(({ id }) => id).join(", ");
    throw new Failure("usage", `there is no family \`${printable(name)}\`: use ${known}`);
  });
}

/** Whether a family is one of attacks. */
export function isAttack({ id }: Pick<Family, "id">): boolean {
  return id !== HONEST;
}

function realOf(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (cause) {
    throw new Failure("usage", `there is no folder \`${printable(folder)}\``, { cause });
  }
}
