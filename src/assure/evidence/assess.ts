// What the evidence of a period says about each control: its items, its gaps with their reasons, and one word for where it stands.
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { Control, Evidence } from "../control/control.ts";
import type { Collected } from "./collector.ts";
import type { Collector } from "../control/collector-ids.ts";
import type { EventReference, QueryCount } from "./counts.ts";
import {
  type Attested,
  type AttestedState,
  attestedState,
  objectionWords,
} from "./attested-state.ts";
import { type Gap, momentText } from "./gap.ts";

/**
 * `supported`: there is evidence and no gap. `gap`: something is missing or speaks against it. `not evidenced`: nothing was recorded that
 * could support it. `attested`: nothing recorded speaks of it, and people
 * attested what is needed.
 */
export const STATUSES = ["supported", "gap", "not evidenced", "attested"] as const;
export type ControlStatus = (typeof STATUSES)[number];

/** What one posture check said in one project. */
export type CheckOutcome = {
  readonly check: string;
  readonly project: string;
  readonly outcome: "pass" | "fail" | "waived" | "unseen";
  readonly says: string;
};

/** A detection of the installation, and its alerts of the period. */
export type DetectionFacts = { readonly isInForce: boolean; readonly alerts: number };

/** Everything that was found, from which controls are assessed. */
export type Findings = {
  readonly countOf: (evidence: Evidence) => QueryCount;
  readonly collected: ReadonlyMap<Collector, Collected>;
  readonly attested: readonly Attested[];
  readonly checks: readonly CheckOutcome[];
  /** Why posture was not looked at; undefined where it was. */
  readonly unseenPosture: string | undefined;
  readonly detectionOf: (id: string) => DetectionFacts;
  /** The moment at which attestations are held against their end: the period's, or now. */
  readonly endMs: number;
};

/** A control as a pack has it. `notes` are what could not be looked at, and is no gap of the control. */
export type AssessedControl = {
  readonly id: string;
  readonly framework: string;
  readonly reference: string;
  readonly title: string;
  readonly description: string;
  readonly also: readonly string[];
  readonly status: ControlStatus;
  readonly says: string;
  readonly gaps: readonly Gap[];
  readonly notes: readonly string[];
  readonly evidence: readonly {
    readonly id: string;
    readonly title: string;
    readonly query: Json;
    readonly by: string | null;
    readonly count: number;
    readonly groups: Readonly<Record<string, number>> | null;
    readonly first: string | null;
    readonly last: string | null;
    readonly sample: readonly EventReference[];
  }[];
  readonly collectors: readonly { readonly id: Collector; readonly file: string }[];
  readonly checks: readonly CheckOutcome[];
  readonly detections: readonly (DetectionFacts & { readonly id: string })[];
  readonly policies: readonly string[];
  readonly attestations: readonly {
    readonly about: string;
    readonly needs: string;
    readonly state: AttestedState["state"];
    readonly attested: readonly Attested[];
  }[];
  readonly waivers: readonly Attested[];
  readonly limits: readonly string[];
};

/** Says where a control stands. */
export function assess(control: Control, found: Findings): AssessedControl {
  const { id, framework, reference, title, description, also, policies, limits } = control;
  const counted = control.evidence.map((one) => ({ one, count: found.countOf(one) }));
  const attestations = control.attestations.map((needed) => attestationState(needed, found));
  const checks = found.checks.filter(({ check }) => control.checks.includes(check));
  const detections = control.detections.map((name) => ({ id: name, ...found.detectionOf(name) }));
  const gaps: readonly Gap[] = [
    ...control.collectors.flatMap((name) => found.collected.get(name)?.gaps ?? []),
    ...counted.flatMap(({ one, count }) => foundGap(one, count)),
    ...attestations.flatMap(({ gap }) => gap),
    ...checks.flatMap(postureGap),
    ...detections.filter(({ isInForce }) => !isInForce).map(missingDetection),
  ];
  const missing = counted.filter(({ one, count }) => one.expect === "some" && count.count === 0);
  const hasEvidence = counted.some(({ count }) => count.count > 0);
  const isLookedAt = hasEvidence || checks.some(({ outcome }) => outcome === "pass");
  const status = statusOf({
    hasGap: gaps.length > 0,
    lacks: missing.length > 0,
    isLookedAt,
    isAttested: attestations.length > 0,
  });
  return {
    id,
    framework,
    reference,
    title,
    description,
    also,
    status,
    gaps,
    policies,
    limits,
    says: wordsOf(
      status,
      missing.map(({ one }) => one.title),
    ),
    notes: notesOf(control, found),
    evidence: counted.map(({ one, count }) => evidenceOf(one, count)),
    collectors: control.collectors.map((name) => ({ id: name, file: collectorFile(name) })),
    checks,
    detections,
    attestations: attestations.map(({ about, needs, state, attested }) => ({
      about,
      needs,
      state,
      attested,
    })),
    waivers: found.attested.filter(
      (one) =>
        one.kind === "waiver" &&
        one.about === id &&
        !one.isWithdrawn &&
        one.createdMs <= found.endMs &&
        one.expiresMs > found.endMs,
    ),
  };
}

/** The file of a pack that holds what a collector found. */
export function collectorFile(id: Collector): string {
  return `facts/${id}.json`;
}

function statusOf(about: {
  readonly hasGap: boolean;
  readonly lacks: boolean;
  readonly isLookedAt: boolean;
  readonly isAttested: boolean;
}): ControlStatus {
  if (about.hasGap) return "gap";
  if (about.isLookedAt && !about.lacks) return "supported";
  if (about.isAttested && !about.lacks) return "attested";
  return "not evidenced";
}

function wordsOf(status: ControlStatus, missing: readonly string[]): string {
  switch (status) {
    case "supported":
      return "the evidence of the period supports this control; the assessor decides";
    case "gap":
      return "the evidence of the period has gaps for this control; the assessor decides";
    case "attested":
      return "nothing recorded speaks of this; what is needed was attested by people";
    case "not evidenced":
      return missing.length === 0
        ? "nothing was recorded that could support this control"
        : `nothing was recorded of: ${missing.join("; ")}`;
    default:
      return status satisfies never;
  }
}

function evidenceOf(one: Evidence, counted: QueryCount): AssessedControl["evidence"][number] {
  const { count, groups = null, firstMs, lastMs, sample } = counted;
  return {
    id: one.id,
    title: one.title,
    query: one.query as Json,
    by: one.by ?? null,
    count,
    groups,
    sample,
    first: firstMs === undefined ? null : momentText(firstMs),
    last: lastMs === undefined ? null : momentText(lastMs),
  };
}

function foundGap(
  { expect, gap = "", id }: Evidence,
  { count, sample }: QueryCount,
): readonly Gap[] {
  if (expect !== "none" || count === 0) return [];
  const entries = sample.map(({ entry }) => entry);
  return [{ kind: "found", reason: `${gap}: ${count} (${id})`, count, entries }];
}

function postureGap({ check, project, outcome, says }: CheckOutcome): readonly Gap[] {
  if (outcome !== "fail") return [];
  const reason = `the check ${check} fails in ${project}: ${says}`;
  return [{ kind: "posture", reason, count: 1, entries: [] }];
}

function missingDetection({ id }: { readonly id: string }): Gap {
  const reason = `the detection ${id} is not among those of this installation`;
  return { kind: "detection-missing", reason, count: 1, entries: [] };
}

function attestationState(
  { about, needs }: Control["attestations"][number],
  { attested, endMs }: Findings,
) {
  const found = attestedState(attested, about, endMs);
  return {
    about,
    needs,
    state: found.state,
    attested: found.said,
    gap: attestedGap(about, needs, found),
  };
}

function attestedGap(
  about: string,
  needs: string,
  { state, last, against }: AttestedState,
): readonly Gap[] {
  const gap = (kind: Gap["kind"], reason: string): readonly Gap[] => [
    { kind, reason, count: 1, entries: [] },
  ];
  const what = `${about} (${needs})`;
  const denied = against.length === 0 ? "" : `; ${objectionWords(against)} attests the contrary`;
  switch (state) {
    case "in force":
      return [];
    case "contradicted":
      return gap(
        "attestation-contradicted",
        `${what} is attested by ${last?.owner} (${last?.id}), and ${objectionWords(against)} attests the contrary: withdraw what is wrong`,
      );
    case "over":
      return gap(
        "attestation-over",
        `the attestation ${what} was over at ${momentText(last?.expiresMs ?? 0)}${denied}`,
      );
    case "withdrawn":
      return gap("attestation-missing", `nobody attested ${what}, or it was withdrawn${denied}`);
    case "missing":
      return gap("attestation-missing", `nobody attested ${what}${denied}`);
    default:
      return state satisfies never;
  }
}

function notesOf(control: Control, found: Findings): readonly string[] {
  const { checks } = control;
  const unseen = found.checks.filter(
    ({ check, outcome }) => outcome === "unseen" && checks.includes(check),
  );
  return [
    ...(checks.length > 0 && found.unseenPosture !== undefined ? [found.unseenPosture] : []),
    ...unseen.map(
      ({ check, project, says }) => `the check ${check} could not look in ${project}: ${says}`,
    ),
  ];
}
