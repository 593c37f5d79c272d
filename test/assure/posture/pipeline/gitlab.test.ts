// GitLab's `extends` and `!reference` are followed, and hidden jobs that others are made of are no jobs.
import { expect, it } from "vitest";
import { readPipeline } from "#assure/posture/pipeline/read-pipeline.ts";

const jobsOf = (source: string) => {
  const reading = readPipeline(".gitlab-ci.yml", source);
  if (reading?.kind !== "read") throw new Error("not read");
  return reading.pipeline.jobs;
};

it("a job takes over what it extends, and its own words win", () => {
  const [job, ...rest] = jobsOf(
    ".base: {timeout: 5m, variables: {A: '1', B: '2'}}\n.more: {extends: .base, image: a:1}\nrun: {extends: .more, image: b:2, variables: {B: '3'}, script: [x]}\n",
  );
  expect(rest).toEqual([]);
  expect([job?.id, job?.hasTimeout, job?.containers.map(({ text }) => text)]).toEqual([
    "run",
    true,
    ["b:2"],
  ]);
  expect(job?.environment.map(({ name, value }) => `${name}=${value}`)).toEqual(["A=1", "B=3"]);
});

it("a hidden job that nothing here extends is looked at, for another file may", () => {
  expect(jobsOf(".run: {script: [x]}\n").map(({ id }) => id)).toEqual([".run"]);
});

it("`!reference` puts in the lines that it names", () => {
  const jobs = jobsOf(
    ".s: {script: [one, two]}\nrun:\n  script:\n    - !reference [.s, script]\n    - three\n",
  );
  const run = jobs.find(({ id }) => id === "run");
  expect(run?.steps.flatMap(({ scripts }) => scripts.map(({ text }) => text))).toEqual([
    "one",
    "two",
    "three",
  ]);
});

it("jobs that extend each other end", () => {
  expect(
    jobsOf("a: {extends: b, script: [x]}\nb: {extends: a, script: [y]}\n").map(({ id }) => id),
  ).toEqual(["a", "b"]);
});
