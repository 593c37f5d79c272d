// A recorded decision as it can be judged again: its effects with shapes for places, its reasons, and what is not known of it.
import { widerClasses } from "#guard/content/finding-class.ts";
import * as v from "valibot";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";
import { PERMISSION_MODES, type PermissionMode } from "#guard/facts/facts.ts";
import { type Verdict, VERDICTS_BY_STRICTNESS } from "#guard/policy/decision.ts";
import type { JsonObject } from "#record/log/leaf.ts";

/** An effect with shapes where the call had texts. `unsure` names the conditions of a rule that it cannot be held against. */
export type RecordedEffect = {
  readonly effect: Effect;
  readonly unsure: ReadonlySet<"hosts" | "refs" | "carries" | "paths">;
};

/** A recorded decision. */
export type RecordedCall = {
  readonly verdict: Verdict;
  readonly policyDigest: string;
  /** Undefined where only a digest of its name is known. */
  readonly tool: string | undefined;
  readonly mode: PermissionMode;
  readonly interactive: boolean;
  readonly detectors: readonly string[];
  /** Kinds of chains that it ends, and how telling the most telling one is. */
  readonly chains: { readonly kinds: readonly string[]; readonly percent: number };
  readonly effects: readonly RecordedEffect[];
  /** Whether each effect of the call is among them. */
  readonly isComplete: boolean;
  /** Stand-ins for the programs and builtins of a command; undefined where they were not recorded. */
  readonly ran: readonly string[] | undefined;
  readonly reasons: readonly {
    readonly verdict: Verdict;
    readonly rule: string;
    readonly effect?: number | undefined;
  }[];
  /** Shapes of the directories that rules are anchored in. */
  readonly roots: { readonly project: string; readonly home: string } | undefined;
};

const text = v.string();
const texts = v.array(text);
const metadataSchema = v.object({
  kind: v.literal("decision"),
  verdict: v.picklist(VERDICTS_BY_STRICTNESS),
  policy: v.object({ digest: text }),
  mode: v.optional(v.picklist(PERMISSION_MODES), "unknown"),
  interactive: v.boolean(),
  detectors: v.optional(v.record(text, v.number()), {}),
  content: v.optional(v.record(text, v.number()), {}),
  chains: v.optional(texts, []),
  chainPercent: v.optional(v.number(), 0),
});
const placeSchema = v.object({
  form: v.optional(text),
  path: v.optional(text),
  real: v.optional(text),
  reach: v.optional(text),
  copies: v.optional(v.boolean()),
  host: v.optional(text),
  known: v.optional(v.picklist(["remote", "account"])),
  refs: v.optional(texts),
});
const effectSchema = v.object({
  kind: text,
  scope: v.optional(text),
  at: v.optional(placeSchema),
  reach: v.optional(text),
  mode: v.optional(text),
  origin: v.optional(text),
  program: v.optional(text),
  operation: v.optional(text),
  remote: v.optional(text),
  channel: v.optional(text),
  refsOmitted: v.optional(v.number()),
  carries: v.optional(v.array(v.object({ kind: text })), []),
  carriesOmitted: v.optional(v.number()),
  asks: v.optional(v.literal(true)),
  means: v.optional(text),
  control: v.optional(text),
  reason: v.optional(text),
});
const sealedSchema = v.object({
  tool: text,
  reasons: v.optional(
    v.array(
      v.object({
        verdict: v.picklist(VERDICTS_BY_STRICTNESS),
        rule: text,
        effect: v.optional(v.number()),
      }),
    ),
    [],
  ),
  effects: v.optional(v.array(effectSchema), []),
  effectsOmitted: v.optional(v.number(), 0),
  ran: v.optional(texts),
  roots: v.optional(v.object({ project: text, home: text })),
});
type EffectRecord = v.InferOutput<typeof effectSchema>;

/** Reads a decision back; undefined for an event that is none, or whose sealed part is not here. */
export function readRecordedCall(
  metadata: JsonObject,
  sealed: JsonObject | undefined,
): RecordedCall | undefined {
  if (sealed === undefined) return undefined;
  const clear = v.safeParse(metadataSchema, metadata);
  const details = v.safeParse(sealedSchema, sealed);
  if (!clear.success || !details.success) return undefined;
  const { verdict, policy, mode, interactive, detectors, content } = clear.output;
  const { chains, chainPercent } = clear.output;
  const { tool, effects, effectsOmitted, ran, reasons, roots } = details.output;
  return {
    verdict,
    policyDigest: policy.digest,
    tool: tool.startsWith("digest/") ? undefined : tool,
    mode,
    interactive,
    detectors: [...Object.keys(detectors), ...Object.keys(content).flatMap(widerClasses)],
    chains: { kinds: chains, percent: chainPercent },
    effects: effects.map(revive),
    isComplete: effectsOmitted === 0,
    ran,
    reasons,
    roots,
  };
}

type Unsure = RecordedEffect["unsure"];
const SURE: Unsure = new Set();
const NO_PLACE: NonNullable<EffectRecord["at"]> = {};
const NO_PROGRAMS: readonly string[] = [];

function revive(record: EffectRecord): RecordedEffect {
  const { at = NO_PLACE } = record;
  const hasTarget = isFileEffect(record) || record.scope !== undefined;
  // WHY the cast: what an effect of this kind has was written by `effectDetails`; what it lacks is undefined here as there.
  const effect = {
    kind: record.kind,
    mode: record.mode,
    origin: record.origin,
    reach: record.reach,
    program: record.program,
    operation: record.operation,
    remote: record.remote,
    channel: record.channel,
    carries: record.carries,
    asks: record.asks,
    means: record.means,
    control: record.control,
    reason: record.reason,
    target: hasTarget ? targetOf(record) : undefined,
    destination: { host: at.host, port: undefined, scheme: undefined, known: at.known },
    refs: at.refs,
    via: NO_PROGRAMS,
    at: undefined,
  } as unknown as Effect;
  return { effect, unsure: unsureOf(record, hasTarget) };
}

function unsureOf(record: EffectRecord, hasTarget: boolean): Unsure {
  const { at = NO_PLACE, kind } = record;
  const unsure: ("hosts" | "refs" | "carries" | "paths")[] = [];
  const isHidden = at.form !== "path" && at.form !== "unresolved";
  if (hasTarget && (isHidden || at.copies === true)) unsure.push("paths");
  if (kind === "egress") {
    const isKnown = at.host !== undefined || at.known !== undefined;
    if (record.at === undefined || (!isKnown && record.scope !== "unresolved"))
      unsure.push("hosts");
    if (record.carriesOmitted !== undefined) unsure.push("carries");
  }
  if (record.refsOmitted !== undefined) unsure.push("refs");
  return unsure.length === 0 ? SURE : new Set(unsure);
}

function isFileEffect({ kind }: EffectRecord): boolean {
  return kind === "read" || kind === "write" || kind === "delete";
}

function targetOf({ at, reach }: EffectRecord): Target {
  const wide = (at?.reach ?? reach) === "tree" ? "tree" : "entry";
  if (at?.path === undefined) return { kind: "unresolved", within: undefined, reach: wide };
  return { kind: "path", path: at.path, real: at.real ?? at.path, reach: wide };
}
