// When secrets were last replaced, and which are due (M5.8): dates and names, never values.
import * as v from "valibot";

/** Days after which a secret is due when nobody said otherwise. */
export const ROTATION_DAYS = 90;
export const ROTATION_DAYS_MAX = 3_650;
/** Secrets whose dates are kept. */
export const ROTATIONS_MAX = 4_096;
const DAY_MS = 86_400_000;

const rotationSchema = v.strictObject({
  /** The reference without a version. */
  name: v.pipe(v.string(), v.maxLength(1_024)),
  rotatedMs: v.pipe(v.number(), v.integer(), v.minValue(0)),
  days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(ROTATION_DAYS_MAX)),
});

/** The file of dates. */
export const rotationsSchema = v.strictObject({
  version: v.literal(1),
  rotations: v.pipe(v.array(rotationSchema), v.maxLength(ROTATIONS_MAX)),
});

/** When one secret was replaced last, in Unix milliseconds, and after how many days it is due. */
export type Rotation = v.InferOutput<typeof rotationSchema>;

/** Whether a secret is due, and since or until when in whole days. */
export type RotationState = {
  readonly name: string;
  readonly rotatedMs: number | undefined;
  readonly days: number;
  readonly isDue: boolean;
  /** Days until it is due; negative when it is over. Undefined where no date is known. */
  readonly daysLeft: number | undefined;
};

/**
 * The state of each named secret: what is kept of it here, or else the date that its provider gave. A secret of which no
 * date is known is due: an unseen thing is never a pass.
 */
export function rotationStates(
  names: readonly { readonly name: string; readonly changedMs?: number | undefined }[],
  kept: readonly Rotation[],
  nowMs: number,
): readonly RotationState[] {
  return names.map(({ name, changedMs }) => {
    const own = kept.find((rotation) => rotation.name === name);
    const days = own?.days ?? ROTATION_DAYS;
    const rotatedMs = latest(own?.rotatedMs, changedMs);
    if (rotatedMs === undefined) return { name, rotatedMs, days, isDue: true, daysLeft: undefined };
    const daysLeft = Math.floor((rotatedMs + days * DAY_MS - nowMs) / DAY_MS);
    return { name, rotatedMs, days, isDue: daysLeft < 0, daysLeft };
  });
}

/** The dates with this secret replaced now; `days` stays as it was unless it is said anew. */
export function withRotation(
  kept: readonly Rotation[],
  { name, nowMs, days }: { readonly name: string; readonly nowMs: number; readonly days?: number },
): readonly Rotation[] {
  const before = kept.find((rotation) => rotation.name === name);
  const others = kept.filter((rotation) => rotation.name !== name);
  const rotation = { name, rotatedMs: nowMs, days: days ?? before?.days ?? ROTATION_DAYS };
  return [...others, rotation].slice(-ROTATIONS_MAX);
}

function latest(first: number | undefined, second: number | undefined): number | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return Math.max(first, second);
}
