// An alert: something that somebody should look at, found while it happened. The same log gives the same alerts.
import type { Level } from "../detection/detection.ts";

/** Where an alert belongs, in the words of the log: pseudonyms stay pseudonyms. Missing where its events do not tell. */
export type AlertPlace = {
  readonly session?: string;
  readonly user?: string;
  readonly project?: string;
  readonly host?: string;
  /** Where data went, where the alert is about that. */
  readonly destination?: string;
};

/** What was found. */
export type Alert = {
  /** Made of the rule and its last event, so that who looks at the log again finds the same: `al-` and 26 letters. */
  readonly id: string;
  /** Wall time of the event with which it became true. */
  readonly timeMs: number;
  /** `detection`: a rule of `data/detections` or of the site. `chain`: a way of data through a session (decision 0062). */
  readonly source: "detection" | "chain";
  /** `impact/mass-deletion`, or the kind of the chain. */
  readonly rule: string;
  /** One sentence without any word of a call. */
  readonly title: string;
  readonly level: Level;
  /** ATT&CK and ATLAS tags as Sigma writes them. */
  readonly tags: readonly string[];
  /** Indexes of the log, ascending; at most 64, of more the newest. */
  readonly events: readonly number[];
  readonly place: AlertPlace;
};
