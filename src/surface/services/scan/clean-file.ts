// Whether a file is clean: looked at to its end as a plain text, with nothing in it that a scan would say anything about.
import { wantedAtRest } from "#assure/scan/collector.ts";
import type { Family, Tier } from "#guard/content/detection/finding.ts";
import { lookAt, type LookCollector } from "./content-look.ts";
import { readFileBytes } from "./file-bytes.ts";

/** What a scan asks for. Plain data, for it goes to other threads. */
export type Wanted = { readonly leastTier: Tier; readonly families: readonly Family[] };
/** A file by the bytes of its name on the disk, and by the path that rules look at. */
export type AskedFile = { readonly name: Uint8Array; readonly path: string };

/**
 * How many bytes a file has that is clean; undefined where it is not, or where anything else about it has to be said: then it is to be
 * looked at again for a collector. WHY not its findings: most files have none, and these few are no work worth sending about.
 */
export function cleanBytes({ name, path }: AskedFile, wanted: Wanted): number | undefined {
  let isClean = true;
  const spoil = (): void => {
    isClean = false;
  };
  const counts = { files: 0, blobs: 0, commits: 0, bytes: 0 };
  const collector: LookCollector = {
    families: wanted.families,
    found: (text, _from, place, raw) => {
      if (wantedAtRest(raw, { text, path: place.path }, wanted).length > 0) spoil();
    },
    notLookedAt: spoil,
    readAs: spoil,
    count: (what, by) => {
      counts[what] += by;
    },
  };
  const look = lookAt(collector, { file: path, path });
  if (readFileBytes(Buffer.from(name), look.push).why !== undefined) return undefined;
  look.end();
  return isClean ? counts.bytes : undefined;
}
