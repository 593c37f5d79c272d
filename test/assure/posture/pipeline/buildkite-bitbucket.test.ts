// Pipelines of Buildkite and Bitbucket: steps in groups, stages and beside each other are jobs, and those behind a person's word are approved.
import { expect, it } from "vitest";
import { readPipeline } from "#assure/posture/pipeline/read-pipeline.ts";

function jobsOf(file: string, source: string) {
  const reading = readPipeline(file, source);
  if (reading?.kind !== "read") throw new Error("not read");
  return reading.pipeline.jobs.map(({ id, hasTimeout, isApproved, containers, steps }) => ({
    id,
    hasTimeout,
    isApproved,
    images: containers.map(({ text }) => text),
    lines: steps.flatMap(({ scripts }) => scripts.map(({ text }) => text)),
    stored: steps.flatMap(({ inputs }) => inputs.map(({ value }) => value)),
  }));
}

it("Buildkite's steps, groups, plugins and blocks are read", () => {
  const source = `
steps:
  - group: checks
    steps:
      - label: review
        timeout_in_minutes: 5
        commands: [one, 'echo "$$KEY"']
        artifact_paths: "out/*;log.txt"
        plugins:
          - docker#v5.11.0: { image: "node:22.11.0", privileged: true }
  - wait
  - block: release
  - { key: ship, command: two }
`;
  const own = { hasTimeout: false, isApproved: false, images: [], stored: [] };
  expect(jobsOf(".buildkite/pipeline.yml", source)).toEqual([
    {
      ...own,
      id: "review",
      hasTimeout: true,
      images: ["node:22.11.0"],
      lines: ["one", 'echo " $KEY"'],
      stored: ["out/*", "log.txt"],
    },
    { ...own, id: "ship", isApproved: true, lines: ["two"] },
  ]);
});

it("Bitbucket's branches, stages and parallel steps are read", () => {
  const source = `
image: node:22.11.0
pipelines:
  pull-requests:
    "**":
      - parallel:
          - step: { name: a, max-time: 5, script: [one] }
          - step: { name: b, image: "python:3.12", script: [two] }
  branches:
    main:
      - stage: { steps: [{ step: { name: c, script: [three], artifacts: ["dist/**"] } }] }
      - step: { name: d, trigger: manual, script: [four] }
`;
  const own = { hasTimeout: false, isApproved: false, images: ["node:22.11.0"], stored: [] };
  expect(jobsOf("bitbucket-pipelines.yml", source)).toEqual([
    { ...own, id: "a", hasTimeout: true, lines: ["one"] },
    { ...own, id: "b", images: ["python:3.12"], lines: ["two"] },
    { ...own, id: "c", lines: ["three"], stored: ["dist/**"] },
    { ...own, id: "d", isApproved: true, lines: ["four"] },
  ]);
});
