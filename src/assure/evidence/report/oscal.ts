// An evidence pack as OSCAL assessment results (NIST, version 1.0.6 of the JSON form): observations, and a finding for each control.
import { createHash } from "node:crypto";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { PackedControl, PackManifest } from "../manifest.ts";

const OSCAL_VERSION = "1.0.6";
/** Namespace of the ids below: made once at random. */
const NAMESPACE = "8f6c2f0a-3f0e-4d0c-9a55-0d7a4c2b9e11";
const TEXT_CHARS_MAX = 4_000;

type Made = { readonly [name: string]: Json };

/** The document. Ids are the same for the same pack, which `digest` names. */
export function packOscal(
  manifest: PackManifest,
  controls: readonly PackedControl[],
  digest: string,
): Made {
  const { title, period, collected, product, says, log, framework } = manifest;
  const uuid = (name: string): string => uuidOf(`${digest}/${name}`);
  const observed = controls.map((control) => ({
    control,
    file: manifest.controls.find(({ id }) => id === control.id)?.file ?? "manifest.json",
  }));
  return {
    "assessment-results": {
      uuid: uuid("results"),
      metadata: {
        title: `Evidence for ${title}, ${period.from} to ${period.to}`,
        "last-modified": collected,
        version: digest.slice(0, 16),
        "oscal-version": OSCAL_VERSION,
        remarks: says,
      },
      "import-ap": { href: `#${uuid("plan")}` },
      results: [
        {
          uuid: uuid("result"),
          title: `What sallyport ${product} collected for ${framework}`,
          description: says,
          start: momentOf(period.sinceMs),
          end: momentOf(period.untilMs),
          "reviewed-controls": {
            description: "Ids of this program; the texts of the framework are its publisher's.",
            "control-selections": [
              {
                "include-controls": controls.map(({ id }) => ({ "control-id": tokenOf(id) })),
              },
            ],
          },
          observations: observed.flatMap(({ control, file }) =>
            observationsOf(control, { file, collected, uuid }),
          ),
          findings: controls.map((control) => findingOf(control, { uuid, collected })),
        },
      ],
      "back-matter": {
        resources: [
          {
            uuid: uuid("plan"),
            title: "No assessment plan",
            description:
              "The plan is the assessor's. This stands where the form asks for a reference to one.",
          },
          {
            uuid: uuid("pack"),
            title: "The evidence pack",
            description: `Made of ${log.size} entries of the log ${log.origin}; SHA-256 of its manifest: ${digest}`,
            rlinks: [{ href: "manifest.json", hashes: [{ algorithm: "SHA-256", value: digest }] }],
          },
        ],
      },
    },
  };
}

type Around = {
  readonly file: string;
  readonly collected: string;
  readonly uuid: (name: string) => string;
};

/** What was looked at for a control: counts are examined, posture is tested, attestations are people's words. */
function observationsOf(
  control: PackedControl,
  { file, collected, uuid }: Around,
): readonly Made[] {
  const { id, evidence, checks, attestations } = control;
  const observation = (name: string, method: string, title: string, text: string): Made => ({
    uuid: uuid(`${id}/${name}`),
    title,
    description: textOf(text),
    methods: [method],
    collected,
    "relevant-evidence": [{ href: `./${file}`, description: `in the evidence pack: ${name}` }],
  });
  return [
    observation("gaps", "EXAMINE", `${control.reference}: gaps`, gapText(control)),
    ...evidence.map((one) =>
      observation(
        `evidence/${one.id}`,
        "EXAMINE",
        one.title,
        `${one.count} events; query ${JSON.stringify(one.query)}`,
      ),
    ),
    ...(checks.length === 0
      ? []
      : [
          observation(
            "checks",
            "TEST",
            "posture checks",
            checks
              .map(({ check, project, outcome }) => `${check} in ${project}: ${outcome}`)
              .join("; "),
          ),
        ]),
    ...attestations.map(({ about, needs, state }) =>
      observation(
        `attestation/${about}`,
        "INTERVIEW",
        needs,
        `the attestation ${about} is ${state}`,
      ),
    ),
  ];
}

function findingOf(control: PackedControl, { uuid }: Pick<Around, "uuid" | "collected">): Made {
  const { id, reference, title, status, says, evidence, checks, attestations, limits } = control;
  const names = [
    "gaps",
    ...evidence.map((one) => `evidence/${one.id}`),
    ...(checks.length === 0 ? [] : ["checks"]),
    ...attestations.map(({ about }) => `attestation/${about}`),
  ];
  const isSupported = status === "supported" || status === "attested";
  return {
    uuid: uuid(`${id}/finding`),
    title: `${reference}: ${status}`,
    description: textOf(`${title}. ${says}. ${gapText(control)}`),
    target: {
      type: "objective-id",
      "target-id": tokenOf(id),
      title,
      // WHY these words: the form knows no others. They are what the evidence shows, and no verdict on the control.
      status: {
        state: isSupported ? "satisfied" : "not-satisfied",
        reason: isSupported ? "pass" : "other",
      },
      remarks: textOf(`The assessor decides. Not shown: ${limits.join(" ")}`),
    },
    "related-observations": names.map((name) => ({ "observation-uuid": uuid(`${id}/${name}`) })),
  };
}

function gapText({ gaps }: PackedControl): string {
  return gaps.length === 0
    ? "No gap was found."
    : gaps.map(({ kind, reason }) => `${kind}: ${reason}`).join("; ");
}

function textOf(text: string): string {
  return text.length <= TEXT_CHARS_MAX ? text : `${text.slice(0, TEXT_CHARS_MAX)}, and more`;
}

function momentOf(ms: number): string {
  return new Date(Math.min(ms, 8.64e15)).toISOString();
}

/** An id as OSCAL writes tokens: no slash. */
function tokenOf(id: string): string {
  return id.replaceAll(/[^\p{L}\p{N}._-]/gu, "_");
}

/** A UUID of version 5 (RFC 9562, 5.5). */
function uuidOf(name: string): string {
  const bytes = createHash("sha1")
    .update(Buffer.from(NAMESPACE.replaceAll("-", ""), "hex"))
    .update(name)
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
