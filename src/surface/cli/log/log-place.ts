// Where in a log a person means: an index, or the id of an event.
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { LogView } from "#record/store/log-view.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The index that `event` names. A Failure when the log has no such event. */
export async function findIndex(view: LogView, event: string): Promise<number> {
  const size = await view.size();
  const id = event.toLowerCase();
  const index = UUID.test(id) ? await view.find(id) : wholeNumber(event, "the event");
  if (index === undefined || index >= size) {
    throw new Failure(
      "event-missing",
      `the log has no event \`${printable(event)}\`: it has ${size}, counted from 0`,
    );
  }
  return index;
}

/** A whole number of an argument; a Failure when it is none. */
export function wholeNumber(text: string, what: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw new Failure(
      "usage",
      `${what} is \`${printable(text)}\`: give a whole number, or an event id to show`,
    );
  }
  return Number(text);
}
