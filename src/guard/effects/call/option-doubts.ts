// What cannot be known of the options of a call: unknown ones, those that a variable moves, and words that may be options.
import type { CallSite } from "../../shell/values/host.ts";
import type { CommandModel, Invocation } from "../model/command-model.ts";
import type { EffectNotes } from "./effect-notes.ts";

/** A call of a program as its model reads it. */
type ReadCall = {
  readonly model: CommandModel;
  readonly name: string;
  readonly invocation: Invocation;
  /** Whether the call has a variable of this name. */
  readonly isSet: (variable: string) => boolean;
  readonly place: CallSite;
};

/** Notes what the options of a call leave open. */
export function noteOptionDoubts(
  { model, name, invocation, isSet, place }: ReadCall,
  notes: EffectNotes,
): void {
  const { hasOtherOptions = false } = model;
  for (const option of hasOtherOptions ? [] : invocation.unknownOptions) {
    notes.unknown(
      "unknown-option",
      `\`${name}\` has an option that sallyport does not know: \`${option}\``,
      place,
    );
  }
  if (invocation.isMixed && isSet("POSIXLY_CORRECT"))
    notes.unknown(
      "unknown-option",
      `under \`POSIXLY_CORRECT\` an option of \`${name}\` behind an operand is none`,
      place,
    );
  const isPlain = model.hasPlainOptions === true && !invocation.isShifted;
  if (invocation.uncertain && !hasOtherOptions && model.hasHarmlessOptions !== true && !isPlain)
    notes.unknown(
      "unknown-option",
      `an argument of \`${name}\` that is not known may be an option`,
      place,
    );
}
