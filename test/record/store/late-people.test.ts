// Whoever comes after a reader was opened is seen by it, and whoever was erased since is not: one row for each reader that is kept.
import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openedEntries } from "#record/store/index/indexed-entries.ts";
import { openExportSource } from "#record/store/export-source.ts";
import { followSubjects, readEventKeys } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import { subjectFile } from "#record/store/people.ts";
import type { Log, LogOptions } from "#record/store/writing-log.ts";
import { decisionEvent } from "#record/event/call-events.ts";
import { bashCall, decisionOf, effectsWith, policy, session } from "../event/samples.ts";
import { withLog, withLogDirectories } from "./temporary-log.ts";

const USER = session.facts.user;

/** What a reader that is kept tells of the person of entry `index`; undefined where it cannot open the entry. */
type Reader = (index: number) => Promise<string | undefined>;

const READERS: readonly (readonly [string, (options: LogOptions, log: Log) => Promise<Reader>])[] =
  [
    [
      "the view of the log, by which detections, the dashboard and incidents read",
      async ({ log, keys }) => {
        const view = await viewLog(log, keys);
        return async (index) => {
          for await (const { sealed } of view.entries(index, index + 1))
            return sealed?.["user"] as string | undefined;
          return undefined;
        };
      },
    ],
    [
      "the source of exports",
      async ({ log: directory, keys }, log) => {
        const source = openExportSource(directory, keys, async () => log.status().published);
        return async (index) => {
          for await (const { user } of source.read(index, index + 1)) return user;
          return undefined;
        };
      },
    ],
    [
      "the log as the index follows it",
      async ({ log, keys }) => {
        const asked = await openAskedLog({ log, keys });
        return async (index) => {
          const { files, opening, size } = await asked.follow();
          for await (const { owner } of openedEntries(files, opening, {
            size,
            from: index,
            end: index + 1,
          }))
            return owner?.user;
          return undefined;
        };
      },
    ],
    [
      "the names by which a filter finds a person",
      async ({ log, keys }) => {
        const asked = await openAskedLog({ log, keys });
        const before = asked.names.pseudonyms("user", USER).length;
        return async () => {
          await asked.follow();
          return asked.names.pseudonyms("user", USER).length > before ? USER : undefined;
        };
      },
    ],
  ];

async function judged(log: Log): Promise<number> {
  const [call, decision] = [bashCall("cat .env"), decisionOf(effectsWith("a"))];
  const event = decisionEvent(log.stamp("hook"), {
    call,
    decision,
    policy,
    session,
    durationMs: 1,
  });
  const index = await log.append(event, { durable: true });
  await log.publish();
  return index ?? -1;
}

describe.each(READERS)("%s", (_name, open) => {
  it("sees whoever came after it was opened, and nobody who was erased since", async () => {
    await withLogDirectories(async (options) => {
      await withLog(options, async (log) => {
        const read = await open(options, log);
        expect(await read(0)).toBeUndefined();
        const index = await judged(log);
        expect(await read(index)).toBe(USER);
        const { people } = await readEventKeys(options.keys);
        rmSync(subjectFile(options.keys, people.subjectOf(USER).id));
        expect(await read(index)).toBeUndefined();
      });
    });
  });
});

it("reads no key again of a folder at rest", async () => {
  await withLogDirectories(async (options) => {
    await withLog(options, async () => {
      const now = followSubjects(options.keys);
      const first = await now();
      expect((await now()).find).toBe(first.find);
      expect(first.list).toHaveLength(1);
    });
  });
});
