// How every channel stands: what waits, what is held back, what was given up, and why it takes nothing.
import type { Directories } from "../../foundation/files/directories.ts";
import { openNotifyStore } from "./notify-store.ts";
import { actionsLeft, ordersLeft } from "./orders.ts";
import { readNotifySettings } from "./settings-file.ts";

/** One channel. */
export type ChannelStanding = {
  readonly name: string;
  readonly to: string;
  readonly destination: string;
  readonly taken: number;
  readonly delivered: number;
  readonly deliveredMs: number | undefined;
  readonly waiting: number;
  readonly heldBack: number;
  /** Dead letters that can be sent again. */
  readonly dead: number;
  readonly trouble: string;
};

/** All channels of the settings; what waits beside them. A Failure where a file is wrong. */
export async function notifyStanding({
  notifyFile,
  notify,
}: Pick<Directories, "notifyFile" | "notify">): Promise<{
  readonly channels: readonly ChannelStanding[];
  /** Matters that somebody is to acknowledge. */
  readonly unanswered: number;
  /** Orders and actions that nobody has taken; 256 at most are counted. */
  readonly orders: number;
  readonly actions: number;
}> {
  const { channels } = readNotifySettings(notifyFile);
  const store = openNotifyStore(notify);
  const standings = channels.map(async ({ name, to, destination }) => {
    const flow = await store.readFlow(name);
    const { taken, delivered, deliveredMs, queue, held, trouble } = flow;
    const dead = (await store.dead(name)).length;
    const counts = { taken, delivered, deliveredMs, waiting: queue.length };
    return { name, to, destination, ...counts, heldBack: held?.total ?? 0, dead, trouble };
  });
  return {
    channels: await Promise.all(standings),
    unanswered: [...(await store.readWatched()).values()].filter(({ isAnswered }) => !isAnswered)
      .length,
    orders: ordersLeft(notify).length,
    actions: actionsLeft(notify).length,
  };
}
