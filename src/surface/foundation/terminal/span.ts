// How long something is to last, as a person writes it: 30m, 8h, 7d.
import { Failure } from "#base/failure.ts";

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `--for`. Throws a Failure `usage` for what is no such time, or longer than `daysMax` days. */
export function readSpan(text: string | undefined, daysMax: number): number {
  const [, count, unit = ""] = /^([1-9][0-9]{0,3})([mhd])$/.exec(text ?? "") ?? [];
  const spanMs = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  if (spanMs > 0 && spanMs <= daysMax * UNIT_MS.d) return spanMs;
  throw new Failure("usage", `\`--for\` is a time from \`1m\` to \`${daysMax}d\`, such as \`8h\``);
}
