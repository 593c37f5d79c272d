// The tools that a release offers to the model, with the fields of their input, as a session of it tells the model.
import { isObject } from "#base/json.ts";
import { runClient } from "../client-run.ts";

/** Fields of each tool's input, by the tool's name. Throws an Error where the session offered none. */
export async function offeredTools(
  client: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  // Without this the model is told of most tools only when it asks.
  const env = { ENABLE_TOOL_SEARCH: "false" };
  const run = await runClient({ client, env, turns: ["bye"] });
  const found = new Map<string, readonly string[]>();
  for (const body of run.requestBodies) {
    const tools = Object(typeof body === "string" ? JSON.parse(body) : body).tools;
    for (const tool of Array.isArray(tools) ? tools : []) {
      const properties = Object(Object(tool).input_schema).properties;
      if (typeof Object(tool).name === "string" && isObject(properties ?? null))
        found.set(Object(tool).name, Object.keys(properties));
    }
  }
  if (found.size === 0) throw new Error("a session of this release offered the model no tools");
  return found;
}
