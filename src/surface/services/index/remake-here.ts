// Part of the index made anew while no daemon has it open.
import { stat } from "node:fs/promises";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import type { Range } from "#record/store/index/index-ranges.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/**
 * Has the index on disk hold nothing of these events but what can be opened now. One that cannot be made anew in part is removed: the
 * daemon makes it of the log. Nobody else may have it open.
 */
export async function remakeIndexHere(
  directories: Directories,
  events: readonly Range[],
): Promise<void> {
  const { indexFile: file } = directories;
  const isThere = await stat(file).then(
    ({ size }) => size > 0,
    () => false,
  );
  if (!isThere) return;
  // Only here: the library takes long to load.
  const [{ openIndexFile, removeIndexFile }, { remakeRanges }, { isOfThisLog }] = await Promise.all(
    [
      import("#record/store/index/index-file.ts"),
      import("#record/store/index/index-check.ts"),
      import("#record/store/index/index-follow.ts"),
    ],
  );
  const log = await openAskedLog(directories);
  const followed = await log.follow();
  const index = await openIndexFile(file, { key: log.indexKey });
  let isRemade = false;
  try {
    isRemade =
      (await isOfThisLog(index.state(), followed)) && (await remakeRanges(index, followed, events));
  } finally {
    index.close();
    if (!isRemade) await removeIndexFile(file);
  }
}
