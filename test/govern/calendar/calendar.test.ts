// Tasks that come back: when each is due, the ones that ship, and the file for calendars of people.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatIcs } from "#govern/calendar/ics.ts";
import { type Done, parseTask, TASK_FIELDS, type Task, taskStatus } from "#govern/calendar/task.ts";
import { loadTasks } from "#surface/services/calendar/calendar.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2030, 0, 31, 12);
const doneAt = (atMs: number): Done => ({ atMs, by: "ada", digest: null, record: "x" });
const task = (changes: Partial<Task> = {}): Task => ({
  id: "look",
  title: "Look",
  description: "Look at it.",
  every: "week",
  owner: "ada",
  commands: ["sallyport status"],
  proof: "statement",
  source: "a test",
  requirements: ["M1"],
  ...changes,
});

describe("the tasks that ship", () => {
  test("are read, from every day to every year, with each kind of proof", () => {
    const all = loadTasks();
    expect(all.map(({ every }) => every)).toEqual([
      "day",
      "week",
      "month",
      "quarter",
      "quarter",
      "year",
      "year",
    ]);
    expect(new Set(all.map(({ proof }) => proof))).toEqual(new Set(["statement", "file", "drill"]));
  });
  test("have the fields that the published schema has", () => {
    const file = new URL("../../../data/schema/calendar.schema.json", import.meta.url);
    const schema = JSON.parse(readFileSync(file, "utf8")) as { properties: object };
    expect(Object.keys(schema.properties)).toEqual(TASK_FIELDS);
  });
  test("are refused under another name, and with a word that is none", () => {
    const text = readFileSync(
      new URL("../../../data/calendar/review-log.yaml", import.meta.url),
      "utf8",
    );
    const from = { file: "x.yaml", name: "review-log" };
    expect(parseTask(text, from).id).toBe("review-log");
    expect(() => parseTask(text, { ...from, name: "other" })).toThrow("not the task's file");
    expect(() => parseTask(text.replace("every: day", "every: hour"), from)).toThrow(/every/);
  });
});

describe("a task", () => {
  test.each([
    ["that nobody recorded, where nothing was", undefined, undefined, "unused"],
    ["that nobody recorded, a week after the first record", undefined, 7, "due"],
    ["that nobody recorded, ten days after it", undefined, 10, "overdue"],
    ["that nobody recorded, a day after it", undefined, 1, "open"],
    ["done six days ago", 6, 90, "open"],
    ["done seven days ago", 7, 90, "due"],
    ["done nine days ago", 9, 90, "overdue"],
    ["done in the future by a clock that was wrong", -400, 500, "open"],
  ] as const)("%s is as it should be", (_, done, since, state) => {
    const status = taskStatus(task(), {
      done: done === undefined ? undefined : doneAt(NOW - done * DAY),
      sinceMs: since === undefined ? undefined : NOW - since * DAY,
      nowMs: NOW,
    });
    expect(status.state).toBe(state);
  });
});

describe("the file for calendars", () => {
  const of = { nowMs: NOW, of: "0011" };
  const text = formatIcs(
    [
      { task: task({ every: "month", title: "Keys; all, of\\ them" }), nextMs: NOW },
      { task: task({ id: "long", description: `${"\u00e4".repeat(200)}\nend` }), nextMs: NOW },
    ],
    of,
  );
  const unfolded = text.replaceAll("\r\n ", "");
  test("has lines of at most 75 octets that end as the format wants, and no character cut in two", () => {
    expect(text.endsWith("END:VCALENDAR\r\n")).toBe(true);
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    const lines = text.split("\r\n");
    expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBe(75);
    expect(lines.filter((line) => line.startsWith(" ")).length).toBeGreaterThan(4);
    expect(unfolded).toContain(`DESCRIPTION:${"\u00e4".repeat(200)}\\nend\\nOwner: ada`);
  });
  test("comes back as often as the task, on a day that every month has, under an id that stays", () => {
    expect(unfolded).toContain("DTSTART;VALUE=DATE:20300128\r\nRRULE:FREQ=MONTHLY\r\n");
    expect(unfolded).toContain("DTSTART;VALUE=DATE:20300131\r\nRRULE:FREQ=WEEKLY\r\n");
    expect(unfolded).toContain("SUMMARY:Keys\\; all\\, of\\\\ them\r\n");
    expect(unfolded).toContain("DTSTAMP:20300131T120000Z\r\n");
    const ids = [...unfolded.matchAll(/^UID:(.+)\r$/gm)].map(([, id]) => id);
    expect(ids).toEqual(["look.0011@sallyport.invalid", "long.0011@sallyport.invalid"]);
    const later = formatIcs([{ task: task(), nextMs: NOW }], { ...of, nowMs: NOW + DAY });
    expect(later).toContain("UID:look.0011@");
  });
});
