// The inbox: everything of this installation that needs a person. A source that cannot be read is named, never taken for empty.
import { Failure } from "#base/failure.ts";
import { countKinds, inOrder, type InboxItem, type InboxKind } from "./inbox-item.ts";
import type { InboxPlaces } from "./inbox-places.ts";
import { deliveryItems, machineItems } from "./operation-items.ts";
import { attestationItems, exceptionItems, findingItems } from "./ending-items.ts";
import { extensionItems, serverItems } from "./change-items.ts";
import { approvalItems, incidentItems, questionItems } from "./waiting-items.ts";

export type Inbox = {
  readonly items: readonly InboxItem[];
  readonly counts: Readonly<Record<InboxKind, number>>;
  /** Sources that could not be read, and why. */
  readonly unread: readonly { readonly kind: InboxKind; readonly why: string }[];
};

type Source = (places: InboxPlaces) => Promise<readonly InboxItem[]> | readonly InboxItem[];

const SOURCES: readonly (readonly [InboxKind, Source])[] = [
  ["question", questionItems],
  ["approval", approvalItems],
  ["incident", incidentItems],
  ["server", serverItems],
  ["extension", extensionItems],
  ["machine", machineItems],
  ["delivery", deliveryItems],
  ["finding", findingItems],
  ["exception", exceptionItems],
  ["attestation", attestationItems],
];

/** Gathers it. Never rejects: what cannot be read is told beside what can. */
export async function readInbox(places: InboxPlaces): Promise<Inbox> {
  const unread: { kind: InboxKind; why: string }[] = [];
  const found = await Promise.all(
    SOURCES.map(async ([kind, source]) => {
      try {
        return await source(places);
      } catch (cause) {
        const why = cause instanceof Failure ? cause.message : "it could not be read";
        unread.push({ kind, why });
        return [];
      }
    }),
  );
  const items = inOrder(found.flat());
  return { items, counts: countKinds(items), unread };
}
