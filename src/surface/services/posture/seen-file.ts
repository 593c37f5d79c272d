// One file of a disk as an audit sees it: mode, owner, digest and text, whatever stands in its way told in words.
import { createHash } from "node:crypto";
import { lstatSync, readlinkSync, statSync, type Stats } from "node:fs";
import type { Place, SeenFile } from "#assure/posture/inputs/audit-inputs.ts";
import { NAME_IS_ENOUGH, NO_TEXT } from "#assure/posture/inputs/read-inputs.ts";
import { whyNotGiven } from "#assure/posture/inputs/written-text.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { readRegularFileNow } from "../../foundation/files/regular-file.ts";
import { reasonOf } from "../scan/file-bytes.ts";

/** Bytes by which a program is told from a large text. */
const START_BYTES = 8 * 1024;

/** How a file is taken. `bytesMax`: text of a larger one is not read; 0 where only the name matters. */
export type Taking = {
  readonly place: Place;
  readonly path: string;
  readonly shown: string;
  readonly bytesMax: number;
};

/** The file, or undefined where there is none. */
export function seenFile(absolute: string, taking: Taking): SeenFile | undefined {
  const { bytesMax, ...named } = taking;
  const bare = { mode: undefined, owner: undefined, bytes: 0, isLink: false } as const;
  const none = { sha256: undefined, text: undefined } as const;
  try {
    const own = lstatSync(absolute, { throwIfNoEntry: false });
    if (own === undefined) return undefined;
    const isLink = own.isSymbolicLink();
    const link = isLink ? { target: readlinkSync(absolute) } : {};
    const status = isLink ? statSync(absolute, { throwIfNoEntry: false }) : own;
    if (status === undefined)
      return { ...named, ...bare, ...none, ...link, isLink, why: "the link leads nowhere" };
    if (isLink && status.isDirectory()) return undefined;
    const about = {
      mode: status.mode & 0o7777,
      owner: ownerOf(status),
      bytes: status.size,
      isLink,
      ...link,
    };
    if (!status.isFile()) return { ...named, ...about, ...none, why: "it is no regular file" };
    if (bytesMax === 0) return { ...named, ...about, ...none, why: NAME_IS_ENOUGH };
    if (status.size > bytesMax) {
      const start = readRegularFileNow(absolute, START_BYTES)?.bytes;
      const why = start?.includes(0) === true ? NO_TEXT : `it has more than ${bytesMax} bytes`;
      return { ...named, ...about, ...none, why };
    }
    return { ...named, ...about, ...readContent(absolute, bytesMax) };
  } catch (error) {
    return { ...named, ...bare, ...none, why: reasonOf(error) };
  }
}

function readContent(
  absolute: string,
  bytesMax: number,
): Pick<SeenFile, "sha256" | "text" | "why"> {
  const start = readRegularFileNow(absolute, bytesMax);
  if (start === undefined) return { sha256: undefined, text: undefined, why: "it may not be read" };
  const sha256 = createHash("sha256").update(start.bytes).digest("hex");
  if (start.bytes.includes(0)) return { sha256, text: undefined, why: NO_TEXT };
  const text = Buffer.from(start.bytes).toString("utf8");
  const why = whyNotGiven(text);
  return { sha256, text: why === undefined ? text : undefined, why };
}

function ownerOf({ uid }: Stats): SeenFile["owner"] {
  const us = userId();
  if (us === undefined) return undefined;
  if (uid === us) return "us";
  return uid === ADMINISTRATOR ? "root" : "other";
}
