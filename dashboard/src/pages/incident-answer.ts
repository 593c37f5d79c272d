// What the pages about one incident take from the API's answer.
/** One row of `GET /incidents`. */
export type IncidentRow = {
  readonly id: string;
  readonly level: string;
  readonly state: string;
  readonly title: string;
  readonly owner: string | null;
  readonly openedMs: number;
  readonly updatedMs: number;
  readonly alerts: number;
  readonly drill: boolean;
  readonly stepsDone: number;
  readonly steps: number;
  readonly rules: readonly string[];
  readonly firstMs: number;
  readonly lastMs: number;
  readonly outcome: string | null;
  readonly person: string | null;
  readonly project: string | null;
};
export type Alert = {
  readonly id: string;
  readonly timeMs: number;
  readonly rule: string;
  readonly title: string;
  readonly level: string;
  readonly repeats: number;
  readonly events: readonly number[];
};
export type Action = {
  readonly atMs: number;
  readonly by: string;
  readonly what: string;
  readonly note: string | null;
};
export type Step = {
  readonly id: string;
  readonly phase: string;
  readonly by: string;
  readonly do: string;
  readonly proof: string;
  readonly breakGlass: boolean;
  readonly run: readonly string[];
  readonly done: { readonly atMs: number; readonly by: string } | null;
};
export type Playbook = {
  readonly id: string;
  readonly title: string;
  readonly startedMs: number;
  readonly by: string;
  readonly steps: readonly Step[];
};
/** The answer of `GET /incidents/:id`. */
export type IncidentAnswer = {
  readonly command: string;
  readonly incident: IncidentRow;
  readonly outcome: string | null;
  readonly alerts: readonly Alert[];
  readonly alertsOmitted: number;
  readonly actions: readonly Action[];
  readonly sessions: readonly string[];
  /** What closing it would leave undone, in words. */
  readonly stillOpen: readonly string[];
  readonly playbooks: readonly Playbook[];
  readonly available: readonly {
    readonly id: string;
    readonly title: string;
    readonly isFor: boolean;
  }[];
};
