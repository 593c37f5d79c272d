// withheld-value: the placeholder of a value that was withheld from the agent; what is written with it lacks the value.
import type { Detector } from "../detection/detector.ts";
import { PLACEHOLDER } from "../detection/withheld.ts";

export const withheldValue: Detector = {
  id: "withheld-value",
  title: "the placeholder of a value that was withheld",
  family: "secret",
  tier: "low",
  rank: 30,
  keywords: ["[[sp:"],
  before: 0,
  after: 96,
  *find(window) {
    for (const { 0: found, index } of window.matchAll(PLACEHOLDER))
      yield { start: index, end: index + found.length };
  },
};
