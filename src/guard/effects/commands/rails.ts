// rails: the application of a Ruby project runs, its database changes, its encrypted settings are shown.
import { literal } from "../../shell/values/text.ts";
import { reads } from "../model/consequences.ts";
import { databaseTasks, rakeProgram } from "../projects/ruby-tasks.ts";

export const rails = rakeProgram({
  names: ["rails"],
  more: (call, context) => [
    ...databaseTasks(call, context),
    // What Rails keeps encrypted is opened with the key beside it.
    ...(/^(?:credentials|encrypted|secrets):(?:show|edit)$/.test(call.words[0] ?? "")
      ? [reads(literal("config/master.key"))]
      : []),
  ],
});
