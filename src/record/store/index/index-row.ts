// One event as it is written to the index.
import type { IndexedEvent } from "../../index/indexed-event.ts";

/** One event for the index. `subject` is the id of whose data was sealed in it; `name` is the user's name, sealed. */
export type IndexRow = {
  readonly event: IndexedEvent;
  readonly subject: string | undefined;
  readonly name: { readonly pseudonym: string; readonly sealed: Uint8Array } | undefined;
};
