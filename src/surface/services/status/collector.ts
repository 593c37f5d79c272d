// What `sallyport status` says of the collector that the log is handed in to: how far it is, what is wrong, erasures that wait there.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { readVerifier } from "#record/store/keys.ts";
import { viewLog } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readForwardedMark } from "../fleet/forwarded.ts";
import { readForwarding } from "../fleet/forwarding.ts";
import { readRequests } from "../privacy/requests.ts";
import type { Finding } from "../../foundation/terminal/finding.ts";

const LATE_MS = 3_600_000;

/** The finding; undefined where the log is handed in nowhere and nothing is asked of a collector. */
export async function checkCollector({
  directories,
  nowMs,
  ours,
}: {
  readonly directories: Directories;
  readonly nowMs: number;
  ours(words: string): string;
}): Promise<Finding | undefined> {
  try {
    const place = readForwarding(directories.forwardingFile);
    const open = readRequests(directories).filter(
      ({ to, state }) => to === "collector" && state === "outstanding",
    );
    const erasures =
      open.length === 0
        ? []
        : [
            `${open.length} ${open.length === 1 ? "erasure waits" : "erasures wait"} there, and nothing is handed in before${open[0]?.note === "" ? "" : `: ${open[0]?.note}`}`,
          ];
    if (place === undefined && open.length === 0) return undefined;
    if (place === undefined)
      return {
        level: "found",
        text: printable(`the log is handed in nowhere; ${erasures.join()}`),
        repair: ours("privacy requests"),
      };
    const mark = readForwardedMark(directories.forwardedFile);
    const origin = (await readVerifier(directories.keys))?.name;
    const size = await (await viewLog(directories.log, directories.keys)).size();
    const known = mark?.url === place.url && mark.tree === origin ? mark : undefined;
    const waiting = Math.max(0, size - (known?.next ?? 0));
    const has =
      known === undefined
        ? "it has not said what it has yet"
        : `it had ${known.next} of ${size} entries at ${new Date(known.timeMs).toISOString()}`;
    const trouble = known?.trouble ?? "";
    const text = printable(
      [`the log goes to ${place.url}`, has, ...(trouble === "" ? [] : [trouble]), ...erasures].join(
        "; ",
      ),
    );
    const isLate = waiting > 0 && nowMs - (known?.timeMs ?? 0) > LATE_MS;
    if (erasures.length > 0) return { level: "found", text, repair: ours("privacy requests") };
    return isLate || trouble !== ""
      ? { level: "found", text, repair: ours("daemon --ensure") }
      : { level: "ok", text };
  } catch (cause) {
    const text = cause instanceof Failure ? printable(cause.message) : "it cannot be read";
    return { level: "found", text, repair: ours("collector join") };
  }
}
