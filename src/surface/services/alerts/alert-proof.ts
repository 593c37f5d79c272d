// Proof that alerts come: the probes of `status` go through the daemon's own watch as every event does, and it keeps what it found of them.
import * as v from "valibot";
import { parseRule } from "#detect/correlation/rule-file.ts";
import type { Alert } from "#detect/alert/alert.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import type { RuleSource } from "../../foundation/product/shipped-data.ts";

/** Kinds of detection, each with a way of its own to stay silent: what stands in clear, what a key opens, what is counted over time. */
export const PROOFS = ["event", "sealed", "correlation"] as const;
export type Proof = (typeof PROOFS)[number];

const head = (proof: Proof, id: string): string => `
title: A probe was seen (${proof})
id: 5a5a5a5a-0000-4000-8000-00000000000${id}
status: test
description: A probe of \`sallyport status\` came through the daemon. Nobody is told.
date: 2026-11-30
tags: [attack.execution]`;
const tail = `falsepositives: [None]
level: medium
runbook: docs/runbooks/execution.md#refusals-burst
`;
const PROBED = `
logsource: { product: sallyport, category: decision }
detection:`;

const TEXTS: Readonly<Record<Proof, string>> = {
  event: `${head("event", "1")}${PROBED}
  s: { canary: true, verdict: deny }
  condition: s
${tail}`,
  sealed: `${head("sealed", "2")}${PROBED}
  s: { canary: true, "sealed.reads|endswith": .env }
  condition: s
requires: key
${tail}`,
  correlation: `name: probed${PROBED}
  s: { canary: true }
  condition: s
---${head("correlation", "3")}
correlation: { type: event_count, rules: [probed], group-by: [session], timespan: 5m, condition: { gte: 2 } }
${tail}`,
};

const PREFIX = "proof/";

/** Looked for beside the detections of an installation. */
export const proofRules = (): readonly RuleSource[] =>
  PROOFS.map((proof) => {
    const name = `${PREFIX}${proof}`;
    return { rule: parseRule(TEXTS[proof], name, name), file: name, text: TEXTS[proof] };
  });

/** What an alert proves; undefined of one that somebody is to be told. */
export function proofOf({ rule }: Pick<Alert, "rule">): Proof | undefined {
  return PROOFS.find((proof) => rule === `${PREFIX}${proof}`);
}

/** Proofs that are kept: several people may ask at once. */
const KEPT_MAX = 64;

const heardSchema = v.strictObject({
  version: v.literal(1),
  heard: v.array(v.strictObject({ session: v.string(), proof: v.picklist(PROOFS) })),
});
type Heard = v.InferOutput<typeof heardSchema>["heard"];

/** Keeps that an alert came. WHY by the session as a key opened it: so it is known whose probe it was. */
export function keepProof(file: string, alert: Alert, proof: Proof): void {
  const one = { session: alert.place.session ?? "", proof };
  const heard = [...readHeard(file), one].slice(-KEPT_MAX);
  writePrivateFile(file, `${JSON.stringify({ version: 1, heard })}\n`);
}

/** Which alerts came of the probes of one session. */
export function provenBy(file: string, session: string): ReadonlySet<Proof> {
  return new Set(readHeard(file).flatMap((one) => (one.session === session ? [one.proof] : [])));
}

function readHeard(file: string): Heard {
  const text = readPrivateFile(file, { secret: false }) ?? "";
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), heardSchema), text);
  return parsed.success ? parsed.output.heard : [];
}
