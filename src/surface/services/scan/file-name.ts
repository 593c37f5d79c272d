// Names of files as bytes, which need not be text, and as they are shown.
import { isUtf8 } from "node:buffer";
import { relative } from "node:path";

/** A file's name. `bytes` opens it; `shown` is its path as text; `last` is its last part. */
export type FileName = {
  readonly bytes: Buffer;
  readonly text: string;
  readonly shown: string;
  readonly last: string;
};

/** The name of these bytes, below `directory` where one is given. */
export function fileName(bytes: Buffer, directory?: string | Buffer): FileName {
  const own = bytes.at(-1) === 47 ? bytes.subarray(0, -1) : bytes;
  const whole =
    directory === undefined
      ? Buffer.from(own)
      : Buffer.concat([Buffer.from(directory as string), Buffer.from("/"), own]);
  const text = whole.toString("utf8");
  const shown = isUtf8(whole) ? text : whole.toString("latin1");
  return { bytes: whole, text, shown, last: shown.slice(shown.lastIndexOf("/") + 1) };
}

/** How a file is called from `base`: relatively where it lies below. */
export function nameBelow(base: string, { shown }: FileName): string {
  const path = relative(base, shown);
  if (path === "") return ".";
  return path.startsWith("../") || path === ".." ? shown : path;
}
