// What does not work as it should: machines out of policy, and deliveries of the log and of notices that fail.
import { exportStandings } from "../export/export-status.ts";
import { outOfPolicy } from "../fleet/out-of-policy.ts";
import { notifyStanding } from "../notify/notify-status.ts";
import type { InboxItem } from "./inbox-item.ts";
import type { InboxPlaces } from "./inbox-places.ts";

export async function machineItems({
  hosts,
  nowMs,
}: Pick<InboxPlaces, "hosts" | "nowMs">): Promise<readonly InboxItem[]> {
  if (hosts === undefined) return [];
  return (await hosts()).flatMap((host): InboxItem[] => {
    const { machine, seenMs, report } = host;
    const reasons = outOfPolicy(host, nowMs);
    if (reasons.length === 0) return [];
    return [
      {
        kind: "machine",
        id: machine,
        urgency: "soon",
        place: machine,
        level: report.canary === "failed" ? "critical" : "high",
        title: `Out of policy: ${reasons.join("; ")}`,
        who: null,
        lost: "calls of this machine may not be judged as decided",
        sinceMs: seenMs,
        untilMs: null,
        actions: [],
        notHere: null,
        digest: null,
        seenMs: null,
        page: "/fleet",
        command: "sallyport fleet status",
      },
    ];
  });
}

export async function deliveryItems({
  directories,
  nowMs,
}: InboxPlaces): Promise<readonly InboxItem[]> {
  const exports = (await exportStandings(directories, nowMs)).flatMap((one): InboxItem[] => {
    const { name, letters, isLate, waiting, deliveredMs } = one;
    if (letters.length === 0 && !isLate) return [];
    const dead = letters.length === 0 ? "" : `${letters.length} entries were refused`;
    const late = isLate ? `${waiting} entries wait, and none was taken for an hour` : "";
    return [
      {
        kind: "delivery",
        id: `export ${name}`,
        urgency: "soon",
        level: "high",
        title: `The target ${name} does not get the log: ${[dead, late].filter(Boolean).join("; ")}`,
        lost: "another system misses what happens here",
        place: null,
        who: null,
        sinceMs: deliveredMs ?? null,
        untilMs: null,
        actions: [],
        notHere: null,
        digest: null,
        seenMs: null,
        page: "/log?filter=kind%3Adelivery",
        command: "sallyport export status --dead",
      },
    ];
  });
  const { channels } = await notifyStanding(directories);
  const notices = channels.flatMap((one): InboxItem[] => {
    const { name, dead, trouble, waiting, deliveredMs } = one;
    if (dead === 0 && trouble === "") return [];
    const why = trouble === "" ? `${dead} notices were given up` : trouble;
    return [
      {
        kind: "delivery",
        id: `notify ${name}`,
        urgency: "soon",
        level: "high",
        title: `The channel ${name} takes no notices: ${why}`,
        lost: `people are not told; ${waiting} ${waiting === 1 ? "notice waits" : "notices wait"}`,
        place: null,
        who: null,
        sinceMs: deliveredMs ?? null,
        untilMs: null,
        actions: [],
        notHere: null,
        digest: null,
        seenMs: null,
        page: "/log?filter=kind%3Adelivery",
        command: "sallyport notify status",
      },
    ];
  });
  return [...exports, ...notices];
}
