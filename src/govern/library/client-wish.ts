// How a policy wants the client to be started: its permission mode, and whether a classifier may decide in people's place.
import * as v from "valibot";

/** Modes that managed settings can start with. How strict: of equal ones neither holds what the other does. */
const STRICTNESS = { acceptEdits: 0, default: 1, plan: 2, dontAsk: 2 } as const;
/** A mode that a session can be made to start in. */
export type ClientMode = keyof typeof STRICTNESS;
/** Those modes. */
export const CLIENT_MODES = Object.keys(STRICTNESS) as readonly ClientMode[];

/** What a pack says under `client`. */
export const ClientWishSchema = v.strictObject({
  mode: v.optional(v.picklist(CLIENT_MODES)),
  autoMode: v.optional(v.boolean()),
});
export type ClientWish = v.InferOutput<typeof ClientWishSchema>;

/** Whether a mode holds everything that another does. */
export function isAsStrict(mode: ClientMode, as: ClientMode): boolean {
  return mode === as || STRICTNESS[mode] > STRICTNESS[as];
}

/** What is wrong with an own wish over those below, in words; undefined where it is as strict as all of them. */
export function milderThan(own: ClientWish, below: readonly ClientWish[]): string | undefined {
  for (const { mode, autoMode } of below) {
    if (own.mode !== undefined && mode !== undefined && !isAsStrict(own.mode, mode))
      return `the mode \`${own.mode}\` does not hold what \`${mode}\` does`;
    if (own.autoMode === true && autoMode === false)
      return "`autoMode: true` lets a classifier decide";
  }
  return undefined;
}

/** Wishes as one that is as strict as each; undefined where no mode is. */
export function joinWishes(wishes: readonly ClientWish[]): ClientWish | undefined {
  const modes = wishes.flatMap(({ mode }) => mode ?? []);
  const mode = modes.find((one) => modes.every((other) => isAsStrict(one, other)));
  if (mode === undefined && modes.length > 0) return undefined;
  const said = wishes.flatMap(({ autoMode }) => autoMode ?? []);
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(said.length === 0 ? {} : { autoMode: said.every(Boolean) }),
  };
}
