// The command that runs a call held: how it is started, what is shown of it, and which ticket it names.
import { printable } from "#base/printable.ts";
import { quotedForShell } from "#base/shell-quoting.ts";
import type { CallProfile } from "./call-profile.ts";
import { holdPlaces } from "./shim.ts";
import type { Room } from "./room.ts";
import type { HoldPrograms } from "./hold-status.ts";

/** The command that starts bubblewrap, in the room's own namespaces as far as the profile joins them. */
export function startOf(
  profile: CallProfile,
  { keeper, host }: Pick<Room, "keeper" | "host">,
  { bwrap, join: joining }: HoldPrograms,
): readonly string[] {
  if (joining === undefined || keeper === undefined) return [bwrap];
  const { nsenter } = joining;
  if (profile.joins) return [nsenter, "-t", String(keeper), ...JOINED, "--", bwrap];
  if (host === undefined) return [bwrap];
  const network = profile.joinsNetwork === true ? ["-n"] : [];
  return [nsenter, "-t", String(host), ...MOUNTS, ...network, "--", bwrap];
}

/** Options of nsenter that join a room with its mounts, network and processes. */
export const JOINED = ["-U", "--preserve-credentials", "-m", "-n", "-p"];

/** The mounts come from a file. */
export const IN_PREPARED = ["-U", "--preserve-credentials", "-n", "-p"];

/** WHY not the processes: what is signalled may open a debugger on the shared network, and such a call sees more than others. */
const MOUNTS = ["-U", "--preserve-credentials", "-m"];

/** Characters of a command that stand behind its ticket, for people who are asked by the client. */
const SHOWN_CHARS_MAX = 80;

/** The beginning of a command as a comment: one line, and nothing in it that a terminal would obey. */
export function shownCommand(command: string): string {
  const line = printable(command.trim().split("\n", 1)[0] ?? "");
  const isWhole = line.length <= SHOWN_CHARS_MAX && line === command.trim();
  return isWhole ? line : `${line.slice(0, SHOWN_CHARS_MAX)}…`;
}

/** The name of a held command's ticket; undefined for a command that is none. */
export function ticketIn(command: string, data: string): string | undefined {
  const found = /^\. (.+) ([0-9a-f]{20})(?: #[^\n]*)?$/.exec(command);
  const shim = found?.[1];
  return shim !== undefined && shim === quotedForShell(holdPlaces(data).shim)
    ? found?.[2]
    : undefined;
}
