// An alert: something that somebody should look at, found while it happened. The same log gives the same alerts.
import type { CallOutcome } from "./outcome.ts";
import type { Level } from "../detection/detection.ts";

/** Where an alert belongs. Missing where its events do not tell, or where their key is not here. */
export type AlertPlace = {
  /** The client's id. */
  readonly session?: string;
  /** The session as the log names it in clear. */
  readonly pseudonym?: string;
  readonly user?: string;
  readonly project?: string;
  readonly host?: string;
  /** Where data went, where the alert is about that. */
  readonly destination?: string;
  /** The MCP server that was called, where it is one. */
  readonly server?: string;
  /** Stands for person and project together, in files that keep neither: the same for equal alerts of other sessions. */
  readonly scene?: string;
  /** What became of the call, where the alert is about one. */
  readonly outcome?: CallOutcome;
};

/** What was found. */
export type Alert = {
  /** Made of the rule and its last event, so that who looks at the log again finds the same: `al-` and 26 letters. */
  readonly id: string;
  /** Wall time of the event with which it became true. */
  readonly timeMs: number;
  /** A detection that ships or is the site's own: `impact/mass-deletion`. */
  readonly rule: string;
  /** One sentence without any word of a call; where it is about one, what became of it stands first. */
  readonly title: string;
  readonly level: Level;
  /** ATT&CK and ATLAS tags as Sigma writes them. */
  readonly tags: readonly string[];
  /** Indexes of the log, ascending; at most 64, of more the newest. */
  readonly events: readonly number[];
  /** How often the same matched in the same session shortly before, without an alert of its own. */
  readonly repeats: number;
  readonly place: AlertPlace;
};
