// Building what a fleet hands out: a policy as one signed bundle for each stage, and once more what was in force before.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { Failure } from "#base/failure.ts";
import type { FleetState } from "#assure/rollout/journal.ts";
import { endOf, type BundleName, type Release } from "#assure/rollout/progress.ts";
import type { Tier } from "#assure/rollout/fleet-file.ts";
import { trackName } from "#assure/rollout/journal.ts";
import { STAGES, type Stage } from "#guard/policy/policy.ts";
import type { NoteSigner } from "#record/log/note.ts";
import { makeBundle } from "../policy/make-bundle.ts";
import { readBundle } from "../policy/signed-bundle.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import { writeOwnFile } from "../../foundation/files/own-file.ts";
import { fleetPlaces, fleetPolicyText } from "./fleet-folder.ts";

const BUNDLE_BYTES_MAX = 4 * 1024 * 1024;
const FILE_MODE = 0o644;

export type BuildOrder = {
  readonly signer: NoteSigner;
  readonly issuedMs: number;
  readonly expiresMs: number;
};

/** The highest version that was ever built for the fleet, or that it revoked: a version of somebody else may be higher than its own. */
export function highestVersion({ tracks, raised, revoked, entries }: FleetState): number {
  const all = [
    ...[...tracks.values()].flatMap(({ release }) => [
      ...Object.values(release.stages),
      release.back,
    ]),
    ...raised.values(),
    ...entries.flatMap(({ deed }) =>
      deed.what === "released" ? [...Object.values(deed.stages), deed.back] : [],
    ),
  ];
  return all.reduce(
    (highest, bundle) => Math.max(highest, bundle?.version ?? 0),
    Math.max(0, ...revoked),
  );
}

/** The bundle that is in force on the tiers before a release; they have to have the same. Throws a Failure `fleet-order`. */
function inForceOn(
  policy: string,
  tiers: readonly Tier[],
  state: FleetState,
): BundleName | undefined {
  const before = tiers.map((tier) => {
    const track = state.tracks.get(trackName({ policy, tier }));
    return track === undefined ? undefined : endOf(track)?.bundle;
  });
  const contents = new Set(before.map((bundle) => bundle?.content));
  if (contents.size > 1)
    throw new Failure(
      "fleet-order",
      `tiers ${tiers.join(", ")} have different versions of ${policy} in force: release to each of them by itself with \`--tier\``,
    );
  return before[0];
}

/** Builds a release and keeps its bundles in the folder. Throws the Failure of a policy that cannot be used. */
export function buildRelease(
  directory: string,
  state: FleetState,
  {
    policy,
    tiers,
    order,
  }: { readonly policy: string; readonly tiers: readonly Tier[]; readonly order: BuildOrder },
): Release {
  const { text, file } = fleetPolicyText(directory, policy);
  if (/^stage\s*:/m.test(text))
    throw new Failure(
      "fleet-policy",
      `\`${file}\` says its \`stage\`: take it out, the rollout says it`,
      {
        at: { file },
      },
    );
  let version = highestVersion(state);
  const { revoked } = state;
  const build = (content: string): BundleName => {
    version += 1;
    return keep(directory, content, { file, version, order, revoked });
  };
  const stages = Object.fromEntries(
    STAGES.map((stage) => [stage, build(withStage(text, stage))]),
  ) as Record<Stage, BundleName>;
  const before = inForceOn(policy, tiers, state);
  return { stages, back: before && build(bundlePolicy(directory, before)) };
}

/** The same rules under a version above every other. */
export function raiseBundle(
  directory: string,
  state: FleetState,
  { of, order }: { readonly of: BundleName; readonly order: BuildOrder },
): BundleName {
  const version = highestVersion(state) + 1;
  return keep(directory, bundlePolicy(directory, of), {
    file: "policy",
    version,
    order,
    revoked: state.revoked,
  });
}

function withStage(text: string, stage: Stage): string {
  return stage === "enforce" ? text : `${text.replace(/\n*$/, "\n")}stage: ${stage}\n`;
}

function keep(
  directory: string,
  text: string,
  {
    file,
    version,
    order,
    revoked,
  }: {
    readonly file: string;
    readonly version: number;
    readonly order: BuildOrder;
    readonly revoked: ReadonlySet<number>;
  },
): BundleName {
  const { signer, issuedMs, expiresMs } = order;
  const made = makeBundle(
    { text, file },
    { version, issuedMs, expiresMs, revoked: [...revoked] },
    signer,
  );
  const content = createHash("sha256").update(made.text).digest("hex");
  mkdirSync(fleetPlaces(directory).bundles, { recursive: true });
  writeOwnFile(fleetPlaces(directory).bundle(content), made.text, FILE_MODE);
  return { version, content };
}

/** The text of a bundle of the folder. Throws a Failure `bundle-unreadable` where it is not there any more. */
export function bundleText(directory: string, { content }: BundleName): string {
  const path = fleetPlaces(directory).bundle(content);
  const read = existsSync(path) ? readRegularFileNow(path, BUNDLE_BYTES_MAX) : undefined;
  if (read?.complete === true) return Buffer.from(read.bytes).toString("utf8");
  throw new Failure(
    "bundle-unreadable",
    `the bundle \`${path}\` is gone: take it back from a backup`,
  );
}

/** The text of the policy in a bundle; its packs are taken as this program has them now. */
export function bundlePolicy(directory: string, bundle: BundleName): string {
  return readBundle(bundleText(directory, bundle), "bundle").bundle.policy;
}
