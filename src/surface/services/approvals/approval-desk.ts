// Answers to requests as they come in: checked, put on record, in force; requests that are over; the operator's list of approvers.
import { Failure } from "#base/failure.ts";
import type { ApprovalEntry } from "#govern/approvals/request.ts";
import type { ApprovalBook, ReceiptFault } from "./approval-book.ts";
import type { ApprovalNews } from "./approval-news.ts";
import type { Listing, ListedApprovers } from "./listed-approvers.ts";

/** What became of a receipt: how many have approved of how many that it takes, or why it does not count. */
export type Taken =
  | {
      readonly kind: "approved" | "denied";
      readonly id: string;
      readonly approved: number;
      readonly needed: number;
    }
  | { readonly kind: "refused"; readonly fault: ReceiptFault };

/** What is done with requests by others than the hooks. Each step is on record. */
export type ApprovalDesk = {
  /** Takes a receipt in, whichever way it came. Never throws for what is wrong with the receipt; a Failure where it cannot be recorded. */
  acceptReceipt(bytes: Uint8Array): Promise<Taken>;
  /** Ends a request, or an approval that was given; false where there is none of this id that counts. */
  end(id: string, how: "denied" | "revoked"): Promise<boolean>;
  /** Lists an approver. Throws a Failure. */
  list(listing: Listing): Promise<void>;
  /** Takes one off the list, by key. */
  unlist(key: string): Promise<boolean>;
  /** Records requests whose time is over, and files that are not ours. */
  look(): Promise<void>;
};

/** Looks, one a second, from one check of every file to the next. */
const LOOKS_PER_CHECK = 30;

/** Builds it over the requests, the list and the log. */
export function createApprovalDesk(parts: {
  readonly book: ApprovalBook;
  readonly listed: ListedApprovers;
  /** Puts a step on record; resolves when it is safe on disk. */
  readonly tell: (news: ApprovalNews) => Promise<void>;
  /** Puts on record that a file in the folder of requests is not ours. */
  readonly tellAltered: () => Promise<void>;
  readonly nowMs: () => number;
}): ApprovalDesk {
  const { book, listed, tell, tellAltered, nowMs } = parts;
  let last: Promise<unknown> = Promise.resolve();
  /** WHY one after the other: two receipts for one request are two changes of one file. */
  const inOrder = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  };
  let damagedTold = 0;
  let looks = 0;
  return {
    acceptReceipt: (bytes) => inOrder(() => accept(bytes)),
    end: (id, how) => inOrder(() => end(id, how)),
    list: (listing) => inOrder(() => list(listing)),
    unlist: (key) => inOrder(() => unlist(key)),
    look: () => inOrder(look),
  };

  async function accept(bytes: Uint8Array): Promise<Taken> {
    const checked = book.check(bytes, nowMs());
    if (checked.fault !== undefined) {
      const { fault, receipt } = checked;
      const found = receipt && book.find(receipt.answer.request, nowMs());
      await tell({
        what: "refused",
        by: "daemon",
        code: fault,
        ...(found === undefined ? {} : ofEntry(found.entry)),
        ...(receipt === undefined ? {} : { approver: { name: "", key: receipt.answer.key } }),
      });
      return { kind: "refused", fault };
    }
    const { entry, receipt } = checked;
    const { answer } = receipt;
    const approver = entry.request.approvers.find(({ key }) => key === answer.key);
    const kind = answer.answer === "approve" ? "approved" : "denied";
    const news: ApprovalNews = {
      what: kind,
      by: "operator",
      ...ofEntry(entry),
      note: answer.note,
      ...(approver === undefined ? {} : { approver }),
    };
    // Nothing counts that is not on record; what refuses counts first.
    if (kind === "denied") book.put(entry);
    await tell(news);
    if (kind === "approved") book.put(entry);
    const { id, people } = entry.request;
    return { kind, id, approved: entry.approved.length, needed: people - 1 };
  }

  async function end(id: string, how: "denied" | "revoked"): Promise<boolean> {
    const found = book.find(id, nowMs());
    if (found === undefined || (found.state !== "open" && found.state !== "approved")) return false;
    const entry = { ...found.entry, ended: { how, atMs: nowMs() } };
    book.put(entry);
    await tell({ what: how, by: "operator", ...ofEntry(entry) });
    return true;
  }

  async function list(listing: Listing): Promise<void> {
    if (!listed.isOwn(listing))
      throw new Failure("approvals", "this was not signed by this installation's operator");
    const { approver } = listing;
    await tell({ what: "listed", by: "operator", approver });
    try {
      listed.add(listing);
    } catch (cause) {
      await tell({ what: "unlisted", by: "daemon", approver });
      throw cause;
    }
  }

  async function unlist(key: string): Promise<boolean> {
    const approver = listed.all().find((one) => one.key === key);
    if (approver === undefined || !listed.remove(key)) return false;
    await tell({ what: "unlisted", by: "operator", approver });
    return true;
  }

  async function look(): Promise<void> {
    for (const entry of book.overdue(nowMs())) {
      book.put({ ...entry, ended: { how: "expired", atMs: nowMs() } });
      await tell({ what: "expired", by: "daemon", ...ofEntry(entry) });
    }
    looks += 1;
    if (looks % LOOKS_PER_CHECK !== 1) return;
    const { damaged } = book.all(nowMs());
    if (damaged.length > damagedTold) await tellAltered();
    damagedTold = damaged.length;
  }
}

function ofEntry({ request, sessionId, approved }: ApprovalEntry) {
  return { request, sessionId, approved: approved.length };
}
