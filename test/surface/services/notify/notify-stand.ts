// The service with a made-up clock and secrets, over a directory of its own; canaries are searched in all that it writes.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ownValue } from "#base/own-value.ts";
import type { Action } from "#surface/services/notify/action.ts";
import {
  type ChannelNews,
  type Notifying,
  openNotifying,
} from "#surface/services/notify/notifying.ts";
import { NOON_MS } from "../../../detect/notice/sample-notice.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

/** 32 bytes, as Standard Webhooks writes them. */
export const WEBHOOK_SECRET = `whsec_${Buffer.from("canary-of-the-webhook-0123456789").toString("base64")}`;
export const CANARIES = {
  WEBHOOK: WEBHOOK_SECRET,
  SLACK: "canary-path-of-slack",
  PAGER: "canary-key-of-the-pager-00000000",
  MAIL: "canary-password-of-mail",
} as const;

export type NotifyStand = {
  readonly root: string;
  readonly file: string;
  readonly directory: string;
  readonly service: Notifying;
  readonly news: (ChannelNews & { readonly channel: string })[];
  /** Moves the clock. */
  advance(ms: number): void;
  nowMs(): number;
  write(yaml: string): void;
  /** Ends this service without a word, as SIGKILL would, and opens the next over the same directory. */
  again(): Promise<NotifyStand>;
};

/** Runs `use` with a service over fresh directories. `secrets` are values by reference. */
export async function withNotifying(
  yaml: string,
  use: (stand: NotifyStand) => Promise<void>,
  more: {
    readonly secrets?: Readonly<Record<string, string>>;
    readonly act?: (action: Action) => Promise<void>;
  } = {},
): Promise<void> {
  const directory = freshDirectory();
  const open: Notifying[] = [];
  let time = NOON_MS;
  const news: (ChannelNews & { readonly channel: string })[] = [];
  const usual = { "env:WEBHOOK": CANARIES.WEBHOOK, "env:PAGER": CANARIES.PAGER };
  const file = join(directory.path, "notify.yaml");
  const queue = join(directory.path, "notify");
  const begin = async (): Promise<NotifyStand> => {
    const service = await openNotifying({
      file,
      directory: queue,
      nowMs: () => time,
      chance: () => 0.5,
      secret: (reference) => {
        const value = ownValue({ ...usual, ...more.secrets }, reference);
        return value === undefined
          ? Promise.reject(new Error(`no ${reference}`))
          : Promise.resolve(value);
      },
      act: more.act,
      report: (channel, one) => news.push({ channel, ...one }),
    });
    open.push(service);
    return {
      root: directory.path,
      file,
      directory: queue,
      service,
      news,
      nowMs: () => time,
      advance: (ms) => {
        time += ms;
      },
      write: (text) => writeFileSync(file, text, { mode: 0o600 }),
      again: begin,
    };
  };
  try {
    writeFileSync(file, yaml, { mode: 0o600 });
    await use(await begin());
    const written = textsBelow(directory.path);
    const said = JSON.stringify(news);
    for (const canary of Object.values(CANARIES)) {
      expect(said).not.toContain(canary);
      for (const { path, text } of written) expect(text, path).not.toContain(canary);
    }
  } finally {
    await Promise.allSettled(open.map((one) => one.close()));
    directory.remove();
  }
}

/** All files below a directory. */
export function textsBelow(
  root: string,
): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, text: readFileSync(path, "latin1") }));
}
