// A process that fills an index from a log until it is killed: INDEX_FILE, LOG and KEYS name its places.
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openIndexFile } from "#record/store/index/index-file.ts";
import { followLog } from "#record/store/index/index-follow.ts";

const { INDEX_FILE = "", LOG = "", KEYS = "" } = process.env;
const log = await openAskedLog({ log: LOG, keys: KEYS });
const index = await openIndexFile(INDEX_FILE);
process.stdout.write("begun\n");
await followLog(index, await log.follow());
process.stdout.write("done\n");
index.close();
