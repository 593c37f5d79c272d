// An order about an incident, given to the daemon: only the daemon changes incidents, and it puts each change on record first.
import { Failure } from "#base/failure.ts";
import { userName } from "#platform/user.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import type { IncidentOrder } from "../../../services/incidents/incident-desk.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";

const NOTE_CHARS_MAX = 2_000;

/** Has it carried out in the person's name. Throws a Failure with the daemon's words where it refuses. */
export async function orderIncident(
  data: string | undefined,
  { note, ...order }: Omit<IncidentOrder, "by" | "note"> & { readonly note?: string | undefined },
): Promise<{ readonly id: string; readonly state: string }> {
  if (note !== undefined && note.length > NOTE_CHARS_MAX)
    throw new Failure("usage", `a note has at most ${NOTE_CHARS_MAX} characters`);
  const install = requireInstall(directoriesIn(data ?? dataDirectory()));
  await startDaemon(install);
  const answer = await giveOrder(install, {
    order: "incident",
    by: userName() || "unknown",
    ...order,
    ...(note === undefined || note === "" ? {} : { note }),
  });
  if (answer.kind !== "incident") throw refused(answer);
  return { id: answer.id, state: answer.state };
}
