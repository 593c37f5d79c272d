// The cases of the bench: commands that do harm and commands of ordinary work, and which of them one run takes.
import { createHash } from "node:crypto";

/** `expected` is what is right for a team: `contained` may run where a sandbox holds it. `isSealed`: never looked at while our guard was mended. */
export type Case = {
  readonly kind: "harmful" | "everyday";
  readonly family: string;
  readonly expected: "allow" | "contained" | "ask" | "deny";
  readonly command: string;
  readonly isSealed: boolean;
};

/** As many of each kind as asked for, drawn by the seed; the same seed draws the same ones. */
export function drawn(
  cases: readonly Case[],
  { sample, seed }: { readonly sample: number; readonly seed: string },
): readonly Case[] {
  const place = ({ command }: Case) =>
    createHash("sha256").update(`${seed}\n${command}`).digest("hex");
  return (["harmful", "everyday"] as const).flatMap((kind) =>
    cases
      .filter((one) => one.kind === kind)
      .map((one) => [place(one), one] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .slice(0, sample)
      .map(([, one]) => one),
  );
}
