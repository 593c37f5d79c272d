// A bundle of evidence: files with a manifest of their digests and of who had them, in one archive; and what is wrong with one.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { isTar, tarEntries } from "../scan/archive/tar.ts";
import { isTarName, packTar, type TarFile } from "./tar-file.ts";

export const MANIFEST = "manifest.json";
export const SUMS = "SHA256SUMS";
/** Bytes of the largest bundle. */
export const BUNDLE_BYTES_MAX = 256 * 1024 * 1024;
const FILES_MAX = 2_000;

const text = (charsMax: number) => v.pipe(v.string(), v.maxLength(charsMax));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const manifestSchema = v.strictObject({
  bundle: v.literal(1),
  incident: text(64),
  drill: v.boolean(),
  product: text(64),
  /** The log that it was made of: entries and root of its checkpoint, in base64. */
  log: v.strictObject({ size: count, root: text(64) }),
  /** Whether what is sealed in the log stands readable in it. */
  revealed: v.boolean(),
  /** Who had the evidence, when, and what was done with it. */
  custody: v.pipe(
    v.array(v.strictObject({ atMs: v.number(), by: text(256), what: text(512) })),
    v.minLength(1),
    v.maxLength(1_000),
  ),
  /** Proofs that were left out because there are too many. */
  proofsOmitted: count,
  files: v.pipe(
    v.array(v.strictObject({ name: text(100), bytes: count, sha256: digest, holds: text(200) })),
    v.maxLength(FILES_MAX),
  ),
});

export type Manifest = v.InferOutput<typeof manifestSchema>;
/** A file of a bundle, and what it holds in words. */
export type BundledFile = TarFile & { readonly holds: string };

/** Packs a bundle. `digest` is that of its manifest, hex: who knows it can tell whether anything in it was changed. */
export function packBundle(
  files: readonly BundledFile[],
  about: Omit<Manifest, "bundle" | "files">,
): { readonly bytes: Buffer; readonly digest: string } {
  const sums = files.map(({ name, bytes }) => `${sha256(bytes)}  ${name}\n`).join("");
  const all = [
    ...files,
    { name: SUMS, bytes: Buffer.from(sums, "utf8"), holds: "the digests, for `sha256sum -c`" },
  ];
  const manifest: Manifest = {
    bundle: 1,
    ...about,
    files: all.map(({ name, bytes, holds }) => ({
      ...{ name, bytes: bytes.length, sha256: sha256(bytes), holds },
    })),
  };
  const own = Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`, "utf8");
  return { bytes: packTar([{ name: MANIFEST, bytes: own }, ...all]), digest: sha256(own) };
}

/** Something that is not as the manifest says. `name` is foreign text; empty where it is about the whole archive. */
export type BundleFault = {
  readonly name: string;
  readonly fault: "changed" | "missing" | "added" | "twice" | "damaged";
  readonly why: string;
};

/** What a bundle holds and what is wrong with it. Without a manifest that can be read nothing else is said. */
export type BundleCheck = {
  readonly faults: readonly BundleFault[];
  readonly manifest: Manifest | undefined;
  readonly digest: string | undefined;
  readonly files: ReadonlyMap<string, Uint8Array>;
};

/** Holds a bundle against its manifest. Total for any bytes; unpacks nothing to disk. */
export function checkBundle(bytes: Buffer): BundleCheck {
  const faults: BundleFault[] = [];
  const files = new Map<string, Uint8Array>();
  const fault = (name: string, kind: BundleFault["fault"], why: string): void => {
    if (faults.length < FILES_MAX) faults.push({ name, fault: kind, why });
  };
  if (!isTar(bytes.subarray(0, 512))) {
    fault("", "damaged", "it is no bundle: it does not begin as a tar file");
    return { faults, manifest: undefined, digest: undefined, files };
  }
  for (const entry of tarEntries(bytes)) {
    if (files.size > FILES_MAX) {
      fault("", "damaged", `it has more than ${FILES_MAX} files`);
      break;
    }
    if (entry.kind !== "file") {
      fault(entry.name ?? "", "damaged", entry.why);
      continue;
    }
    const { bytes: content, why } = entry.unpack();
    if (why !== undefined) fault(entry.name, "damaged", why);
    if (files.has(entry.name)) fault(entry.name, "twice", "two files have this name");
    else files.set(entry.name, content);
  }
  const own = files.get(MANIFEST);
  const manifest = own === undefined ? undefined : readManifest(own);
  if (own === undefined || manifest === undefined) {
    fault(MANIFEST, own === undefined ? "missing" : "damaged", "without it nothing is proven");
    return { faults, manifest: undefined, digest: undefined, files };
  }
  const listed = new Set([MANIFEST]);
  for (const { name, bytes: size, sha256: expected } of manifest.files) {
    if (listed.has(name)) fault(name, "twice", "the manifest lists it twice");
    listed.add(name);
    const content = files.get(name);
    if (content === undefined) fault(name, "missing", "the manifest lists it");
    else if (content.length !== size || sha256(content) !== expected)
      fault(name, "changed", `its digest is ${sha256(content)}, the manifest says ${expected}`);
  }
  for (const name of files.keys())
    if (!listed.has(name)) fault(name, "added", "the manifest does not list it");
  if (faults.length === 0 && !isCanonical(bytes, manifest, files))
    fault("", "changed", "bytes beside its files were changed: names, rights, times or padding");
  return { faults, manifest, digest: sha256(own), files };
}

/** WHY packed again: what stands beside the files, such as their rights or what follows the end, has no digest. */
function isCanonical(
  bytes: Buffer,
  manifest: Manifest,
  files: ReadonlyMap<string, Uint8Array>,
): boolean {
  const names = [MANIFEST, ...manifest.files.map(({ name }) => name)];
  if (!names.every(isTarName)) return false;
  const again = packTar(
    names.map((name) => ({ name, bytes: files.get(name) ?? new Uint8Array(0) })),
  );
  return again.equals(bytes);
}

function readManifest(bytes: Uint8Array): Manifest | undefined {
  const parsed = v.safeParse(
    v.pipe(v.string(), v.parseJson(), manifestSchema),
    Buffer.from(bytes).toString("utf8"),
  );
  return parsed.success ? parsed.output : undefined;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
