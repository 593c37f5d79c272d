// An archive of files with a list of their digests: read as foreign bytes, held against its list, and byte for byte what packing gives.
import { createHash } from "node:crypto";
import { isTar, tarEntries } from "../scan/archive/tar.ts";
import { isTarName, packTar } from "./tar-file.ts";

/** Something that is not as the list says. `name` is foreign text; empty where it is about the whole archive. */
export type ArchiveFault = {
  readonly name: string;
  readonly fault: "changed" | "missing" | "added" | "twice" | "damaged";
  readonly why: string;
};

/** A file as a list has it. */
export type ListedFile = {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
};

export type OpenedArchive = {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly faults: ArchiveFault[];
};

/** Reads an archive of up to `filesMax` files, and what is wrong with it as one. Total for any bytes; unpacks nothing to disk. */
export function openArchive(bytes: Buffer, filesMax: number): OpenedArchive {
  const faults: ArchiveFault[] = [];
  const files = new Map<string, Uint8Array>();
  const fault = (name: string, kind: ArchiveFault["fault"], why: string): void => {
    if (faults.length < filesMax) faults.push({ name, fault: kind, why });
  };
  if (!isTar(bytes.subarray(0, 512))) {
    fault("", "damaged", "it does not begin as a tar file");
    return { files, faults };
  }
  for (const entry of tarEntries(bytes)) {
    if (files.size > filesMax) {
      fault("", "damaged", `it has more than ${filesMax} files`);
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
  return { files, faults };
}

/** Holds files against a list. `own`: files that no list can name, such as the list itself; they stand first, in this order. */
export function checkListed(
  bytes: Buffer,
  { files, faults: before }: OpenedArchive,
  { listed, own }: { readonly listed: readonly ListedFile[]; readonly own: readonly string[] },
): readonly ArchiveFault[] {
  const faults = [...before];
  const names = new Set(own);
  for (const { name, bytes: size, sha256: expected } of listed) {
    if (names.has(name)) faults.push({ name, fault: "twice", why: "the manifest lists it twice" });
    names.add(name);
    const content = files.get(name);
    if (content === undefined)
      faults.push({ name, fault: "missing", why: "the manifest lists it" });
    else if (content.length !== size || sha256(content) !== expected)
      faults.push({
        name,
        fault: "changed",
        why: `its digest is ${sha256(content)}, the manifest says ${expected}`,
      });
  }
  for (const name of files.keys())
    if (!names.has(name))
      faults.push({ name, fault: "added", why: "the manifest does not list it" });
  const order = [...own, ...listed.map(({ name }) => name)];
  if (faults.length === 0 && !isCanonical(bytes, order, files))
    faults.push({
      name: "",
      fault: "changed",
      why: "bytes beside its files were changed: names, rights, times or padding",
    });
  return faults;
}

/** WHY packed again: what stands beside the files, such as their rights or what follows the end, has no digest. */
function isCanonical(
  bytes: Buffer,
  names: readonly string[],
  files: ReadonlyMap<string, Uint8Array>,
): boolean {
  if (!names.every(isTarName)) return false;
  const again = packTar(
    names.map((name) => ({ name, bytes: files.get(name) ?? new Uint8Array(0) })),
  );
  return again.equals(bytes);
}

/** Hex SHA-256. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
