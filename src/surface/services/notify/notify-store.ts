// What waits to be told, on disk: a file for each channel, what is watched, dead letters; each replaced as a whole.
import { join } from "node:path";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import type { Watched } from "#detect/notice/escalation.ts";
import { emptyFlow, type Flow, type Waiting } from "#detect/notice/flow.ts";
import { deadSchema, flowFrom, flowRecord, watchedFrom } from "#detect/notice/flow-record.ts";
import {
  makePrivateDirectory,
  readBounded,
  replaceFile,
  syncDirectory,
} from "#record/store/files/private-files.ts";
import * as v from "valibot";

const FILE_BYTES_MAX = 16 * 1024 * 1024;
/** Dead letters of one channel; of more the newest stay, and the channel's count tells how many there were. */
export const DEAD_MAX = 500;

/** A message that was given up, and why. */
export type DeadNotice = {
  readonly id: string;
  readonly notice: Waiting["notice"];
  readonly atMs: number;
  readonly reason: string;
};

export type NotifyStore = {
  /** The state of a channel. A Failure where its file is damaged. */
  readFlow(channel: string): Promise<Flow>;
  writeFlow(flow: Flow): Promise<void>;
  readWatched(): Promise<Map<string, Watched>>;
  writeWatched(watched: ReadonlyMap<string, Watched>): Promise<void>;
  dead(channel: string): Promise<readonly DeadNotice[]>;
  writeDead(channel: string, dead: readonly DeadNotice[]): Promise<void>;
};

/** The files of a directory, which is made, 0700, when something is written. */
export function openNotifyStore(directory: string): NotifyStore {
  const channels = join(directory, "channels");
  const flowFile = (channel: string) => join(channels, `${channel}.json`);
  const deadFile = (channel: string) => join(channels, `${channel}.dead.json`);
  const watchedFile = join(directory, "watched.json");
  const read = async (file: string): Promise<unknown> => {
    const bytes = await readBounded(file, FILE_BYTES_MAX);
    return bytes === undefined ? undefined : (readJson(bytes.toString("utf8")) ?? null);
  };
  const write = async (file: string, content: unknown): Promise<void> => {
    await makePrivateDirectory(directory);
    await makePrivateDirectory(channels);
    await replaceFile(file, `${JSON.stringify(content)}\n`);
    await syncDirectory(file.startsWith(channels) ? channels : directory);
  };
  return {
    async readFlow(channel) {
      const content = await read(flowFile(channel));
      if (content === undefined) return emptyFlow(channel);
      return flowFrom(channel, content) ?? damaged(flowFile(channel));
    },
    writeFlow: (flow) => write(flowFile(flow.channel), flowRecord(flow)),
    async readWatched() {
      const content = await read(watchedFile);
      if (content === undefined) return new Map();
      return watchedFrom(content) ?? damaged(watchedFile);
    },
    writeWatched: (watched) => write(watchedFile, { version: 1, watched: [...watched.values()] }),
    async dead(channel) {
      const content = await read(deadFile(channel));
      if (content === undefined) return [];
      const parsed = v.safeParse(deadSchema, content);
      return parsed.success ? parsed.output.dead : damaged(deadFile(channel));
    },
    writeDead: (channel, dead) =>
      write(deadFile(channel), { version: 1, dead: dead.slice(-DEAD_MAX) }),
  };
}

function damaged(file: string): never {
  throw new Failure(
    "notify-damaged",
    `\`${file}\` is not what was written there: restore it, or move it away, and what waited in it is not told`,
  );
}
