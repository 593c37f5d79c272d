// Deployments: what a person approved to be written, file by file with digests, and which of them is in force.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { approvalFields, approvalId, digestText } from "#govern/exceptions/approval.ts";
import type { StoredFile } from "#govern/settings/deploy.ts";
import { HARMLESS_CALLS } from "./proof.ts";

/** Whose settings are written: the machine's, a person's, or a repository's. */
export const DEPLOY_SCOPES = ["managed", "user", "project"] as const;
export type DeployScope = (typeof DEPLOY_SCOPES)[number];

/** Deployments of an installation that are kept. */
export const DEPLOYMENTS_MAX = 1_000;
/** Milliseconds for which an approval may be carried out. */
export const APPROVAL_MS_MAX = 10 * 60_000;
const FILES_MAX = 32;
const PROGRAMS_MAX = 64;

const path = v.pipe(v.string(), v.startsWith("/"), v.maxLength(4_096));
const fileState = v.nullable(
  v.strictObject({
    digest: digestText,
    mode: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0o777)),
  }),
);

/** The record of a deployment, or of one that was taken back. It is signed like an exception. */
export const deploymentSchema = v.strictObject({
  ...approvalFields,
  what: v.picklist(["deploy", "rollback"]),
  /** The deployment that a rollback takes back. */
  of: v.nullable(approvalId),
  scope: v.picklist(DEPLOY_SCOPES),
  /** Real path of the person's home or of the project; `/` for the machine. */
  place: path,
  /** The person whose own settings got the hooks with it, as `init --scope user` puts them there. */
  person: v.optional(v.strictObject({ home: path, data: path })),
  /** The policy that was compiled; null for a rollback. */
  policy: v.nullable(
    v.strictObject({ id: v.pipe(v.string(), v.maxLength(200)), digest: digestText }),
  ),
  /**
   * What a real client showed before it was put in force: its version, and harmless calls that the policy is meant to refuse;
   * or that nobody asked one, by the word of a person. Of managed deployments only.
   */
  proof: v.optional(
    v.variant("kind", [
      v.strictObject({
        kind: v.literal("proven"),
        client: v.pipe(v.string(), v.maxLength(100)),
        refused: v.pipe(v.array(v.picklist(HARMLESS_CALLS)), v.maxLength(HARMLESS_CALLS.length)),
      }),
      v.strictObject({ kind: v.literal("without") }),
    ]),
  ),
  /** Programs that its hooks start, as they were, and the data directory that ours belong to. */
  programs: v.optional(
    v.pipe(
      v.array(v.strictObject({ path, digest: digestText, data: v.nullable(path) })),
      v.maxLength(PROGRAMS_MAX),
    ),
  ),
  files: v.pipe(
    v.array(v.strictObject({ path, before: fileState, after: fileState })),
    v.minLength(1),
    v.maxLength(FILES_MAX),
  ),
});

/** What a person approved to be written. */
export type Deployment = v.InferOutput<typeof deploymentSchema>;
/** Digest and permission bits of a file; null where there is none. */
export type FileState = Deployment["files"][number]["before"];

/** Hex SHA-256 of a text. */
export function textDigest(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** What a record says of a file as it was read. */
export function stateOfFile(file: StoredFile | undefined): FileState {
  return file === undefined ? null : { digest: textDigest(file.text), mode: file.mode };
}

/**
 * Deployments that are in force at a place, the last one first: those of its scope that no later rollback took back.
 * `all` in the order in which they were made.
 */
export function inForceAt(
  all: readonly Deployment[],
  at: Pick<Deployment, "scope" | "place">,
): readonly Deployment[] {
  const here = all.filter(({ scope, place }) => scope === at.scope && place === at.place);
  const back = new Set(here.flatMap(({ of }) => of ?? []));
  return here.filter(({ what, id }) => what === "deploy" && !back.has(id)).toReversed();
}

/**
 * The deployment that a rollback is about: the one named, else the last in force. Throws a Failure `deployment` where there
 * is none, and where a later one stands on it.
 */
export function rollbackTarget(
  all: readonly Deployment[],
  { id, places }: { readonly id: string | undefined; readonly places: readonly DeployPlace[] },
): Deployment {
  const chosen =
    id === undefined
      ? places
          .flatMap((place) => inForceAt(all, place))
          .toSorted(byTime)
          .at(-1)
      : all.find((one) => one.id === id && one.what === "deploy");
  if (chosen === undefined)
    throw new Failure(
      "deployment",
      id === undefined
        ? "nothing is deployed here: there is nothing to take back"
        : `there is no deployment \`${id}\`; \`sallyport policy deploy --list\` names them`,
    );
  const [last] = inForceAt(all, chosen);
  if (last?.id === chosen.id) return chosen;
  throw new Failure(
    "deployment",
    last === undefined || !inForceAt(all, chosen).some((one) => one.id === chosen.id)
      ? `the deployment \`${chosen.id}\` was taken back before`
      : `\`${last.id}\` was deployed after \`${chosen.id}\`: take that back first`,
  );
}

/** A place to which policies are deployed. */
export type DeployPlace = Pick<Deployment, "scope" | "place">;

function byTime(one: Deployment, other: Deployment): number {
  return one.createdMs - other.createdMs;
}
