// `sallyport incident bundle`: the evidence of an incident in one archive with digests, and the check of such an archive.
import { rmSync } from "node:fs";
import { defineCommand } from "citty";
import { type Reconstruction, withoutTexts } from "#assure/incident/reconstruction.ts";
import { reconstructionLines } from "#assure/incident/reconstruction-text.ts";
import { counted } from "#base/counted.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { Incident } from "#detect/incident/incident.ts";
import { hostName } from "#platform/host.ts";
import { userName } from "#platform/user.ts";
import type { LogView } from "#record/store/log-view.ts";
import { readVerifier } from "#record/store/keys.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { createPrivateFile } from "../../../foundation/files/private-file.ts";
import { readRegularFile } from "../../../foundation/files/regular-file.ts";
import { productVersion } from "../../../foundation/product/product.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { judgingPolicy } from "../../../services/evaluation/judging-policy.ts";
import {
  BUNDLE_BYTES_MAX,
  type BundledFile,
  type BundleFault,
  checkBundle,
  type Manifest,
  packBundle,
} from "../../../services/incidents/evidence-bundle.ts";
import { checkProof } from "../../log/proof-check.ts";
import { readHistoryFile, readLogKey } from "../../log/trust-files.ts";
import { type Found, findIncident } from "./incident-reconstruct.ts";
import { orderIncident } from "./incident-order.ts";

/** Proofs of one bundle: of the events that alerts name, then of what was done about it. */
const PROOFS_MAX = 256;
const PROOF_NAME = /^proofs\/[0-9]+\.tlog-proof$/;

/** `sallyport incident bundle`. */
export const bundleCommand = defineCommand({
  meta: {
    name: "bundle",
    description: `put the evidence of an incident into a new archive, for you alone: the incident, its alerts, its reconstruction, proofs that the
log holds its events, the policy, and a manifest with digests and custody. Its digest goes on record

  sallyport incident bundle inc-01k7 --out inc-01k7.tar             what is sealed in the log stays sealed
  sallyport incident bundle inc-01k7 --out inc-01k7.tar --reveal    with what calls and prompts said
  sallyport incident bundle --verify inc-01k7.tar --digest DIGEST   anywhere: names what was changed`,
  },
  args: {
    id: { type: "positional", required: false, description: "its id, how it begins, or `drill`" },
    out: { type: "string", valueHint: "FILE", description: "a new file, for you alone" },
    reveal: { type: "boolean", description: "also what calls and prompts said" },
    verify: { type: "string", valueHint: "FILE", description: "check this bundle instead" },
    digest: {
      type: "string",
      valueHint: "DIGEST",
      description: "with --verify: the digest that was told when it was made",
    },
    key: {
      type: "string",
      valueHint: "KEY",
      description: "with --verify: the log's verifier key, or a file that holds it",
    },
    "key-history": {
      type: "string",
      valueHint: "FILE",
      description: "with --key, of a log that changed its key: what `sallyport log keys` wrote",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    if (args.verify !== undefined) {
      if (args.id !== undefined || args.out !== undefined || args.reveal === true)
        throw new Failure("usage", "`--verify` goes with `--digest` and `--key` alone");
      return verify({ ...args, verify: args.verify });
    }
    if (args.id === undefined) throw new Failure("usage", "name an incident, or `--verify FILE`");
    if (!args.out) throw new Failure("usage", "`--out` is missing: name a new file");
    const found = await findIncident(args.data, args.id);
    const isRevealed = args.reveal === true;
    const { files, proofsOmitted } = await filesOf(found, args.data, isRevealed);
    const { root, size } = await found.view.checkpoint();
    const { bytes, digest } = packBundle(files, {
      incident: found.incident.id,
      drill: found.incident.drill === true,
      product: productVersion(),
      revealed: isRevealed,
      proofsOmitted,
      log: { size, root: Buffer.from(root).toString("base64") },
      custody: custodyOf(found.incident),
    });
    if (bytes.length > BUNDLE_BYTES_MAX)
      throw new Failure("usage", "the evidence is larger than a bundle may be");
    writeNew(args.out, bytes);
    try {
      await orderIncident(args.data, { id: found.incident.id, what: "bundle", digest });
    } catch (cause) {
      // Nothing is handed out that is not on record.
      rmSync(args.out, { force: true });
      throw cause;
    }
    const names = files.map(({ name }) => name);
    await tell(
      args,
      { outcome: "written", file: args.out, digest, files: names, proofsOmitted },
      `${counted(files.length, "file")} in ${printable(args.out)}\ndigest ${digest}: give it to a second person, apart from the file`,
    );
  },
});

/** Who had it until now: whoever made bundles before, and who makes this one. */
function custodyOf({ actions }: Incident): Manifest["custody"] {
  const before = actions
    .filter(({ what }) => what === "bundle")
    .map(({ atMs, by }) => ({ atMs, by, what: "made a bundle of it before" }));
  const what = `collected from the log on ${hostName().slice(0, 200)}`;
  return [...before.slice(-900), { atMs: Date.now(), by: userName() || "unknown", what }];
}

async function filesOf(
  { incident, view, whole }: Found,
  data: string | undefined,
  isRevealed: boolean,
): Promise<{ readonly files: readonly BundledFile[]; readonly proofsOmitted: number }> {
  const told = isRevealed ? whole : withoutTexts(whole);
  const json = (name: string, holds: string, value: unknown): BundledFile => ({
    name,
    holds,
    bytes: Buffer.from(`${JSON.stringify(value, undefined, 1)}\n`, "utf8"),
  });
  const places = await provenPlaces(whole, incident, view);
  const kept = places.slice(0, PROOFS_MAX);
  const proofs: BundledFile[] = [];
  for (const place of kept) {
    const text = await view.proof(place, { entry: true, reveal: isRevealed });
    const name = `proofs/${String(place).padStart(9, "0")}.tlog-proof`;
    proofs.push({ name, holds: `that the log holds entry ${place}`, bytes: Buffer.from(text) });
  }
  const { alerts, ...rest } = incident;
  const files = [
    json("incident.json", "the incident, with what was done about it", rest),
    json("alerts.json", "its alerts", alerts),
    json("reconstruction.json", "its chain out of the log", told),
    {
      name: "reconstruction.txt",
      holds: "the same to be read",
      bytes: Buffer.from(`${reconstructionLines(told).join("\n")}\n`, "utf8"),
    },
    json("policy.json", "the policies that judged, and the one in force now", {
      recorded: [...new Set(whole.calls.flatMap(({ policy }) => policy ?? []))],
      inForce: await policyNow(incident, data),
    }),
    ...proofs,
  ];
  return { files, proofsOmitted: places.length - kept.length };
}

/** What alerts name first; then what they are about, and what was done about the incident. */
async function provenPlaces(
  { calls, steps }: Reconstruction,
  { alerts }: Incident,
  view: LogView,
): Promise<readonly number[]> {
  const size = await view.size();
  const named = alerts.flatMap(({ events }) => events);
  const alerted = calls.flatMap((call) => (call.alerts.length > 0 ? (call.event ?? []) : []));
  const own = steps.filter(({ kind }) => kind === "alert" || kind === "incident");
  const all = [...named, ...alerted, ...own.map(({ event }) => event)];
  return [...new Set(all)].filter(
    (place) => Number.isSafeInteger(place) && place >= 0 && place < size,
  );
}

async function policyNow(incident: Incident, data: string | undefined): Promise<unknown> {
  const root = data ?? dataDirectory();
  const project = incident.alerts.find(({ place }) => place.project !== undefined)?.place.project;
  if (project === undefined) return { missing: "its alerts name no project" };
  try {
    const { policy, from, layers } = await judgingPolicy(project, undefined, { root });
    return { from, layers, policy };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    return { missing: cause.message };
  }
}

function writeNew(path: string, bytes: Uint8Array): void {
  const refusal = (cause?: unknown) =>
    new Failure(
      "usage",
      `cannot make \`${printable(path)}\`: name a new file in a directory that you can write`,
      { cause },
    );
  let isNew: boolean;
  try {
    isNew = createPrivateFile(path, bytes);
  } catch (cause) {
    throw refusal(cause);
  }
  if (!isNew) throw refusal();
}

type VerifyArguments = {
  readonly verify: string;
  readonly digest?: string | undefined;
  readonly key?: string | undefined;
  readonly "key-history"?: string | undefined;
  readonly data?: string | undefined;
  readonly json?: boolean | undefined;
};

async function verify(args: VerifyArguments): Promise<void> {
  const given = args.digest?.toLowerCase();
  if (given !== undefined && !/^[0-9a-f]{64}$/.test(given))
    throw new Failure("usage", "`--digest` has 64 hexadecimal digits");
  const start = await readRegularFile(args.verify, BUNDLE_BYTES_MAX);
  if (start === undefined)
    throw new Failure("usage", `cannot read \`${printable(args.verify)}\`: name a bundle`);
  if (!start.complete)
    throw new Failure("usage", `\`${printable(args.verify)}\` is too large for a bundle`);
  const checked = checkBundle(Buffer.from(start.bytes));
  const proofs = await proofFaults(checked.files, args);
  const digestFaults: readonly BundleFault[] =
    given === undefined || given === checked.digest
      ? []
      : [{ name: "", fault: "changed", why: `its digest is ${checked.digest ?? "none"}` }];
  const faults = [...checked.faults, ...digestFaults, ...proofs.faults];
  const { manifest, digest } = checked;
  const facts = {
    outcome: faults.length === 0 ? "whole" : "faults",
    incident: manifest?.incident ?? null,
    digest: digest ?? null,
    isDigestKnown: given !== undefined,
    proofsChecked: proofs.checked,
    proofsUnchecked: proofs.unchecked,
    custody: manifest?.custody ?? [],
    faults,
  };
  const lines = [
    ...faults.map(
      ({ name, fault, why }) => `${fault}: ${name === "" ? "the archive" : name}: ${why}`,
    ),
    ...(manifest === undefined
      ? []
      : [
          `${manifest.incident}${manifest.drill ? ", a drill" : ""}, ${counted(manifest.files.length, "file")}`,
          ...manifest.custody.map(({ atMs, by, what }) => `${timeOf(atMs)}  ${by}: ${what}`),
        ]),
    `${counted(proofs.checked, "proof")} held${proofs.unchecked === 0 ? "" : `, ${proofs.unchecked} not checked: name the log's key with --key`}`,
    ...(given === undefined && digest !== undefined
      ? [`digest ${digest}: it says something only beside the one that you were told (--digest)`]
      : []),
    faults.length === 0 ? "nothing in it was changed" : `${counted(faults.length, "fault")}`,
  ];
  if (faults.length > 0) process.exitCode = 1;
  await tell(args, facts, lines.map((line) => printable(line)).join("\n"));
}

function timeOf(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}

/** Holds each proof against the log's key: the one named, else that of the installation here. */
async function proofFaults(
  files: ReadonlyMap<string, Uint8Array>,
  args: VerifyArguments,
): Promise<{
  readonly faults: readonly BundleFault[];
  readonly checked: number;
  readonly unchecked: number;
}> {
  const proofs = [...files].filter(([name]) => PROOF_NAME.test(name));
  const store = directoriesIn(args.data ?? dataDirectory()).keys;
  const verifier =
    args.key === undefined
      ? await readVerifier(store).catch(() => undefined)
      : await readLogKey(args.key);
  const history = args["key-history"];
  if (verifier === undefined) return { faults: [], checked: 0, unchecked: proofs.length };
  const keys = history === undefined ? verifier : await readHistoryFile(history, verifier);
  const faults = proofs.flatMap(([name, bytes]): readonly BundleFault[] => {
    const { isGood, lines } = checkProof(Buffer.from(bytes).toString("utf8"), { keys });
    return isGood ? [] : [{ name, fault: "damaged", why: lines.join(" ") }];
  });
  return { faults, checked: proofs.length - faults.length, unchecked: 0 };
}
