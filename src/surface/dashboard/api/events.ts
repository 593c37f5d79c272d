// Endpoints of the log: a search with the filter language, and one event with its proof.
import * as v from "valibot";
import { GROUP_FIELDS } from "#record/index/question.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { entryJson } from "../../services/log/entry-text.ts";
import { ApiFault, endpoint } from "./endpoint.ts";
import { eventRow, rowOf, rowsAt } from "./event-row.ts";
import { beforeText, command, filterText, limitText } from "./fields.ts";
import { nextPlace, placeBefore, wholeText } from "./fields.ts";
import { askTable, teamEvent, teamEvents } from "./team-events.ts";

const PAGE_MAX = 200;

export const eventEndpoints = [
  endpoint({
    method: "GET",
    path: "/events",
    about: "Events that meet a filter, the newest first.",
    role: "viewer",
    of: "both",
    isSensitive: true,
    input: v.strictObject({
      filter: filterText,
      before: beforeText,
      limit: limitText(PAGE_MAX),
    }),
    answer: v.object({ command, items: v.array(eventRow), next: nextPlace }),
    async work(parts, { input: { filter, before: from, limit } }) {
      const { team } = parts;
      if (team !== undefined)
        return teamEvents({ ...parts, team }, { filter, before: from, limit });
      const before = placeBefore(from);
      const answer = await parts.ask({
        ask: "search",
        filter,
        limit,
        before: before ?? null,
        byRank: false,
        nowMs: parts.clock.nowMs(),
      });
      if (answer.kind !== "found") throw new ApiFault("fault", "the answer makes no sense");
      const items = await rowsAt(parts, answer.places);
      const beyond = before === undefined ? "" : ` --before ${before}`;
      return {
        command: `sallyport log search ${shellWord(filter)} --limit ${limit}${beyond}`,
        items,
        next: answer.next,
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/events/count",
    about: "How many events meet a filter, by up to two fields.",
    role: "viewer",
    of: "both",
    input: v.strictObject({
      filter: filterText,
      by: v.pipe(
        v.string(),
        v.maxLength(64),
        v.transform((text) => text.split(",")),
        v.array(v.picklist(GROUP_FIELDS)),
        v.minLength(1),
        v.maxLength(2),
      ),
      limit: limitText(1_000),
    }),
    answer: v.object({
      command,
      columns: v.array(v.string()),
      rows: v.array(v.array(v.nullable(v.union([v.string(), v.number()])))),
      isCut: v.boolean(),
    }),
    async work(parts, { input: { filter, by, limit } }) {
      const inOrder = by.some((field) => field === "hour" || field === "day");
      const answer = await askTable(parts, {
        filter,
        by,
        limit,
        inOrder,
      });
      const { columns, rows, isCut } = answer;
      return {
        command: `sallyport log stats ${shellWord(filter)} --by ${by.join(",")}`,
        columns: [...columns],
        rows: rows.map((row) => [...row]),
        isCut,
      };
    },
  }),
  endpoint({
    method: "GET",
    path: "/events/:index",
    about: "One event: what stands in clear, what is sealed, and the proof that the log holds it.",
    role: "viewer",
    of: "both",
    isSensitive: true,
    input: v.strictObject({ index: wholeText }),
    answer: v.object({
      command,
      event: eventRow,
      entry: v.unknown(),
      proof: v.nullable(v.string()),
    }),
    async work(parts, { input: { index } }) {
      if (parts.team !== undefined) return teamEvent(parts.team, index);
      const view = await parts.view();
      for await (const entry of view.entries(index, index + 1))
        return {
          command: `sallyport log show ${index}`,
          event: rowOf(entry),
          entry: entryJson(entry),
          // An entry that was written a moment ago is under no checkpoint yet.
          proof: await view.proof(index).catch(() => null),
        };
      throw new ApiFault("not-found", `the log has no event ${index}`);
    },
  }),
];
