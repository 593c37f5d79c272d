// The project that the tests of one file judge commands in: made before the first of them, taken away after the last.
import { afterAll, beforeAll } from "vitest";
import { makeProject, settled, type TestProject } from "./judging.ts";

/**
 * Registers making and removing it; what comes back gives it, once a test runs. `isSettled`: for a file that judges many
 * commands and writes nothing into the project, as `settled` says.
 */
export function judgedProject({ isSettled = false } = {}): () => TestProject {
  let made: TestProject;
  beforeAll(() => {
    made = isSettled ? settled(makeProject()) : makeProject();
  });
  afterAll(() => made.remove());
  return () => made;
}
