// What a pack's own facts say of each control, derived anew: a signature shows who made a pack, and not that it says what was found.
import * as v from "valibot";
import type { PackedControl } from "./manifest.ts";

type PackedGap = PackedControl["gaps"][number];

const factsSchema = v.object({
  gaps: v.array(v.object({ kind: v.string(), reason: v.string(), count: v.number() })),
});

/**
 * Where a control says otherwise than the facts, checks, detections and attestations beside it, in words; `facts` gives the bytes of a
 * file of the pack. What nothing in the pack shows is not found: gaps by events are those of the log (`--log`). Total.
 */
export function derivedFaults(
  control: PackedControl,
  facts: (file: string) => Uint8Array | undefined,
): readonly string[] {
  const { gaps, status, evidence, checks, detections, attestations, collectors } = control;
  const listed = new Set(gaps.map(nameOf));
  const faults: string[] = [];
  for (const { id, file } of collectors) {
    const found = readFacts(facts(file));
    if (found === undefined) faults.push(`the facts of ${id} are not in the pack`);
    for (const gap of found ?? [])
      if (!listed.has(nameOf(gap)))
        faults.push(`it leaves out a gap that ${id} found: ${gap.kind}`);
  }
  const lacks = (kind: string, count: number, what: string): void => {
    if (gaps.filter((gap) => gap.kind.startsWith(kind)).length < count)
      faults.push(`it leaves out a gap: ${what}`);
  };
  lacks("posture", checks.filter(({ outcome }) => outcome === "fail").length, "a check fails");
  const missing = detections.filter(({ isInForce }) => !isInForce).length;
  lacks("detection-missing", missing, "a detection is not in force");
  const unattested = attestations.filter(({ state }) => state !== "in force").length;
  lacks("attestation-", unattested, "what it needs is not attested");
  if (gaps.length > 0 !== (status === "gap"))
    faults.push(`it has ${gaps.length} gaps and is called \`${status}\``);
  const isLookedAt =
    evidence.some(({ count }) => count > 0) || checks.some(({ outcome }) => outcome === "pass");
  if (status === "supported" && !isLookedAt)
    faults.push("nothing was recorded that supports it, and it is called `supported`");
  if (status === "attested" && (isLookedAt || attestations.length === 0))
    faults.push("it is called `attested`, and does not rest on attestations");
  return faults;
}

function nameOf({ kind, reason, count }: Pick<PackedGap, "reason" | "count"> & { kind: string }) {
  return JSON.stringify([kind, reason, count]);
}

function readFacts(bytes: Uint8Array | undefined) {
  const text = bytes === undefined ? "" : Buffer.from(bytes).toString("utf8");
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), factsSchema), text);
  return read.success ? read.output.gaps : undefined;
}
