// What other systems are asked to delete: every kind of target has a way, ranges cover their entries, what is settled stays so.
import { expect, it } from "vitest";
import {
  type DeletionRequest,
  DELETION_KINDS,
  deletionWay,
  rangesOf,
  withRequests,
} from "#record/privacy/deletion-request.ts";
import { TARGET_KINDS } from "#surface/services/export/target-kinds.ts";

const request: DeletionRequest = {
  erasure: "e1",
  target: "siem",
  to: "elastic",
  destination: "elastic x",
  fields: "",
  entries: 2,
  ranges: "0-1",
  firstMs: 0,
  lastMs: 1,
  isCertain: true,
  subjects: [],
  askedMs: 5,
  state: "outstanding",
  settledMs: null,
  note: "",
};

it("says of every kind of target how entries leave it, and of an unknown one that nobody knows", () => {
  expect(DELETION_KINDS.toSorted()).toEqual([...TARGET_KINDS.keys(), "collector"].toSorted());
  expect(deletionWay("unknown").hasInterface).toBe(false);
  expect(deletionWay("constructor")).toEqual(deletionWay("unknown"));
  expect(deletionWay("datadog").hasInterface).toBe(false);
});

it("writes indices as ranges, and covers more than that where there are too many", () => {
  expect(rangesOf([])).toBe("");
  expect(rangesOf([0, 1, 2, 7, 9, 10])).toBe("0-2,7,9-10");
  const sparse = Array.from({ length: 3_000 }, (_, place) => place * 2);
  const ranges = rangesOf(sparse).split(",");
  expect(ranges.length).toBe(1_000);
  expect(ranges.at(-1)).toBe("1998-5998");
});

it("adds what is new, and leaves what was settled", () => {
  const done: DeletionRequest = { ...request, state: "attested", settledMs: 9 };
  const other = { ...request, target: "second" };
  expect(withRequests([done], [request, other])).toEqual([done, other]);
  expect(withRequests([request], [{ ...request, state: "done", settledMs: 7 }])).toMatchObject([
    { state: "done" },
  ]);
});
