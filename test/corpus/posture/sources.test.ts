// The audit finds the faulty examples of the five source documents, rebuilt small, and nothing unreasonable in twenty ordinary repositories.
import { describe, expect, it } from "vitest";
import { acceptedMissing, benignTrees, faultList, sourceExamples } from "./case.ts";
import { lookAtSources, lookAtTrees } from "./judge.ts";

describe("examples of the sources", () => {
  const examples = sourceExamples();
  it("name faults that are known", () => {
    const known = new Set(faultList().map(({ id }) => id));
    expect(examples.flatMap(({ finds }) => finds).filter((id) => !known.has(id))).toEqual([]);
  });
  it("stand for every document and at least fifty items of X", () => {
    const documents = new Set(examples.map(({ source }) => source.slice(0, 3)));
    expect([...documents].sort()).toEqual(["000", "001", "002", "003", "004", "ext"]);
    const items = new Set(examples.flatMap(({ stands }) => stands).filter((item) => item.startsWith("X.")));
    expect(items.size).toBeGreaterThanOrEqual(50);
  });
  it("are found, all of them", async () => {
    const wrong = (await lookAtSources()).filter(({ wrong }) => wrong.length > 0);
    expect(wrong.map(({ id, wrong }) => `${id}: ${wrong.join(" ")}`)).toEqual([]);
  });
});

describe("benign trees", () => {
  it("are twenty", () => {
    expect(benignTrees()).toHaveLength(20);
  });
  it("hold nothing that a reasonable owner would reject", async () => {
    const looks = await lookAtTrees();
    expect(looks.flatMap(({ id, wrong }) => wrong.map((fault) => `${id} ${fault}`))).toEqual([]);
    const times = new Map<string, number>();
    for (const id of looks.flatMap(({ accepted }) => accepted)) times.set(id, (times.get(id) ?? 0) + 1);
    const strange = acceptedMissing().filter(({ id, most }) => (times.get(id) ?? 0) !== most);
    expect(strange.map(({ id, most }) => `${id}: ${times.get(id) ?? 0}, not ${most}`)).toEqual([]);
  });
  it("lack nothing that is accepted but what faults call missing", () => {
    const missing = new Set(faultList().flatMap(({ id, kind }) => (kind === "missing" ? [id] : [])));
    expect(acceptedMissing().filter(({ id }) => !missing.has(id))).toEqual([]);
  });
});
