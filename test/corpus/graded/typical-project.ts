// The typical repository with the guard judging commands in it.
import { makeProject, type TestProject } from "../../judging.ts";
import { writeTypicalFiles } from "./typical-files.ts";

/** The same as `makeProject`, in a repository that holds what a team's repository holds. */
export function makeTypicalProject(): TestProject {
  const made = makeProject();
  writeTypicalFiles(made);
  return made;
}
