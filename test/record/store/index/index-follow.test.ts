// The index of a log of which entries were removed on record: it is made anew, holds what is left, and no more.
import { join } from "node:path";
import { expect, it } from "vitest";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openIndexFile, removeIndexFile } from "#record/store/index/index-file.ts";
import { followLog, isOfThisLog } from "#record/store/index/index-follow.ts";
import { pruneLog } from "#record/store/upkeep.ts";
import { appendMany, withLog, withLogDirectories } from "../temporary-log.ts";

it("follows a log behind entries that were removed", async () => {
  await withLogDirectories(async (options, root) => {
    const file = join(root, "index", "events.db");
    await withLog(options, (log) => appendMany(log, 600));
    const before = await (await openAskedLog(options)).follow();
    const index = await openIndexFile(file);
    expect((await followLog(index, before)).indexed).toBe(before.size);
    await pruneLog(options, 520);
    const after = await (await openAskedLog(options)).follow();
    // Whole bundles of 256 go.
    expect(after).toMatchObject({ first: 512 });
    expect(await isOfThisLog(index.state(), after)).toBe(false);
    index.close();
    await removeIndexFile(file);
    const anew = await openIndexFile(file);
    const state = await followLog(anew, after);
    expect(state).toMatchObject({ indexed: after.size, first: 512 });
    expect(await isOfThisLog(anew.state(), after)).toBe(true);
    const { rows } = anew.select("SELECT min(idx), max(idx), count(*) FROM event", [], 1);
    expect(rows).toEqual([[512, after.size - 1, after.size - 512]]);
    anew.close();
    // It is opened again as it is, and goes on.
    await withLog(options, (log) => appendMany(log, 5));
    const later = await (await openAskedLog(options)).follow();
    const kept = await openIndexFile(file);
    expect(await isOfThisLog(kept.state(), later)).toBe(true);
    expect((await followLog(kept, later)).indexed).toBe(later.size);
    kept.close();
  });
});
