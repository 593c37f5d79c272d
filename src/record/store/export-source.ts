// The log as exporters read it: by position, one bundle in memory at a time, with the few sealed fields that others join by.
import type { Json } from "#guard/toolcall/tool-call.ts";
import { namesIn } from "../event/readable-part.ts";
import type { ExportEntry } from "../export/forms/exporter.ts";
import { decodeLeaf, type DecodedLeaf } from "../log/leaf.ts";
import type { Subject } from "../log/subject.ts";
import { followSubjects } from "./keys.ts";
import { firstEntry, openLogFiles, readEntries } from "./log-reader.ts";
import { openLeaf, type SectionKeys } from "./opened-leaf.ts";
import { openTextKeys } from "./text-keys.ts";

/** An entry, and what of its sealed fields joins it with other systems; a person's name stays in memory. */
export type SourceEntry = {
  readonly entry: ExportEntry;
  readonly subject: Subject | undefined;
  readonly user: string | undefined;
  readonly cwd: string | undefined;
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  readonly file: string | undefined;
};

export type ExportSource = {
  /** Entries `from` to below `end`, which the log has published; removed ones are passed over. */
  read(from: number, end: number): AsyncGenerator<SourceEntry>;
  /** Index of the first entry that was not removed. */
  first(): Promise<number>;
};

/** Opens the log in `directory`; `size` is what is published. Keys that come later are found. */
export function openExportSource(
  directory: string,
  keys: string,
  size: () => Promise<number>,
): ExportSource {
  const files = openLogFiles(directory);
  const subjectsNow = followSubjects(keys);
  const texts = openTextKeys(keys);
  return {
    first: () => firstEntry(files),
    async *read(from, end) {
      const { find: subjects } = await subjectsNow();
      for await (const { index, bytes } of readEntries(files, await size(), from, end))
        yield sourceEntry(index, bytes, { subjects, texts });
    },
  };
}

function sourceEntry(index: number, bytes: Uint8Array, keys: SectionKeys): SourceEntry {
  const leaf = decodeLeaf(bytes);
  const nothing = { subject: undefined, user: undefined, cwd: undefined };
  if (leaf.kind === "fault") {
    const entry = { kind: "fault", index, reason: leaf.reason } as const;
    return { entry, ...nothing, branch: undefined, commit: undefined, file: undefined };
  }
  const { id, timeMs, metadata } = leaf;
  return { entry: { kind: "event", index, id, timeMs, metadata }, ...openJoining(leaf, keys) };
}

function openJoining(leaf: DecodedLeaf, keys: SectionKeys): Omit<SourceEntry, "entry"> {
  const { sealed, subject } = openLeaf(leaf, keys);
  const { user, cwd, branch, commit } = sealed ?? {};
  return {
    subject,
    user: text(user),
    cwd: text(cwd),
    branch: text(branch),
    commit: text(commit),
    file: text(namesIn(sealed, "changes")[0] ?? namesIn(sealed, "reads")[0]),
  };
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
