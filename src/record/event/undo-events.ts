// Events of changes that a person took back, or tried: how many files, and what had been changed by others meanwhile.
import { cutText, PATH_CHARS_MAX, plainName, wholeNumber } from "./bounded.ts";
import { type AuditEvent, baseMetadata, type EventStamp, ID_CHARS_MAX } from "./event.ts";

/**
 * What calls changed in a project was taken back (`undone`), or what a command did on an overlay was made in the project
 * (`committed`) or not (`thrown-away`). `undo` names the record that takes this back again, or the trial; `kept` counts files
 * that stayed as they are. Calls, the project and the person are sealed.
 */
export function undoEvent(
  stamp: EventStamp,
  input: {
    readonly what: "undone" | "committed" | "thrown-away";
    readonly undo: string;
    readonly files: number;
    readonly kept: number;
    readonly calls: readonly string[];
    readonly root: string;
    readonly user: string;
  },
): AuditEvent {
  const { what, undo, files, kept, calls, root, user } = input;
  const metadata = {
    ...baseMetadata(stamp, "undo"),
    what,
    undo: plainName(undo) ?? "other",
    files: wholeNumber(files),
    kept: wholeNumber(kept),
    calls: wholeNumber(calls.length),
  };
  const sealed = {
    user: cutText(user, ID_CHARS_MAX),
    project: cutText(root, PATH_CHARS_MAX),
    call: calls.slice(0, 64).map((id) => cutText(id, ID_CHARS_MAX)),
  };
  return { id: stamp.id, metadata, sealed };
}
