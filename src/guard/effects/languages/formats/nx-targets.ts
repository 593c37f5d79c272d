// A light reading of project.json files of nx: the commands that a target runs.
import { isRecord, readJson } from "./json.ts";

const COMMANDS_MAX = 16;

/** Shell text of a target (`build`), in the file of one project. */
export function nxCommands(project: string, target: string): readonly string[] {
  const file = readJson(project);
  const targets = isRecord(file) ? (file["targets"] ?? file["nx"]) : undefined;
  const entry = isRecord(targets) ? targets[target] : undefined;
  if (!isRecord(entry)) return [];
  const options = isRecord(entry["options"]) ? entry["options"] : {};
  const lists = [entry["command"], options["command"], options["commands"]];
  return lists
    .flatMap((one) => (Array.isArray(one) ? one : [one]))
    .map((one: unknown) => (isRecord(one) ? one["command"] : one))
    .filter((one): one is string => typeof one === "string")
    .slice(0, COMMANDS_MAX);
}
