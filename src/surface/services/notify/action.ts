// What somebody may answer from outside: an action on an alert, an incident or a request, in a strict form.
import * as v from "valibot";

export const ACTIONS = ["acknowledge", "close", "approve", "deny", "quarantine"] as const;
export type ActionName = (typeof ACTIONS)[number];

const id = v.pipe(
  v.string(),
  v.regex(/^[\w.:/-]{1,200}$/, "an id has letters, digits and `._:/-`"),
);

/** The body of a signed webhook; `data/schema/action.schema.json` is the same in JSON Schema. */
export const actionBodySchema = v.strictObject({
  type: v.literal("action"),
  data: v.strictObject({
    action: v.picklist(ACTIONS),
    subject: id,
    by: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
    note: v.exactOptional(v.pipe(v.string(), v.maxLength(1_000))),
  }),
});

/** An action as it is handed on: who was asked by whom, under which id. */
export const actionSchema = v.strictObject({
  ...actionBodySchema.entries.data.entries,
  /** The name of the sender in the settings. */
  sender: v.pipe(v.string(), v.maxLength(40)),
  /** Under which it came; it never comes twice. */
  id: v.pipe(v.string(), v.maxLength(256)),
  atMs: v.pipe(v.number(), v.finite()),
});

/** `by` and `note` are a person's text, `subject` an id that may name nothing. */
export type Action = v.InferOutput<typeof actionSchema>;
