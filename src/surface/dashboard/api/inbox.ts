// The endpoint of what needs a person: one list of many sources, what is lost soonest by waiting first.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readInbox } from "../../services/inbox/inbox.ts";
import { placesOf } from "../../services/inbox/inbox-places.ts";
import {
  countKinds,
  INBOX_KINDS,
  inboxItemSchema,
  inOrder,
} from "../../services/inbox/inbox-item.ts";
import { machineItems } from "../../services/inbox/operation-items.ts";
import { sameAnswer } from "../context/same-answers.ts";
import type { DashboardParts } from "../context/parts.ts";
import { endpoint } from "./endpoint.ts";
import { command, limitText } from "./fields.ts";
import { reportedHosts } from "./team.ts";

const LIMIT_MAX = 500;
const SAME_MS = 1_000;
const kinds = v.picklist(INBOX_KINDS);

export const inboxEndpoints = [
  endpoint({
    method: "GET",
    path: "/inbox",
    about:
      "What needs a person: questions, approvals, incidents, changes, failures and ends; what is lost soonest by waiting first.",
    role: "viewer",
    isSensitive: true,
    of: "both",
    input: v.strictObject({ kind: v.optional(kinds), limit: limitText(LIMIT_MAX) }),
    answer: v.object({
      command,
      /** When it was gathered, wall time. */
      atMs: v.number(),
      items: v.array(inboxItemSchema),
      /** Of the kind that was asked for, all kinds where none was. */
      total: v.number(),
      counts: v.record(kinds, v.number()),
      /** What could not be read: nothing is known of it. */
      unread: v.array(v.object({ kind: kinds, why: v.string() })),
    }),
    async work(parts, { input: { kind, limit } }) {
      // WHY once a second: every open page asks, and asks again after each decision.
      const sign = String(Math.floor(parts.clock.nowMs() / SAME_MS));
      const { items, counts, unread } = await sameAnswer(parts, { key: "inbox", sign }, () =>
        gathered(parts),
      );
      const wanted = kind === undefined ? items : items.filter((one) => one.kind === kind);
      return {
        command: `sallyport inbox${kind === undefined ? "" : ` --kind ${kind}`}`,
        atMs: parts.clock.nowMs(),
        items: wanted.slice(0, limit),
        total: wanted.length,
        counts: { ...counts },
        unread: [...unread],
      };
    },
  }),
];

/** Over the store of a team only machines are known; the rest is on each of them. */
async function gathered(parts: DashboardParts) {
  const { directories, clock, order, team } = parts;
  const nowMs = clock.nowMs();
  const hosts = () => reportedHosts(parts);
  if (team !== undefined) {
    const items = inOrder(await machineItems({ nowMs, hosts }));
    return { items, counts: countKinds(items), unread: [] };
  }
  return readInbox(
    placesOf(directories, {
      nowMs,
      hosts,
      environment: parts.environment ?? process.env,
      async questions() {
        const told = await order({ order: "questions" });
        if (told.kind === "questions") return told.questions;
        throw new Failure("daemon", "the daemon does not say");
      },
    }),
  );
}
