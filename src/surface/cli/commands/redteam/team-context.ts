// What every command of the red team begins with: the project, the policy that is in force there, and the families of cases.
import { createHash } from "node:crypto";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { homeDirectory } from "#platform/user.ts";
import { HONEST, type Family } from "#assure/redteam/suite.ts";
import type { OpenCase } from "#assure/redteam/case-run.ts";
import { incidentFamily } from "#assure/redteam/from-incident.ts";
import type { Context, Run } from "#assure/redteam/standing.ts";
import type { Policy, PolicyException } from "#guard/policy/policy.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { namedDirectory } from "../../../foundation/files/named-directory.ts";
import { productVersion } from "../../../foundation/product/product.ts";
import { loadFamilies } from "../../../foundation/product/shipped-data.ts";
import { policyOption } from "../../../foundation/terminal/options.ts";
import { judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import { openCaseRoom } from "../../../services/redteam/case-room.ts";
import { projectDigests, readCases, readRuns } from "../../../services/redteam/run-history.ts";
import { trustedDigests } from "../../../services/redteam/trusted-digests.ts";
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
  readonly policy: Policy;
  readonly exceptions: readonly PolicyException[];
  /** Where the policy comes from, in words. */
  readonly from: string;
  readonly families: readonly Family[];
  readonly isWhole: boolean;
  readonly open: OpenCase;
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
  const folder = namedDirectory(asked.project ?? process.cwd());
  const judging = await judgingPolicy(folder, asked.policy, { root: directories.root });
  const { policy, exceptions, from, root } = judging;
  const incidents = incidentFamily(readCases(directories));
  const all = [...loadFamilies(), ...(incidents === undefined ? [] : [incidents])];
  const families = asked.family === undefined ? all : chosen(all, asked.family);
  return {
    directories,
    root,
    policy,
    exceptions,
    from,
    families,
    isWhole: asked.family === undefined,
    open: (attack) => openCaseRoom(attack, { policy, exceptions }),
  };
}

/** What decides now what is said to a case, and the last run of all cases of the project that went the same way. Asks the client for its version. */
export async function standingOfTeam(
  { directories, root, policy, exceptions }: TeamContext,
  through: "client" | "guard" = "guard",
): Promise<{ readonly context: Context; readonly last: Run | undefined }> {
  const last = readRuns(directories).findLast(
    (run) => run.project === root && run.isWhole && (run.through ?? "guard") === through,
  );
  const client = await findClientVersion(process.env);
  const context = {
    product: productVersion(),
    policy: policy.digest,
    exceptions: createHash("sha256")
      .update(JSON.stringify(exceptions.map(({ id }) => id).sort()))
      .digest("hex")
      .slice(0, 16),
    ...projectDigests(root),
    ...trustedDigests(directories, { root, home: homeDirectory(), nowMs: Date.now() }),
    client: client.kind === "found" ? client.version : "unknown",
  };
  return { context, last };
}

/** Says on a terminal how far it is, on a line that goes away at the end. */
export function tellProgress(done: number, of: number, what: string): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(done === of ? "\r\u001b[K" : `\r${done} of ${of} ${what}`);
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
