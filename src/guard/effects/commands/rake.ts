// rake and thor: tasks of a Ruby project.
import { databaseTasks, rakeProgram } from "../projects/ruby-tasks.ts";

export const rake = rakeProgram({ names: ["rake", "thor"], more: databaseTasks });
