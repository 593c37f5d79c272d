// Files of settings from disk, as lint takes them: with their size, whether they are links, and what can be read of them.
import { lstatSync, statSync } from "node:fs";
import type { Layer } from "#govern/settings/catalogue.ts";
import { CLIENT_BYTES_MAX, type LintSource } from "#govern/settings/lint/file.ts";
import { isThere } from "../../foundation/files/path-status.ts";
import { readRegularFile } from "../../foundation/files/regular-file.ts";

/** Of these files those that are there, as files of one layer. */
export function sourcesAt(files: readonly string[], layer: Layer): Promise<readonly LintSource[]> {
  return Promise.all(files.filter(isThere).map((file) => readSource(file, layer)));
}

/** Reads a file as a source of a layer; whatever it is, it is told and not thrown. */
export async function readSource(file: string, layer: Layer): Promise<LintSource> {
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > CLIENT_BYTES_MAX) return { file, layer, bytes, isLink, text: "" };
  const start = await readRegularFile(file, CLIENT_BYTES_MAX);
  const text = start === undefined ? undefined : Buffer.from(start.bytes).toString("utf8");
  return { file, layer, bytes, isLink, text };
}
