// `sallyport log follow`: events that meet a filter, as they are recorded.
import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand } from "citty";
import { printableJson } from "#base/printable.ts";
import { meets } from "#record/index/filter.ts";
import { parseFilter } from "#record/index/filter-parse.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { openedEntries } from "#record/store/index/indexed-entries.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { entryJson, entryLine } from "../../../services/log/entry-text.ts";
import { openView } from "../../../services/log/opened-log.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { takeSpooled } from "../../../services/log/spooled-events.ts";

const LOOK_MS = 300;

/** `sallyport log follow`. */
export const followCommand = defineCommand({
  meta: {
    name: "follow",
    description:
      "Events that meet a filter, as they are recorded, until interrupted. Example: sallyport log follow 'verdict:deny,ask'",
  },
  args: {
    filter: {
      type: "positional",
      required: false,
      default: "",
      description: "which events, in one pair of quotes",
    },
    ...jsonOption,
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const view = await openView(args.data);
    const log = await openAskedLog(directories);
    const nowMs = Date.now();
    // WHY anew at each look: a person whom the filter names may be in the log for the first time.
    const filterNow = () => parseFilter(args._.join(" "), { nowMs, names: log.names });
    filterNow();
    let next = (await log.follow()).size;
    for (;;) {
      const { files, opening, size } = await log.follow();
      const filter = filterNow();
      for await (const { event } of openedEntries(files, opening, {
        size,
        from: next,
        end: size,
      })) {
        if (!meets(event, filter)) continue;
        for await (const entry of view.entries(event.index, event.index + 1))
          await print(args.json === true ? printableJson(entryJson(entry)) : entryLine(entry));
      }
      next = size;
      await sleep(LOOK_MS);
      await takeSpooled(directories);
    }
  },
});
