// An incident as a story: what of its reconstruction a page tells, with the prompts, calls, steps and actions in their order.
import * as v from "valibot";
import { NAME_KINDS } from "#record/event/readable-part.ts";

const texts = v.array(v.string());
const word = v.nullable(v.string());
const moment = { event: v.number(), timeMs: v.number() };
const names = v.object(v.entriesFromList(NAME_KINDS, texts));

const identity = v.object({
  users: texts,
  places: texts,
  hosts: texts,
  modes: texts,
  workspaces: texts,
  sessions: texts,
  branches: texts,
  commits: texts,
  clients: texts,
});
const prompts = v.array(v.object({ ...moment, said: word }));
const calls = v.array(
  v.object({
    ...moment,
    event: v.nullable(v.number()),
    tool: v.string(),
    said: word,
    verdict: v.string(),
    rules: texts,
    came: v.string(),
    why: v.string(),
    /** Detections of the incident that name it. */
    alerts: texts,
    mode: word,
    policy: word,
  }),
);
const steps = v.array(v.object({ ...moment, kind: v.string(), what: v.string() }));
const actions = v.array(
  v.object({
    atMs: v.number(),
    by: v.string(),
    what: v.string(),
    note: v.exactOptional(v.string()),
  }),
);

/** What `incident reconstruct --json` prints, as far as a page tells it. */
export const reconstructed = v.object({
  identity,
  prompts,
  calls,
  callsOmitted: v.number(),
  steps,
  affected: v.object({
    ...names.entries,
    effects: v.record(v.string(), v.array(v.number())),
    perhaps: names,
  }),
  allowed: v.object({ proposed: word }),
  containment: v.object({ actions }),
  gaps: texts,
});

/** What came of it by name: reached for sure, and of calls whose end nobody knows. */
export const story = v.object({
  identity,
  prompts,
  calls,
  callsOmitted: v.number(),
  steps,
  reached: names,
  perhaps: names,
  effects: v.array(v.object({ effect: v.string(), events: v.array(v.number()) })),
  actions,
  /** How it was possible, as the record speaks for it; null where only a person knows. */
  proposed: word,
  gaps: texts,
});

/** The story of a reconstruction. */
export function storyOf(whole: v.InferOutput<typeof reconstructed>): v.InferInput<typeof story> {
  const { affected, allowed, containment, ...rest } = whole;
  const { effects, perhaps, ...reached } = affected;
  return {
    ...rest,
    reached,
    perhaps,
    effects: Object.entries(effects).map(([effect, events]) => ({ effect, events })),
    actions: containment.actions,
    proposed: allowed.proposed,
  };
}
