// A real log that is delivered under a clock of the test: what `exports.yaml` says, run pass by pass.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openKeys } from "#record/store/keys.ts";
import { openExportSource } from "#record/store/export-source.ts";
import type { Log, LogOptions } from "#record/store/writing-log.ts";
import type { DeliveryNews } from "#surface/services/export/steady-news.ts";
import { createExporting, type Exporting } from "#surface/services/export/exporting.ts";
import { createFindKeys } from "#surface/services/export/join-keys.ts";
import { withLog, withLogDirectories } from "../../../record/store/temporary-log.ts";

export const SECRET = "8d1f5c1e-canary-token";

export type DeliveryStand = {
  readonly log: Log;
  readonly options: LogOptions;
  readonly root: string;
  readonly directory: string;
  readonly news: (DeliveryNews & { readonly target: string })[];
  readonly fetched: string[];
  /** Sends what is due, and again after so many milliseconds have gone by. */
  pass(laterMs?: number): Promise<void>;
  /** As after a restart of the daemon: all that was in memory is gone. */
  restart(): void;
  configure(yaml: string): Promise<void>;
  nowMs: number;
};

/** Opens a log and its delivery for `use`. */
export async function withDelivery(
  yaml: string,
  use: (stand: DeliveryStand) => Promise<void>,
): Promise<void> {
  await withLogDirectories(async (options, root) => {
    const file = join(root, "exports.yaml");
    const directory = join(root, "exports");
    await withLog(options, async (log) => {
      const { installSubject } = await openKeys(options.keys);
      const size = () => Promise.resolve(log.status().published);
      const build = (): Exporting =>
        createExporting({
          file,
          directory,
          size,
          installSubject,
          origin: "sallyport/test",
          source: openExportSource(options.log, options.keys, size),
          keys: createFindKeys({
            host: "anna-laptop",
            job: "run-7",
            home: root,
            nowMs: () => stand.nowMs,
          }),
          fetchSecret: async ({ path }) => {
            stand.fetched.push(path.join("/"));
            return SECRET;
          },
          nowMs: () => stand.nowMs,
          chance: () => 0.5,
          report: (target, news) => stand.news.push({ target, ...news }),
        });
      let exporting = build();
      const stand: DeliveryStand = {
        log,
        options,
        root,
        directory,
        news: [],
        fetched: [],
        nowMs: 1_790_000_000_000,
        async pass(laterMs = 0) {
          await log.publish();
          stand.nowMs += laterMs;
          await exporting.pass();
        },
        restart() {
          exporting.close();
          exporting = build();
        },
        configure: (text) => writeFile(file, text, { mode: 0o600 }),
      };
      await stand.configure(yaml);
      try {
        await use(stand);
      } finally {
        exporting.close();
      }
    });
  });
}
