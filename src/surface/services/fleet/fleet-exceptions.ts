// Exceptions that the policies of a fleet give, in one list, with what somebody should look at.
import { readPack } from "#govern/library/pack-extends.ts";
import { dayOf } from "#base/day.ts";
import type { DayNames } from "#record/fleet/day-sums.ts";
import { shippedPack } from "../policy/policy-source.ts";
import { type FleetFolder, fleetPolicyText } from "./fleet-folder.ts";

const DAY_MS = 86_400_000;
/** Days before its end at which an exception is announced. */
const ENDING_DAYS = 14;
/** Rules that one exception may lift before it is broad. */
const RULES_MANY = 5;

export type FleetException = {
  readonly policy: string;
  readonly id: string;
  readonly rules: readonly string[];
  readonly owner: string;
  readonly approver: string;
  readonly created: string;
  readonly expires: string;
  /** `soon`: within so many days as it is announced. */
  readonly ends: "ended" | "soon" | "later";
  /** Calls that rest on it since `usesSince`; null where no machine reported anything. */
  readonly used: number | null;
  readonly remarks: readonly string[];
};

/** What machines reported of the use of exceptions; undefined where they reported nothing, or nobody asked. */
export type Uses = { readonly exceptions: DayNames["exceptions"] } | undefined;

/** The day from which uses are counted: as long ago as the fleet's file lets an exception be unused. */
export function usesSince({ file }: Pick<FleetFolder, "file">, nowMs: number): string {
  return dayOf(nowMs - unusedDaysOf(file) * DAY_MS);
}

const unusedDaysOf = ({ exceptions }: FleetFolder["file"]): number => exceptions.unusedDays ?? 30;

/** All of them, by policy. Throws the Failure of a policy that cannot be used. */
export function fleetExceptions(
  { directory, file }: FleetFolder,
  nowMs: number,
  uses?: Uses,
): readonly FleetException[] {
  const usedOf = (id: string): number | null =>
    uses === undefined ? null : (uses.exceptions.find(({ name }) => name === id)?.asked ?? 0);
  const policies = [...new Set(file.policies.map(({ policy }) => policy))];
  const all = policies.flatMap((policy) => {
    const source = fleetPolicyText(directory, policy);
    return readPack(source.text, source.file, shippedPack).pack.exceptions.map((one) => {
      const used = usedOf(one.id);
      const isOld = nowMs - Date.parse(one.created) >= unusedDaysOf(file) * DAY_MS;
      const idle =
        used === 0 && isOld
          ? [`no call rested on it in ${unusedDaysOf(file)} days: take it out`]
          : [];
      return {
        policy,
        id: one.id,
        rules: one.rules,
        owner: one.owner,
        approver: one.approver,
        created: one.created,
        expires: one.expires,
        used,
        ...endingOf([...remarksOn(one.scope, one), ...idle], one.expires, nowMs),
      };
    });
  });
  const most = file.exceptions.most ?? all.length;
  return all.length <= most
    ? all
    : all.map((one) => ({
        ...one,
        remarks: [...one.remarks, `more than the ${most} that the fleet's file allows`],
      }));
}

type Given = ReturnType<typeof readPack>["pack"]["exceptions"][number];

function remarksOn(
  scope: Given["scope"],
  { rules, project, owner, approver }: Given,
): readonly string[] {
  const places = [
    scope.paths,
    scope.hosts,
    scope.remotes,
    scope.commands,
    scope.programs,
    scope.refs,
  ];
  const isAnywhere = places.every((place) => place === undefined);
  const holdsAll = JSON.stringify(scope).includes('"**"') || JSON.stringify(scope).includes('"*"');
  return [
    ...(isAnywhere && project === undefined
      ? ["broad: it names no place, host, command or project"]
      : []),
    ...(holdsAll ? ["broad: it names everything with a single star"] : []),
    ...(rules.length > RULES_MANY ? [`broad: it lifts ${rules.length} rules`] : []),
    ...(owner === approver ? ["approved by its own owner"] : []),
  ];
}

function endingOf(
  remarks: readonly string[],
  expires: string,
  nowMs: number,
): Pick<FleetException, "ends" | "remarks"> {
  const left = Math.ceil((Date.parse(expires) - nowMs) / DAY_MS);
  if (left <= 0) return { ends: "ended", remarks: [...remarks, "it has ended: take it out"] };
  return left <= ENDING_DAYS
    ? { ends: "soon", remarks: [...remarks, `it ends in ${left} days`] }
    : { ends: "later", remarks };
}
