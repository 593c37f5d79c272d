// A bundle of evidence: files with a manifest of their digests and of who had them, in one archive; and what is wrong with one.
import * as v from "valibot";
import { type ArchiveFault, checkListed, openArchive, sha256 } from "./hashed-archive.ts";
import { packTar, type TarFile } from "./tar-file.ts";

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
      name,
      bytes: bytes.length,
      sha256: sha256(bytes),
      holds,
    })),
  };
  const own = Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`, "utf8");
  return { bytes: packTar([{ name: MANIFEST, bytes: own }, ...all]), digest: sha256(own) };
}

/** Something that is not as the manifest says. */
export type BundleFault = ArchiveFault;

/** What a bundle holds and what is wrong with it. Without a manifest that can be read nothing else is said. */
export type BundleCheck = {
  readonly faults: readonly BundleFault[];
  readonly manifest: Manifest | undefined;
  readonly digest: string | undefined;
  readonly files: ReadonlyMap<string, Uint8Array>;
};

/** Holds a bundle against its manifest. Total for any bytes; unpacks nothing to disk. */
export function checkBundle(bytes: Buffer): BundleCheck {
  const opened = openArchive(bytes, FILES_MAX);
  const { files } = opened;
  const own = files.get(MANIFEST);
  const manifest = own === undefined ? undefined : readManifest(own);
  if (own === undefined || manifest === undefined) {
    const fault = own === undefined ? "missing" : "damaged";
    const lack: ArchiveFault = { name: MANIFEST, fault, why: "without it nothing is proven" };
    const faults = files.size === 0 ? opened.faults : [...opened.faults, lack];
    return { faults, manifest: undefined, digest: undefined, files };
  }
  const faults = checkListed(bytes, opened, { listed: manifest.files, own: [MANIFEST] });
  return { faults, manifest, digest: sha256(own), files };
}

function readManifest(bytes: Uint8Array): Manifest | undefined {
  const parsed = v.safeParse(
    v.pipe(v.string(), v.parseJson(), manifestSchema),
    Buffer.from(bytes).toString("utf8"),
  );
  return parsed.success ? parsed.output : undefined;
}
