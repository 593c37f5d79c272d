// Checking an evidence pack: every digest, the signature, each proof against the one signed head, samples against their own queries, statuses against the facts.
import { readSignature } from "#assure/evidence/signed-manifest.ts";
import {
  FILES_MAX,
  type PackedControl,
  type PackManifest,
  readPackedControl,
  readPackManifest,
} from "#assure/evidence/manifest.ts";
import { derivedFaults } from "#assure/evidence/derived-status.ts";
import { Failure } from "#base/failure.ts";
import { compileSearch } from "#detect/detection/search.ts";
import { readCheckpoint } from "#record/log/checkpoint.ts";
import {
  type KeyHistory,
  oneKey,
  readKeyHistory,
  splitStatements,
} from "#record/log/key-history.ts";
import { type DecodedLeaf, decodeLeaf } from "#record/log/leaf.ts";
import type { NoteVerifier } from "#record/log/note.ts";
import { checkProofFile } from "#record/log/proofs/proof-file.ts";
import { rootOfEdge, sameBytes } from "#record/log/tree.ts";
import { openLogFiles, tileSource } from "#record/store/log-reader.ts";
import { edgeAt } from "#record/store/segment.ts";
import { CHECKPOINT_PATH } from "#record/log/layout.ts";
import {
  type ArchiveFault,
  checkListed,
  openArchive,
  sha256,
} from "../incidents/hashed-archive.ts";
import { CHECKPOINT, KEY_STATEMENTS, MANIFEST, SIGNATURE } from "./collect-evidence.ts";

const PROOF = /^proofs\/(\d{9,15})\.tlog-proof$/;

/** A pack that was read. `controls` has those that fit their form. */
export type OpenedPack = {
  readonly faults: readonly ArchiveFault[];
  readonly manifest: PackManifest | undefined;
  readonly digest: string | undefined;
  readonly controls: readonly PackedControl[];
  readonly files: ReadonlyMap<string, Uint8Array>;
};

/** Reads a pack and holds its files against its manifest; of signatures and proofs nothing is said. Total for any bytes. */
export function openPack(bytes: Buffer): OpenedPack {
  const opened = openArchive(bytes, FILES_MAX);
  const { files } = opened;
  const own = files.get(MANIFEST);
  const manifest = own === undefined ? undefined : readPackManifest(own);
  if (own === undefined || manifest === undefined) {
    const lack: ArchiveFault = {
      name: MANIFEST,
      fault: own === undefined ? "missing" : "damaged",
      why: "without it nothing is proven",
    };
    return {
      faults: [...opened.faults, lack],
      manifest: undefined,
      digest: undefined,
      controls: [],
      files,
    };
  }
  const faults = [
    ...checkListed(bytes, opened, { listed: manifest.files, own: [MANIFEST, SIGNATURE] }),
  ];
  const controls = manifest.controls.flatMap((listed) => {
    const content = files.get(listed.file);
    const control = content === undefined ? undefined : readPackedControl(content);
    if (control === undefined)
      faults.push({ name: listed.file, fault: "damaged", why: "it is no control of a pack" });
    else if (
      control.id !== listed.id ||
      control.status !== listed.status ||
      JSON.stringify(control.gaps) !== JSON.stringify(listed.gaps)
    )
      faults.push({
        name: listed.file,
        fault: "changed",
        why: "the manifest says otherwise of it",
      });
    return control === undefined ? [] : [control];
  });
  return { faults, manifest, digest: sha256(own), controls, files };
}

/** What a check came to. `proofs`: how many held. */
export type PackCheck = OpenedPack & { readonly proofs: number };

/** Checks a pack by the key of the log that a reader trusts, followed through the key statements in it. Total for any bytes. */
export function checkPack(bytes: Buffer, trusted: NoteVerifier): PackCheck {
  const opened = openPack(bytes);
  const { manifest, files, digest } = opened;
  const faults = [...opened.faults];
  const fault = (name: string, why: string): void => {
    faults.push({ name, fault: "damaged", why });
  };
  if (manifest === undefined) return { ...opened, proofs: 0 };
  const keys = keysIn(files, trusted);
  if (keys === undefined) fault(KEY_STATEMENTS, "a statement in it does not hold");
  const history = keys ?? oneKey(trusted);
  const signature = files.get(SIGNATURE);
  const signed = signature === undefined ? undefined : readSignature(signature, history);
  if (signed?.isGood !== true) fault(SIGNATURE, "it is not signed by the log whose key was named");
  else if (signed.digest !== digest || signed.size !== manifest.log.size)
    fault(SIGNATURE, "it is the signature of another manifest");
  const head = readCheckpoint(files.get(CHECKPOINT) ?? Buffer.alloc(0), history, { exact: false });
  const text = Buffer.from(files.get(CHECKPOINT) ?? []).toString("utf8");
  if (head.kind !== "signed") fault(CHECKPOINT, `the head of the log is ${head.kind}`);
  else if (
    head.body.origin !== manifest.log.origin ||
    head.body.size !== manifest.log.size ||
    Buffer.from(head.body.root).toString("base64") !== manifest.log.root
  )
    fault(CHECKPOINT, "the manifest names another head");
  const leaves = new Map<number, DecodedLeaf>();
  let proofs = 0;
  for (const [name, content] of files) {
    const place = PROOF.exec(name)?.[1];
    if (place === undefined) continue;
    const proof = Buffer.from(content).toString("utf8");
    const checked = checkProofFile(proof, undefined, { keys: history });
    if (checked.kind === "fault") fault(name, checked.reason);
    else if (checked.index !== Number(place) || !proof.endsWith(`\n\n${text}`))
      fault(name, "it is the proof of another entry, or under another head");
    else {
      proofs += 1;
      const leaf = decodeLeaf(checked.carried?.entry ?? Buffer.alloc(0));
      if (leaf.kind === "leaf") leaves.set(checked.index, leaf);
    }
  }
  if (proofs !== manifest.proofs.held && faults.length === 0)
    fault(MANIFEST, `it names ${manifest.proofs.held} proofs, ${proofs} hold`);
  for (const control of opened.controls) {
    faults.push(...sampleFaults(control, manifest, leaves));
    const name = manifest.controls.find(({ id }) => id === control.id)?.file ?? control.id;
    for (const why of derivedFaults(control, (file) => files.get(file))) fault(name, why);
  }
  return { ...opened, faults, proofs };
}

/** Whether each event of a sample is what its query looks for, in the period, with the time that the control names. */
function sampleFaults(
  { id, evidence }: PackedControl,
  { period, proofs, controls }: PackManifest,
  leaves: ReadonlyMap<number, DecodedLeaf>,
): readonly ArchiveFault[] {
  const name = controls.find((one) => one.id === id)?.file ?? id;
  return evidence.flatMap(({ id: of, query, sample, count }): readonly ArchiveFault[] => {
    const why = (text: string): readonly ArchiveFault[] => [
      { name, fault: "damaged", why: `${of}: ${text}` },
    ];
    let matches: ReturnType<typeof compileSearch>;
    try {
      matches = compileSearch(query, () => ({ file: name }));
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      return why("its query is none of this version");
    }
    if (sample.length > count) return why("it names more events than it counts");
    for (const { entry, timeMs } of sample) {
      const leaf = leaves.get(entry);
      if (leaf === undefined) {
        if (proofs.omitted === 0) return why(`there is no proof of entry ${entry}`);
      } else if (leaf.timeMs !== timeMs || timeMs < period.sinceMs || timeMs >= period.untilMs)
        return why(`entry ${entry} has another time`);
      else if (!matches(leaf.metadata)) return why(`entry ${entry} is not what it counts`);
    }
    return [];
  });
}

/** Whether the pack's head is a beginning of a log: what is wrong, in words, or undefined. */
export async function checkAgainstLog(
  log: string,
  { log: named }: PackManifest,
  {
    keys,
    files: held,
  }: { readonly keys: NoteVerifier; readonly files: ReadonlyMap<string, Uint8Array> },
): Promise<string | undefined> {
  const history = keysIn(held, keys) ?? oneKey(keys);
  const files = openLogFiles(log);
  const bytes = await files.read(CHECKPOINT_PATH);
  const head = bytes === undefined ? undefined : readCheckpoint(bytes, history);
  if (head?.kind !== "signed") return "the log named has no checkpoint that its key signed";
  const { size } = head.body;
  if (size < named.size)
    return `the log has ${size} entries, the pack was made of ${named.size}: it was rolled back`;
  const root = await edgeAt(named.size, size, tileSource(files, size))
    .then(rootOfEdge)
    .catch(() => undefined);
  const isSame = root !== undefined && sameBytes(root, Buffer.from(named.root, "base64"));
  return isSame ? undefined : "the log's first entries are not those that the pack was made of";
}

/** The keys of the log by the statements in the pack; undefined where one does not hold. */
function keysIn(
  files: ReadonlyMap<string, Uint8Array>,
  trusted: NoteVerifier,
): KeyHistory | undefined {
  const held = files.get(KEY_STATEMENTS);
  if (held === undefined) return oneKey(trusted);
  const read = readKeyHistory(trusted, splitStatements(Buffer.from(held).toString("utf8")));
  return read.kind === "history" ? read.history : undefined;
}
