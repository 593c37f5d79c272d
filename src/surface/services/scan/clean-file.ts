// Whether a file is clean: looked at to its end, with nothing in it that a scan would say anything about.
import { createHash } from "node:crypto";
import type { CleanContent } from "#assure/scan/clean-table.ts";
import { type Collector, wantedAtRest } from "#assure/scan/collector.ts";
import type { Family, Tier } from "#guard/content/detection/finding.ts";
import { lookAt, type LookCollector, PACKED, sayGenerated } from "./content-look.ts";
import { readFileBytes } from "./file-bytes.ts";

/** What a scan asks for. Plain data, for it goes to other threads. */
export type Wanted = { readonly leastTier: Tier; readonly families: readonly Family[] };
/** How the id of a content is made: a digest of `head` and its bytes. Git's has its kind and length there. */
export type IdForm = { readonly algorithm: "sha1" | "sha256"; readonly head: string };
/** A file by the bytes of its name on the disk, and by the path that rules look at. With `idForm`, its id is asked for. */
export type AskedFile = {
  readonly name: Uint8Array;
  readonly path: string;
  readonly idForm?: IdForm | undefined;
};
/** A clean file, with its id where that was asked for. */
export type CleanFile = CleanContent & { readonly id?: string };

/**
 * What a file is that is clean; undefined where it is not, or where anything about it has to be said that `CleanContent` does not hold:
 * then it is to be looked at again for a collector. WHY not its findings: most files have none, and these few are no work worth sending
 * about.
 */
export function cleanFile(asked: AskedFile, wanted: Wanted): CleanFile | undefined {
  const { name, path, idForm } = asked;
  const watch = watchOver(path, wanted);
  const look = lookAt(watch.collector, { file: path, path });
  const { onBytes, id } = identified(look.push, idForm);
  if (readFileBytes(Buffer.from(name), onBytes).why !== undefined) return undefined;
  look.end();
  const content = watch.content();
  return content === undefined || idForm === undefined ? content : { ...content, id: id() };
}

/** Takes bytes for two: for `onBytes`, and for the id that is made of them; without a form there is none. */
export function identified(onBytes: (bytes: Buffer) => void, form: IdForm | undefined) {
  if (form === undefined) return { onBytes, id: () => "" };
  const hash = createHash(form.algorithm).update(form.head);
  return {
    onBytes(bytes: Buffer): void {
      hash.update(bytes);
      onBytes(bytes);
    },
    id: () => hash.digest("hex"),
  };
}

/** Stands before a collector, or in its place, and sees whether the content of a file at `path` is clean; asked when it was looked at. */
export function watchOver(path: string, wanted: Wanted, next?: LookCollector) {
  let isClean = true;
  let bytes = 0;
  let readAs: CleanContent["readAs"] = "utf-8";
  let isPacked = false;
  const collector: LookCollector = {
    families: wanted.families,
    found(text, from, place, raw) {
      if (wantedAtRest(raw, { text, path: place.path }, wanted).length > 0) isClean = false;
      next?.found(text, from, place, raw);
    },
    notLookedAt(what, why) {
      // Names of what an archive holds are not kept.
      if (what === path && why === PACKED) isPacked = true;
      else isClean = false;
      next?.notLookedAt(what, why);
    },
    readAs(file, as) {
      if (file === path) readAs = as;
      else isClean = false;
      next?.readAs(file, as);
    },
    generated(file, as) {
      next?.generated(file, as);
    },
    count(what, by) {
      if (what === "bytes") bytes += by;
      next?.count(what, by);
    },
  };
  const content = (): CleanContent | undefined =>
    isClean ? { bytes, readAs, isPacked } : undefined;
  return { collector, content };
}

/** Says of a clean file what looking at it says. */
export function sayClean(
  collector: Pick<Collector, "count" | "readAs" | "generated" | "notLookedAt">,
  file: string,
  { bytes, readAs, isPacked }: CleanContent,
): void {
  sayGenerated(collector, { file, path: file });
  collector.count("bytes", bytes);
  if (readAs !== "utf-8") collector.readAs(file, readAs);
  if (isPacked) collector.notLookedAt(file, PACKED);
}
