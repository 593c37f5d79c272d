// A command of a playbook with the names of one incident put in, as far as it tells them.
import type { Incident } from "./incident.ts";

/** WHY only plain ids: what stands in a command is pasted into a shell. */
export function filledCommand(line: string, incident: Incident | undefined): string {
  if (incident === undefined) return line;
  const session = incident.alerts.find(({ place }) => place.session !== undefined)?.place.session;
  const isPlain = session !== undefined && /^[\w.-]{1,128}$/.test(session);
  const named = line.replaceAll(/\bINCIDENT\b/g, incident.id);
  return isPlain ? named.replaceAll(/\bSESSION\b/g, session) : named;
}
