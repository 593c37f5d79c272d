// A framework end to end in one project: its policy over the project's own, how long records are kept, its detections, and the daily look at its controls.
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { FRAMEWORKS, type Framework } from "#govern/retention/periods.ts";
import type { RetentionOrder } from "#govern/retention/retention-order.ts";
import { type Directories, prepareDirectories } from "../../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { recordRetention } from "../archive/archive-record.ts";
import { openRetentionFile } from "../exceptions/retention-file.ts";
import { PROJECT_POLICY_PATH } from "../policy/layers.ts";
import { compilePolicyFile } from "../policy/policy-source.ts";

/** Line 1 of a policy that a profile wrote; every other policy is a person's, and stays. */
const OURS =
  "# Written by `sallyport comply profile`, which changes and removes it. Write rules of your own elsewhere.";
const POLICY_CHARS_MAX = 64 * 1024;

const fileSchema = v.strictObject({
  version: v.literal(1),
  profiles: v.pipe(
    v.array(
      v.strictObject({
        name: v.picklist(FRAMEWORKS),
        root: v.pipe(v.string(), v.maxLength(4_096)),
        sinceMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
      }),
    ),
    v.maxLength(1_000),
  ),
});
/** A profile that a person applied to a project. */
export type AppliedProfile = v.InferOutput<typeof fileSchema>["profiles"][number];

const fileOf = ({ root }: Directories) => join(root, "profiles.json");

/** The profiles that were applied. A file that cannot be read counts as none. */
export function appliedProfiles(directories: Directories): readonly AppliedProfile[] {
  const text = readPrivateFile(fileOf(directories), { secret: false }) ?? "";
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
  return read.success ? read.output.profiles : [];
}

/** One change that a profile makes, shown before it is made. */
export type ProfileChange =
  | {
      readonly kind: "policy";
      readonly file: string;
      readonly before: string | undefined;
      /** Undefined: the file goes. */
      readonly after: string | undefined;
      /** Digest of the policy as it will be in force, for its approval. */
      readonly digest: string | undefined;
    }
  | {
      readonly kind: "retention";
      readonly before: RetentionOrder | undefined;
      readonly after: RetentionOrder;
    }
  | { readonly kind: "daily"; readonly profile: AppliedProfile; readonly isOn: boolean };

/** What would be changed, and what a person has to do by hand. */
export type ProfilePlan = {
  readonly changes: readonly ProfileChange[];
  readonly byHand: readonly string[];
};

type Asked = {
  readonly framework: Framework;
  readonly root: string;
  readonly user: string;
  readonly nowMs: number;
  /** The order that serves the frameworks, by what is in force; undefined where nothing is ordered and no archive was named. */
  readonly orderOf: (
    frameworks: readonly Framework[],
    current: RetentionOrder | undefined,
  ) => RetentionOrder | undefined;
};

/** What applying a profile changes. Throws a Failure where the policy cannot be compiled or the place is not safe. */
export function planProfile(directories: Directories, asked: Asked): ProfilePlan {
  const { framework, root, user, nowMs } = asked;
  const file = join(root, PROJECT_POLICY_PATH);
  const before = policyText(file);
  const packs = before === undefined ? [] : packsOf(before);
  const changes: ProfileChange[] = [];
  const byHand: string[] = [];
  if (packs === undefined)
    byHand.push(
      `\`${file}\` is a policy of your own: add \`${framework}\` to its \`extends\`, unless it is there`,
    );
  else if (!packs.includes(framework))
    changes.push(policyChange(file, before, { packs: [...packs, framework], user }));
  const current = openRetentionFile(directories).current();
  const frameworks = FRAMEWORKS.filter(
    (one) => one === framework || current?.frameworks.includes(one) === true,
  );
  const order = asked.orderOf(frameworks, current);
  if (order === undefined)
    byHand.push(
      "nothing is ordered about retention, so nothing leaves; name a place with `--archive` to have it ordered",
    );
  else if (current === undefined || !current.frameworks.includes(framework))
    changes.push({ kind: "retention", before: current, after: order });
  const applied = appliedProfiles(directories);
  if (!applied.some((one) => one.name === framework && one.root === root))
    changes.push({
      kind: "daily",
      profile: { name: framework, root, sinceMs: nowMs },
      isOn: true,
    });
  return { changes, byHand };
}

/** What taking a profile away changes: its policy and the daily look. Records are kept no shorter by it: that is ordered apart. */
export function planRemoval(
  directories: Directories,
  { framework, root, user }: Pick<Asked, "framework" | "root" | "user">,
): ProfilePlan {
  const file = join(root, PROJECT_POLICY_PATH);
  const before = policyText(file);
  const packs = before === undefined ? [] : packsOf(before);
  const changes: ProfileChange[] = [];
  const byHand: string[] = [];
  if (packs?.includes(framework) === true)
    changes.push(
      policyChange(file, before, { packs: packs.filter((one) => one !== framework), user }),
    );
  if (packs === undefined)
    byHand.push(
      `\`${file}\` is a policy of your own: take \`${framework}\` out of its \`extends\``,
    );
  const profile = appliedProfiles(directories).find(
    (one) => one.name === framework && one.root === root,
  );
  if (profile !== undefined) changes.push({ kind: "daily", profile, isOn: false });
  if (openRetentionFile(directories).current()?.frameworks.includes(framework) === true)
    byHand.push(
      `the order about retention names ${framework}: \`sallyport log retention set\` orders another`,
    );
  return { changes, byHand };
}

/** Makes the changes. Throws a Failure where a file is no longer as it was when the plan was shown. */
export async function carryOut(directories: Directories, plan: ProfilePlan): Promise<void> {
  for (const change of plan.changes)
    switch (change.kind) {
      case "policy":
        writePolicy(change);
        break;
      case "retention":
        await putOrder(directories, change);
        break;
      case "daily":
        putProfile(directories, change);
        break;
      default:
        change satisfies never;
    }
}

function policyChange(
  file: string,
  before: string | undefined,
  { packs, user }: { readonly packs: readonly string[]; readonly user: string },
): ProfileChange {
  if (packs.length === 0)
    return { kind: "policy", file, before, after: undefined, digest: undefined };
  const after = [
    ...[OURS, "id: profiles", 'version: "1"', "title: Frameworks that hold in this project"],
    `extends: [${packs.join(", ")}]`,
    `review: { owner: ${JSON.stringify(user)} }`,
    "",
  ].join("\n");
  const { digest } = compilePolicyFile(after, file, "project");
  return { kind: "policy", file, before, after, digest };
}

/** The text of a project's policy; undefined where there is none. Throws a Failure for what is no plain file in a plain folder. */
function policyText(file: string): string | undefined {
  const folder = lstatSync(dirname(file), { throwIfNoEntry: false });
  const own = folder === undefined ? undefined : lstatSync(file, { throwIfNoEntry: false });
  if (folder?.isDirectory() === false || own?.isFile() === false)
    throw new Failure(
      "usage",
      `\`${file}\` is no plain file in a plain folder: a profile is not written through a link`,
    );
  if (own === undefined) return undefined;
  return own.size > POLICY_CHARS_MAX ? "" : readFileSync(file, "utf8");
}

/** The packs of a policy that a profile wrote; undefined for every other. */
function packsOf(text: string): readonly string[] | undefined {
  if (!text.startsWith(`${OURS}\n`)) return undefined;
  const packs = /^extends: \[([a-z0-9, -]*)\]$/m.exec(text)?.[1];
  return packs?.split(", ").filter((one) => one !== "");
}

function writePolicy({ file, before, after }: Extract<ProfileChange, { kind: "policy" }>): void {
  if (policyText(file) !== before)
    throw new Failure("usage", `\`${file}\` changed meanwhile: look at the plan again`);
  if (after === undefined) return rmSync(file);
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.new`;
  writeFileSync(fresh, after, { mode: 0o644, flag: "wx" });
  renameSync(fresh, file);
}

async function putOrder(
  directories: Directories,
  { before, after }: Extract<ProfileChange, { kind: "retention" }>,
): Promise<void> {
  const file = openRetentionFile(directories);
  if (!isDeepStrictEqual(file.current(), before))
    throw new Failure(
      "usage",
      "the order about retention changed meanwhile: look at the plan again",
    );
  const { frameworks, hereDays, textDays, isDaily, archive, approver } = after;
  await recordRetention(directories, {
    what: "set",
    frameworks,
    hereDays,
    textDays,
    isDaily,
    archive,
    approver,
  });
  file.put(after);
}

function putProfile(
  directories: Directories,
  { profile, isOn }: Extract<ProfileChange, { kind: "daily" }>,
): void {
  const others = appliedProfiles(directories).filter(
    ({ name, root }) => name !== profile.name || root !== profile.root,
  );
  prepareDirectories(directories.root);
  writePrivateFile(
    fileOf(directories),
    `${JSON.stringify({ version: 1, profiles: isOn ? [...others, profile] : others })}\n`,
  );
}
