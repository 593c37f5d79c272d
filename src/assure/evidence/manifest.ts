// The manifest of an evidence pack and the form of its controls, as a stranger reads them: nothing in them is trusted before it fits.
import * as v from "valibot";
import { COLLECTORS } from "../control/collector-ids.ts";
import { STATUSES } from "./assess.ts";
import { ATTESTED_STATES } from "./attested-state.ts";
import { GAP_KINDS } from "./gap.ts";

export const FILES_MAX = 4_000;
const text = (charsMax: number) => v.pipe(v.string(), v.maxLength(charsMax));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const fileName = text(100);
const list = <Item extends v.GenericSchema>(item: Item, max: number) =>
  v.pipe(v.array(item), v.maxLength(max));
const gap = v.strictObject({
  kind: v.picklist(GAP_KINDS),
  reason: text(2_000),
  count,
  entries: list(count, 64),
});

const manifestSchema = v.strictObject({
  pack: v.literal(1),
  product: text(64),
  framework: text(64),
  title: text(200),
  period: v.strictObject({ from: text(32), to: text(32), sinceMs: count, untilMs: count }),
  /** When it was collected, ISO 8601 in UTC. */
  collected: text(40),
  log: v.strictObject({
    origin: text(256),
    size: count,
    /** Of the tree of that size, in base64. */
    root: text(64),
    /** Whether the entries were read and make this root; `removed` where some were removed on record. */
    rederived: v.picklist(["yes", "removed"]),
  }),
  /** Digests of the policies that judge now, by project. */
  policies: list(v.strictObject({ project: text(4_096), digest }), 256),
  says: text(1_000),
  controls: list(
    v.strictObject({
      id: text(100),
      reference: text(60),
      title: text(300),
      file: fileName,
      status: v.picklist(STATUSES),
      gaps: list(gap, 2_000),
    }),
    200,
  ),
  proofs: v.strictObject({ held: count, omitted: count }),
  files: list(
    v.strictObject({ name: fileName, bytes: count, sha256: digest, holds: text(200) }),
    FILES_MAX,
  ),
});
/** What a manifest says. */
export type PackManifest = v.InferOutput<typeof manifestSchema>;

const reference = v.strictObject({ entry: count, timeMs: count });
const attested = v.strictObject({
  id: text(64),
  kind: v.picklist(["attestation", "objection", "waiver"]),
  about: text(300),
  owner: text(300),
  approver: text(300),
  document: v.nullable(digest),
  where: text(64),
  createdMs: count,
  expiresMs: count,
  isWithdrawn: v.boolean(),
});
const evidence = v.strictObject({
  id: text(64),
  title: text(200),
  query: v.unknown(),
  by: v.nullable(text(64)),
  count,
  groups: v.nullable(v.record(text(140), count)),
  first: v.nullable(text(40)),
  last: v.nullable(text(40)),
  sample: list(reference, 64),
});

const controlSchema = v.strictObject({
  id: text(100),
  framework: text(200),
  reference: text(60),
  title: text(300),
  description: text(2_000),
  also: list(text(100), 64),
  status: v.picklist(STATUSES),
  says: text(4_000),
  gaps: list(gap, 2_000),
  notes: list(text(4_000), 500),
  evidence: list(evidence, 32),
  collectors: list(v.strictObject({ id: v.picklist(COLLECTORS), file: fileName }), 16),
  checks: list(
    v.strictObject({
      check: text(100),
      project: text(4_096),
      outcome: v.picklist(["pass", "fail", "waived", "unseen"]),
      says: text(2_000),
    }),
    4_000,
  ),
  detections: list(v.strictObject({ id: text(100), isInForce: v.boolean(), alerts: count }), 64),
  policies: list(text(100), 64),
  attestations: list(
    v.strictObject({
      about: text(100),
      needs: text(300),
      state: v.picklist(ATTESTED_STATES),
      attested: list(attested, 1_000),
    }),
    16,
  ),
  waivers: list(attested, 1_000),
  limits: list(text(500), 32),
});
/** A control as a pack has it. */
export type PackedControl = v.InferOutput<typeof controlSchema>;

/** Reads a manifest; undefined for what is none. Total. */
export function readPackManifest(bytes: Uint8Array): PackManifest | undefined {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), textOf(bytes));
  return read.success ? read.output : undefined;
}

/** Reads a control of a pack; undefined for what is none. Total. */
export function readPackedControl(bytes: Uint8Array): PackedControl | undefined {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), controlSchema), textOf(bytes));
  return read.success ? read.output : undefined;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

/** What every pack says of itself. */
export const PACK_SAYS =
  "The evidence in this pack can support the controls that it names, as far as each of them says. Whether a control is met is for the assessor to decide. Gaps are said with their reasons; what a control does not show is listed with it.";
