// The project that the tests of one file judge commands in: made before the first of them, taken away after the last.
import { afterAll, beforeAll } from "vitest";
import { makeProject, type TestProject } from "./judging.ts";

/** Registers making and removing it; what comes back gives it, once a test runs. */
export function judgedProject(): () => TestProject {
  let made: TestProject;
  beforeAll(() => {
    made = makeProject();
  });
  afterAll(() => made.remove());
  return () => made;
}
