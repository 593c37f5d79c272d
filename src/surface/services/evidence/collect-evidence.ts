// Collecting an evidence pack: one pass over the log, what stands beside it, the controls assessed, all of it packed, proven and signed.
import { assess, type AssessedControl, collectorFile } from "#assure/evidence/assess.ts";
import { type Attested, objections } from "#assure/evidence/attested-state.ts";
import type { Collected, Collecting, EvidencePeriod } from "#assure/evidence/collector.ts";
import { endOf } from "#assure/evidence/collector.ts";
import { startCollecting } from "#assure/evidence/collectors/index.ts";
import { startCounts } from "#assure/evidence/counts.ts";
import { PACK_SAYS, type PackManifest } from "#assure/evidence/manifest.ts";
import { signManifest } from "#assure/evidence/signed-manifest.ts";
import type { Control, Evidence } from "#assure/control/control.ts";
import type { Crosswalk } from "#assure/control/crosswalk.ts";
import { Failure } from "#base/failure.ts";
import { openKeys } from "#record/store/keys.ts";
import { loadStart } from "#record/store/publisher.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { productVersion } from "../../foundation/product/product.ts";
import { sha256 } from "../incidents/hashed-archive.ts";
import { packTar, type TarFile } from "../incidents/tar-file.ts";
import { processorsOf } from "./recipients.ts";
import { readDetections } from "../log/detections.ts";
import { proveEntries, readEvidence, readSignedHead, type SignedHead } from "./read-log.ts";
import {
  attestedIn,
  policiesNow,
  postureNow,
  projectsOf,
  retentionFacts,
} from "./standing-facts.ts";

export const MANIFEST = "manifest.json";
export const SIGNATURE = "manifest.note";
export const SUMS = "SHA256SUMS";
export const CHECKPOINT = "log/checkpoint";
export const KEY_STATEMENTS = "log/keys";
/** Bytes of the largest pack. */
export const PACK_BYTES_MAX = 256 * 1024 * 1024;
/** Proofs of one pack: of entries that gaps name, then of samples. */
const PROOFS_MAX = 1_000;

/** What is asked for. `project`: the one project whose posture is looked at; the guarded ones without it, none with `withoutPosture`. */
export type EvidenceRequest = {
  /** A framework or catalogue by its name. */
  readonly framework: string;
  readonly controls: readonly Control[];
  /** Places of a catalogue that nothing here speaks of. */
  readonly notCovered?: Crosswalk["notCovered"];
  readonly period: EvidencePeriod & { readonly from: string; readonly to: string };
  readonly project: string | undefined;
  readonly withoutPosture: boolean;
  /** Hears how far the reading of the log is, and of each project that is looked at. */
  readonly onProgress: (done: number, of: number) => void;
  readonly onProject: (project: string) => void;
};

/** A control with everything that was found of it. */
export type Evidenced = {
  readonly head: SignedHead;
  readonly rederived: "yes" | "removed";
  readonly controls: readonly AssessedControl[];
  readonly collected: readonly Collected[];
  readonly policies: Awaited<ReturnType<typeof policiesNow>>;
};

/** Looks at everything and assesses the controls; writes nothing. */
export async function evidenceOf(
  directories: Directories,
  { controls, framework, period, project, withoutPosture, ...heard }: EvidenceRequest,
): Promise<Evidenced> {
  const { log, keys } = directories;
  const head = await readSignedHead(log, keys);
  const attested = attestedIn(directories, period.nowMs);
  // What is contradicted approves nothing.
  const agreed = attested.filter(
    ({ about }) => objections(attested, about, endOf(period)).length === 0,
  );
  const ids = [...new Set(controls.flatMap(({ detections }) => detections))];
  const alertsOf = new Map(ids.map((id) => [id, alertEvidence(id)]));
  const counts = startCounts([
    ...controls.flatMap(({ evidence }) => evidence),
    ...alertsOf.values(),
  ]);
  const collecting: readonly Collecting[] = startCollecting(period, {
    first: head.first,
    retention: retentionFacts(directories, framework),
    policies: new Set(agreed.flatMap(attestedPolicy)),
    reviewed: reviewsIn(agreed),
    attested,
    processors: processorsOf(directories, { nowMs: period.nowMs }),
  });
  const rederived = await readEvidence(log, head, {
    period,
    counts,
    collecting,
    onProgress: heard.onProgress,
  });
  const collected = collecting.map((one) => one.result());
  const projects = withoutPosture ? [] : projectsOf(directories, project);
  const checks = [...new Set(controls.flatMap((one) => one.checks))];
  const posture = await postureNow(directories, projects, {
    checks,
    nowMs: period.nowMs,
    onProject: heard.onProject,
  });
  const inForce = new Set(readDetections(directories.root).rules.map(({ rule }) => rule.meta.name));
  const found = {
    countOf: (one: Evidence) => counts.of(one),
    collected: new Map(collected.map((one) => [one.id, one])),
    attested,
    checks: posture,
    endMs: endOf(period),
    unseenPosture:
      projects.length > 0
        ? undefined
        : "posture was not looked at: no project is guarded here, or it was left out",
    detectionOf: (id: string) => {
      const one = alertsOf.get(id);
      return { isInForce: inForce.has(id), alerts: one === undefined ? 0 : counts.of(one).count };
    },
  };
  return {
    head,
    rederived,
    collected,
    controls: controls.map((one) => assess(one, found)),
    policies: await policiesNow(directories, projects),
  };
}

/** A pack, the manifest that it begins with, and the digest of that. */
export type EvidencePack = {
  readonly bytes: Buffer;
  readonly manifest: PackManifest;
  readonly digest: string;
};

/** Collects a pack. Throws a Failure where there is no log, no key, or the log is damaged. */
export async function collectPack(
  directories: Directories,
  asked: EvidenceRequest,
): Promise<EvidencePack> {
  const found = await evidenceOf(directories, asked);
  const { head } = found;
  const proofs: HeldFile[] = [];
  const wanted = provenEntries(found.controls);
  for await (const { entry, text } of proveEntries(
    directories.log,
    head,
    wanted.slice(0, PROOFS_MAX),
  ))
    proofs.push(textFile(proofName(entry), `that the log holds entry ${entry}`, text));
  const items = [...packedFiles(found, asked), ...proofs];
  const sums = items.map(({ name, bytes }) => `${sha256(bytes)}  ${name}\n`).join("");
  const files = [...items, textFile(SUMS, "the digests, for `sha256sum -c`", sums)];
  const { origin, size, root } = head.body;
  const { from, to, sinceMs, untilMs, nowMs } = asked.period;
  const manifest: PackManifest = {
    pack: 1,
    product: productVersion(),
    framework: asked.framework,
    title: asked.controls[0]?.framework ?? asked.framework,
    period: { from, to, sinceMs, untilMs },
    collected: new Date(nowMs).toISOString(),
    log: {
      origin,
      size,
      root: Buffer.from(root).toString("base64"),
      rederived: found.rederived,
    },
    policies: found.policies.policies.map(({ project, digest }) => ({ project, digest })),
    says: PACK_SAYS,
    controls: found.controls.map(({ id, reference, title, status, gaps }) => ({
      id,
      reference,
      title,
      status,
      file: controlFile(id),
      gaps: gaps.map((gap) => ({ ...gap, entries: [...gap.entries] })),
    })),
    proofs: { held: proofs.length, omitted: wanted.length - proofs.length },
    files: files.map(({ name, bytes, holds }) => ({
      name,
      bytes: bytes.length,
      sha256: sha256(bytes),
      holds,
    })),
  };
  const own = jsonFile(MANIFEST, "", manifest).bytes;
  const digest = sha256(own);
  const { signers } = await loadStart(directories.log, await openKeys(directories.keys));
  const note = Buffer.from(signManifest(origin, { size, digest }, signers), "utf8");
  const bytes = packTar([
    { name: MANIFEST, bytes: own },
    { name: SIGNATURE, bytes: note },
    ...files,
  ]);
  if (bytes.length > PACK_BYTES_MAX)
    throw new Failure("usage", "the evidence is larger than a pack may be: shorten the period");
  return { bytes, manifest, digest };
}

type HeldFile = TarFile & { readonly holds: string };

/** Everything in a pack but its proofs, in its order. */
function packedFiles(found: Evidenced, asked: EvidenceRequest): readonly HeldFile[] {
  const { head, controls, collected, policies } = found;
  return [
    textFile("README.txt", "what this is, and how it is checked", README),
    textFile(CHECKPOINT, "the signed head of the log that was read", head.text),
    ...(head.statements.length === 0
      ? []
      : [
          textFile(
            KEY_STATEMENTS,
            "signed statements of each change of the log's key",
            head.statements.map((one) => Buffer.from(one).toString("utf8")).join(""),
          ),
        ]),
    ...controls.map((one) => jsonFile(controlFile(one.id), `evidence of ${one.reference}`, one)),
    ...collected.map((one) => jsonFile(collectorFile(one.id), one.title, one)),
    ...(asked.notCovered === undefined || asked.notCovered.length === 0
      ? []
      : [
          jsonFile(
            "facts/not-covered.json",
            "places that nothing here speaks of",
            asked.notCovered,
          ),
        ]),
    jsonFile("facts/policies-now.json", "the policies that judge when this was collected", {
      collected: new Date(asked.period.nowMs).toISOString(),
      ...policies,
    }),
  ];
}

/** Of gaps first, then of samples, each once. */
function provenEntries(controls: readonly AssessedControl[]): readonly number[] {
  const ofGaps = controls.flatMap(({ gaps }) => gaps.flatMap(({ entries }) => entries));
  const ofSamples = controls.flatMap(({ evidence }) =>
    evidence.flatMap(({ sample }) => sample.map(({ entry }) => entry)),
  );
  return [...new Set([...ofGaps, ...ofSamples])].filter((entry) => entry >= 0);
}

/** The file of a control. */
function controlFile(id: string): string {
  return `controls/${id.replaceAll("/", "-")}.json`;
}

/** The file of the proof of an entry. */
export function proofName(entry: number): string {
  return `proofs/${String(entry).padStart(9, "0")}.tlog-proof`;
}

function textFile(name: string, holds: string, text: string): HeldFile {
  return { name, holds, bytes: Buffer.from(text, "utf8") };
}

function jsonFile(name: string, holds: string, value: unknown): HeldFile {
  return textFile(name, holds, `${JSON.stringify(value, undefined, 1)}\n`);
}

/** Alerts of a detection, counted like any evidence. */
function alertEvidence(id: string): Evidence {
  return {
    id: "alerts",
    title: id,
    query: { kind: "alert", what: id, drill: null },
    by: undefined,
    expect: "any",
    gap: undefined,
    kinds: new Set(["alert"]),
    matches: ({ what, drill }) => what === id && drill !== true,
  };
}

/** The digest of a policy that was attested as `policy/<digest>`. */
function attestedPolicy({
  about,
  kind,
  isWithdrawn,
}: {
  readonly about: string;
  readonly kind: string;
  readonly isWithdrawn: boolean;
}): readonly string[] {
  const digest = /^policy\/([0-9a-f]{64})$/.exec(about)?.[1];
  return digest === undefined || kind !== "attestation" || isWithdrawn ? [] : [digest];
}

/** When exceptions were looked at again, by the attestations `exception/<id>`. */
function reviewsIn(attested: readonly Attested[]): ReadonlyMap<string, readonly number[]> {
  const reviews = new Map<string, number[]>();
  for (const { about, kind, isWithdrawn, createdMs } of attested) {
    const id = /^exception\/(.+)$/.exec(about)?.[1];
    if (id === undefined || kind !== "attestation" || isWithdrawn) continue;
    reviews.set(id, [...(reviews.get(id) ?? []), createdMs]);
  }
  return reviews;
}

const README = `An evidence pack of sallyport.

manifest.json   what was collected, the status of each control with its gaps, the digest of every file
manifest.note   the signature of the manifest by the keys of the log
controls/       each control: counts with their queries, samples, checks, attestations, gaps, limits
facts/          what was followed through the log: coverage, policies, exceptions, incidents and more
log/checkpoint  the signed head of the log
proofs/         entries of the log with proofs that the log holds them

Check it offline with the log's verifier key, which you have from elsewhere than from this archive:

  sallyport evidence verify FILE.tar --key KEY
  python3 verify_log.py pack FILE.tar --key KEY

${PACK_SAYS}
`;
