// A light reading of project.json files of nx: the commands that a target runs.
import { isObject, readJson } from "#base/json.ts";

const COMMANDS_MAX = 16;

/** Shell text of a target (`build`), in the file of one project. */
export function nxCommands(project: string, target: string): readonly string[] {
  const file = readJson(project);
  const targets = isObject(file) ? (file["targets"] ?? file["nx"]) : undefined;
  const entry = isObject(targets) ? targets[target] : undefined;
  if (!isObject(entry)) return [];
  const options = isObject(entry["options"]) ? entry["options"] : {};
  const lists = [entry["command"], options["command"], options["commands"]];
  return lists
    .flatMap((one) => (Array.isArray(one) ? one : [one]))
    .map((one: unknown) => (isObject(one) ? one["command"] : one))
    .filter((one): one is string => typeof one === "string")
    .slice(0, COMMANDS_MAX);
}
